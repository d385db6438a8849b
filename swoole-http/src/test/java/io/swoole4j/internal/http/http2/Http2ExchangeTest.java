// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.swoole4j.internal.http.http1.HttpLimits;
import io.swoole4j.internal.http.message.DateHeader;
import io.swoole4j.internal.http.message.Exchange;
import io.swoole4j.internal.http.message.Fields;
import io.swoole4j.internal.http.message.RequestHead;
import io.swoole4j.internal.http.message.ResponseHead;
import io.swoole4j.internal.http.message.SessionStub;
import io.swoole4j.spi.PortProtocol;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever has got an answer finds the place of its request free. */
class Http2ExchangeTest {
  private static final byte[] BODY = {'x'};
  private static final Http2Limits LIMITS =
      new Http2Limits(
          new HttpLimits(8192, 128, 1 << 20, 64, 1, 1, 1, 1, 1),
          4096,
          128,
          65_535,
          16_384,
          12_288,
          1000,
          65_536);

  private final List<String> events = new ArrayList<>();
  private boolean refusing;

  private final PortProtocol.Session session = SessionStub.of((method, arguments) -> call(method));
  private final Http2Exchange exchange =
      new Http2Exchange(
          new Http2Streams(session, LIMITS, new DateHeader(), () -> {}),
          1,
          new RequestHead("GET", "/", "HTTP/2", EmptyHttpHeaders.INSTANCE, 1));

  private Object call(String method) {
    if (method.equals("writeUnlimited")) {
      events.add("write");
    }
    return !refusing;
  }

  Http2ExchangeTest() {
    exchange.place(
        new Exchange.Places() {
          @Override
          public void begin() {
            // it keeps its place
          }

          @Override
          public void leave(boolean begun) {
            events.add("leave");
          }

          @Override
          public void stay(boolean begun) {
            events.add("stay");
          }
        });
  }

  @Test
  void leavesItsPlaceBeforeItsEndIsQueued() {
    assertThat(exchange.begin(new ResponseHead(), BODY)).isTrue();
    assertThat(exchange.finish(BODY, new Fields())).isTrue();

    assertThat(events).containsExactly("write", "leave", "write");
  }

  @Test
  void leavesItsPlaceBeforeItIsReset() {
    exchange.abort();

    assertThat(events).containsExactly("leave", "write");
  }

  @Test
  void keepsItsPlaceWhenItsEndIsRefusedUntilItIsLost() {
    refusing = true;
    assertThat(exchange.end(new ResponseHead(), BODY)).isFalse();
    assertThat(events).containsExactly("leave", "write", "stay");

    exchange.lost();

    assertThat(events).containsExactly("leave", "write", "stay", "leave");
  }
}
