// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.swoole4j.internal.http.message.DateHeader;
import io.swoole4j.internal.http.message.Exchange;
import io.swoole4j.internal.http.message.Fields;
import io.swoole4j.internal.http.message.RequestHead;
import io.swoole4j.internal.http.message.ResponseHead;
import io.swoole4j.internal.http.message.SessionStub;
import io.swoole4j.spi.PortProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When the place of a request is free again, and what is not waited for. */
class Http1ExchangeTest {
  private static final byte[] BODY = {'x'};

  private final List<String> events = new ArrayList<>();
  private boolean refusing;
  private @Nullable Http1Exchange last;

  private final PortProtocol.Session session = SessionStub.of(this::call);
  private final Http1Connection connection =
      new Http1Connection(
          session, new ResponseEncoder(new DateHeader()), 64, () -> {}, () -> {}, upgraded -> {});

  private @Nullable Object call(String method, Object @Nullable [] arguments) {
    switch (method) {
      case "write", "reserve", "writeReserved", "close" -> events.add(method);
      case "execute" -> ((Runnable) Objects.requireNonNull(arguments)[0]).run();
      default -> {}
    }
    return method.equals("writeReserved") ? null : !refusing && !method.equals("awaitRoom");
  }

  /** The next request of the connection. */
  private Http1Exchange request(String name) {
    RequestHead head =
        new RequestHead("GET", "/", "HTTP/1.1", EmptyHttpHeaders.INSTANCE, new byte[0]);
    Http1Exchange made = new Http1Exchange(connection, head, true, last);
    last = made;
    made.place(
        new Exchange.Places() {
          @Override
          public void begin() {
            // it keeps its place
          }

          @Override
          public void leave(boolean begun) {
            events.add("leave " + name);
          }

          @Override
          public void stay(boolean begun) {
            events.add("stay " + name);
          }
        });
    return made;
  }

  @Test
  void leavesItsPlaceBeforeItsEndIsQueued() {
    Http1Exchange exchange = request("a");

    assertThat(exchange.begin(new ResponseHead(), BODY)).isTrue();
    assertThat(exchange.finish(BODY, new Fields())).isTrue();

    assertThat(events).containsExactly("write", "leave a", "write");
  }

  @Test
  void keepsItsPlaceWhenItsEndIsRefused() {
    Http1Exchange exchange = request("a");

    refusing = true;
    assertThat(exchange.end(new ResponseHead(), BODY)).isFalse();
    refusing = false;
    assertThat(exchange.end(new ResponseHead(), BODY)).isTrue();

    assertThat(events).containsExactly("leave a", "write", "stay a", "leave a", "write");
  }

  @Test
  void keepsItsPlaceUntilItsTurn() {
    Http1Exchange first = request("a");
    Http1Exchange second = request("b");

    assertThat(second.end(new ResponseHead(), BODY)).isTrue();
    assertThat(first.end(new ResponseHead(), BODY)).isTrue();

    assertThat(events).containsExactly("reserve", "leave a", "write", "leave b", "writeReserved");
  }

  @Test
  void countsTheTimeOfAClientThatHasEndedItsSideFromWhatWasSentLast() {
    Http1Exchange first = request("a");
    Http1Exchange second = request("b");

    assertThat(connection.sentNanos(1)).isEqualTo(1);
    assertThat(second.begin(new ResponseHead(), BODY)).isTrue();
    assertThat(connection.sentNanos(2)).as("held").isEqualTo(1);
    assertThat(first.begin(new ResponseHead(), BODY)).isTrue();
    assertThat(connection.sentNanos(2)).as("sent").isNotIn(1L, 2L);
  }

  @Test
  void waitsForNoneThatIsBehindTheLastAnswer() {
    Http1Exchange first = request("a");
    request("b");
    connection.whenIdle(() -> events.add("idle"));
    ResponseHead head = new ResponseHead();
    head.fields().add("Connection", "close");

    assertThat(first.end(head, BODY)).isTrue();
    connection.whenIdle(() -> events.add("idle too"));

    assertThat(events).containsExactly("leave a", "write", "close", "idle", "idle too");
  }
}
