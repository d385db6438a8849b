// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.message;

import io.swoole4j.spi.PortProtocol;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** A session without a connection, for tests of what sends to it. */
public final class SessionStub {
  private SessionStub() {}

  /** What a session is asked. */
  @FunctionalInterface
  public interface Calls {
    @Nullable Object call(String method, Object @Nullable [] arguments);
  }

  /** A session whose every method is answered by the test. */
  public static PortProtocol.Session of(Calls calls) {
    return (PortProtocol.Session)
        Proxy.newProxyInstance(
            SessionStub.class.getClassLoader(),
            new Class<?>[] {PortProtocol.Session.class},
            (proxy, method, arguments) -> calls.call(method.getName(), arguments));
  }
}
