// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.internal.lifecycle.Engine;
import io.swoole4j.internal.net.ConnectionRegistry;

/** The sessions of a running server, for tests of internal packages. */
public final class Registries {

  private Registries() {}

  /** The sessions of a server that has been started. */
  public static ConnectionRegistry of(Server server) {
    Engine engine = server.engine();
    if (engine == null) {
      throw new IllegalStateException("server: " + server.state() + " (expected: started)");
    }
    return engine.registry();
  }
}
