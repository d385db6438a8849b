// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.internal.websocket.frame.FrameLimits;
import io.swoole4j.spi.PortProtocol;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes WebSocket connections without a server: their session is the test. */
final class LoneConnection {
  private static final int MAX_BYTES = 1000;

  private LoneConnection() {}

  /** Stands for all methods of a session. */
  @FunctionalInterface
  interface Session {
    Object answer(String method, Object @Nullable [] arguments);
  }

  /** A connection that may be silent, and take over a message, as long as it likes. */
  static WebSocketConnection patient(Session session) {
    return of(session, Duration.ZERO, Duration.ZERO, Duration.ZERO);
  }

  /** A connection with limits, as in {@link WebSocketRules}. */
  static WebSocketConnection of(Session session, Duration message, Duration ping, Duration idle) {
    WebSocketRules rules =
        new WebSocketRules(
            true,
            true,
            List.of(),
            false,
            false,
            false,
            false,
            MAX_BYTES,
            new FrameLimits(MAX_BYTES, MAX_BYTES, MAX_BYTES),
            SlowClient.REFUSE,
            message.toNanos(),
            ping.toNanos(),
            idle.toNanos());
    PortProtocol.Session proxy =
        (PortProtocol.Session)
            Proxy.newProxyInstance(
                LoneConnection.class.getClassLoader(),
                new Class<?>[] {PortProtocol.Session.class},
                (self, method, arguments) -> session.answer(method.getName(), arguments));
    return new WebSocketConnection(
        proxy, new WebSocketPort(rules, new WebSocketCounters(), false), null);
  }
}
