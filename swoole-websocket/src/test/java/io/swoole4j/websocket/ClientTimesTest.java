// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.swoole4j.internal.websocket.frame.Frames;
import io.swoole4j.internal.websocket.frame.Op;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long a client may be silent or take over a message, by a clock that the test moves. */
class ClientTimesTest {
  private static final Duration PING = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofSeconds(25);
  private static final Duration MESSAGE = Duration.ofSeconds(12);

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final List<String> done = new ArrayList<>();
  private boolean isRead = true;

  @BeforeEach
  void begin() {
    channel.freezeTime();
    WebSocketConnection connection = LoneConnection.of(this::answer, MESSAGE, PING, IDLE);
    channel.pipeline().addLast(new WebSocketInbound(connection, false));
  }

  private Object answer(String method, Object @Nullable [] arguments) {
    return switch (method) {
      case "fd" -> 1L;
      case "mayExpire" -> isRead;
      case "write" -> {
        assertThat(((byte[]) arguments[0])[0] & 0x0f).isEqualTo(Op.PING);
        yield done.add("ping");
      }
      case "deliver" -> done.add("leave");
      default -> throw new UnsupportedOperationException(method);
    };
  }

  @AfterEach
  void end() {
    channel.finishAndReleaseAll();
  }

  private void send(byte[] frame) {
    channel.writeInbound(Unpooled.wrappedBuffer(frame));
  }

  private void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      passAtOnce(1);
    }
  }

  /** The event loop stands still meanwhile. */
  private void passAtOnce(int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }

  @Test
  void keepsClientsThatAnswerTheirPings() {
    for (int i = 0; i < 20; i++) {
      pass(11);
      assertThat(done).hasSize(i + 1).containsOnly("ping");
      send(Frames.masked(Op.PONG, true, 0, new byte[0]));
    }
  }

  @Test
  void givesUpClientsThatDoNotAnswer() {
    pass(24);
    assertThat(done).containsExactly("ping", "ping");
    pass(4);
    assertThat(done).containsExactly("ping", "ping", "leave");
    pass(100);
    assertThat(done).hasSize(3);
  }

  @Test
  void doesNotHoldAgainstClientsThatTheEventLoopStandsStill() {
    passAtOnce(1000);
    assertThat(done).containsExactly("ping");
    for (int i = 0; i < 4; i++) {
      passAtOnce(100);
    }
    assertThat(done).contains("leave").startsWith("ping", "ping");
  }

  @Test
  void doesNotHoldAgainstClientsThatNobodyReadsThem() {
    isRead = false;
    pass(100);
    assertThat(done).containsOnly("ping");
    isRead = true;
    pass(24);
    assertThat(done).containsOnly("ping");
    pass(8);
    assertThat(done).endsWith("leave");
  }

  @Test
  void givesUpMessagesThatAreNotEnded() {
    send(Frames.masked(Op.TEXT, false, 0, new byte[0]));
    pass(11);
    assertThat(done).doesNotContain("leave");
    pass(2);
    assertThat(done).contains("leave");
  }

  @Test
  void doesNotHoldAgainstMessagesThatTheEventLoopStandsStill() {
    send(Frames.masked(Op.TEXT, false, 0, new byte[0]));
    passAtOnce(1000);
    pass(8);
    assertThat(done).doesNotContain("leave");
    pass(3);
    assertThat(done).contains("leave");
  }
}
