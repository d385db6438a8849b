// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.internal.lifecycle.StateMachine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A start that blocks until the server has ended, with the signals of the process for that long.
 * Used once by the starting thread; signals come on threads of the JVM.
 */
final class BlockingStart {
  private final Server server;
  private final StateMachine state;
  private final EarlyReload earlyReload;
  private final Logger logger = LoggerFactory.getLogger(Server.class);
  private volatile boolean terminated;

  BlockingStart(Server server, StateMachine state, EarlyReload earlyReload) {
    this.server = server;
    this.state = state;
    this.earlyReload = earlyReload;
  }

  void run(boolean reopensLogFiles) {
    try (Signals term = take("TERM", this::terminate);
        Signals usr1 = take("USR1", () -> renew("USR1", false));
        Signals usr2 = take("USR2", () -> renew("USR2", true));
        Signals winch = reopensLogFiles ? take("WINCH", server::reopenLogFiles) : null) {
      server.startAsync();
      if (terminated) {
        // The signal may have come before there was anything to shut down.
        server.shutdown();
      }
      awaitUninterruptibly();
    }
  }

  private Signals take(String signal, Runnable action) {
    return Signals.install(signal, action, logger);
  }

  private void terminate() {
    terminated = true;
    server.shutdown();
  }

  /** A signal that comes before the server runs is carried out once it does. */
  private void renew(String signal, boolean onlyTaskWorkers) {
    boolean early = server.state() == ServerState.NEW && earlyReload.remember(onlyTaskWorkers);
    if (!early && !server.reload(onlyTaskWorkers)) {
      logger.info("signal {} is discarded: the workers are being renewed, or end", signal);
    }
  }

  private void awaitUninterruptibly() {
    boolean interrupted = false;
    while (true) {
      try {
        if (state.awaitTerminated(Long.MAX_VALUE)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
        server.shutdown();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
