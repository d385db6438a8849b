// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import java.util.List;

/** An example that is no server: it runs, prints and ends. */
abstract class ProgramExample implements Example {
  /** Runs it. */
  abstract void run() throws Exception;

  @Override
  public final boolean runs(List<String> words) throws Exception {
    if (!words.isEmpty()) {
      throw new UsageException("argument: " + words.get(0) + " (expected: none)");
    }
    run();
    return true;
  }

  @Override
  public final Server server(String host, int port, ServerMode mode, SocketType type) {
    throw new UnsupportedOperationException(name() + " is no server");
  }
}
