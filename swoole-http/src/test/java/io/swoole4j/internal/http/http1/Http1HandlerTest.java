// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.swoole4j.internal.http.message.DateHeader;
import io.swoole4j.internal.http.message.SessionStub;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens when time is up, with one look at the deadlines after the other. */
class Http1HandlerTest {
  private static final long LONG = TimeUnit.HOURS.toNanos(1);
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  private final List<String> events = new ArrayList<>();
  private final EmbeddedChannel channel = new ChannelThatTakesNothing();

  /** Whatever is sent stays where it is. */
  private static final class ChannelThatTakesNothing extends EmbeddedChannel {
    @Override
    protected void doWrite(ChannelOutboundBuffer in) {}
  }

  private @Nullable Object call(String method, Object @Nullable [] arguments) {
    switch (method) {
      case "reserve", "write" -> events.add(method);
      case "close" -> events.add("close " + Objects.requireNonNull(arguments)[0]);
      case "execute" -> ((Runnable) Objects.requireNonNull(arguments)[0]).run();
      default -> {}
    }
    return method.equals("fd") ? (Object) 1L : true;
  }

  /** A connection whose requests are not answered. */
  private void open(long headNanos, long writeNanos, int pipeline) {
    HttpLimits limits =
        new HttpLimits(8192, 100, 8192, pipeline, headNanos, LONG, 1000, LONG, writeNanos);
    StrictDecoder decoder = new StrictDecoder(limits);
    channel.freezeTime();
    channel
        .pipeline()
        .addLast(
            decoder,
            new Http1Handler(
                SessionStub.of(this::call),
                decoder,
                new ResponseEncoder(new DateHeader()),
                limits,
                new ArrivingForm(null),
                null,
                (exchange, request) -> events.add("request"),
                "connection"),
            new ChannelInboundHandlerAdapter() {
              @Override
              public void userEventTriggered(ChannelHandlerContext context, Object event) {
                events.add("end");
              }
            });
    channel.pipeline().fireChannelActive();
  }

  private void receive(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, US_ASCII));
  }

  private void look() {
    channel.advanceTimeBy(1, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }

  @AfterEach
  void release() {
    channel.finishAndReleaseAll();
  }

  @Test
  void refusesNothingOfAConnectionThatItHasJustReset() {
    open(1, 1, 64);
    receive(GET);
    channel.writeAndFlush(Unpooled.copiedBuffer("answer", US_ASCII));
    look();
    assertThat(events).containsExactly("request");

    receive("GET /");
    look();

    assertThat(events).containsExactly("request", "close true");
  }

  @Test
  void letsTheEndOfInputGoWhenItHasWaitedLongEnough() {
    open(LONG, 1, 64);
    receive(GET);
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    look();
    assertThat(events).containsExactly("request");

    look();

    assertThat(events).containsExactly("request", "close false", "end");
  }

  @Test
  void letsTheEndOfInputGoThatWaitsBehindRequests() {
    open(LONG, 1, 1);
    receive(GET + GET);
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    look();
    assertThat(events).containsExactly("request");

    look();

    assertThat(events).containsExactly("request", "close false", "end");
  }
}
