// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Turns session tickets off in one connection of BoringSSL. Netty turns them on in every context
 * and has no way back, so this calls netty-tcnative itself, which is there only where it is used.
 */
final class BoringSslTickets {
  private static final MethodHandle SET_OPTIONS;
  private static final int NO_TICKET;

  static {
    try {
      Class<?> ssl =
          Class.forName("io.netty.internal.tcnative.SSL", true, OpenSsl.class.getClassLoader());
      MethodHandles.Lookup lookup = MethodHandles.publicLookup();
      SET_OPTIONS =
          lookup.findStatic(
              ssl, "setOptions", MethodType.methodType(void.class, long.class, int.class));
      NO_TICKET = (int) lookup.findStaticGetter(ssl, "SSL_OP_NO_TICKET", int.class).invoke();
    } catch (Throwable e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private BoringSslTickets() {}

  /** What cannot be done fails at the start by this, not at the first connection. */
  static void require() {
    // The class is initialized by now.
  }

  /** Turns them off, before the handshake. On the event loop of the connection. */
  static void turnOff(ReferenceCountedOpenSslEngine engine) {
    try {
      SET_OPTIONS.invoke(engine.sslPointer(), NO_TICKET);
    } catch (Throwable e) {
      throw new IllegalStateException("ssl_session_tickets: false cannot be applied", e);
    }
  }
}
