// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import java.util.Optional;

/**
 * What was asked for before the server ran: a reload, which is done once it does. Several become
 * one. Safe from any thread.
 */
final class EarlyReload {
  private boolean asked;
  private boolean ofAll;
  private boolean over;

  /** Keeps a wish; false when the server runs already and can be asked itself. */
  synchronized boolean remember(boolean onlyTaskWorkers) {
    if (over) {
      return false;
    }
    asked = true;
    ofAll |= !onlyTaskWorkers;
    return true;
  }

  /** The server runs: whether to renew only the task workers; empty if nothing was asked for. */
  synchronized Optional<Boolean> take() {
    over = true;
    return asked ? Optional.of(!ofAll) : Optional.empty();
  }
}
