// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.io.IOException;

/** Measures a server from the beginning to the end of the measured time. */
interface Meter {
  void start() throws IOException;

  void stop() throws IOException;
}
