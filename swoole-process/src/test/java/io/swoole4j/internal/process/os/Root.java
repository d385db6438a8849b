// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.os;

import io.swoole4j.internal.process.posix.Posix;
import org.junit.jupiter.api.Assumptions;

/** Whether tests may do what only root may. */
final class Root {
  private Root() {}

  /** Skips the test unless it is run by root. */
  static void required() {
    Assumptions.assumeTrue(Posix.geteuid() == 0, "only root may change user, group and root");
  }
}
