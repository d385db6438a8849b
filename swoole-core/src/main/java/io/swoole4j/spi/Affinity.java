// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import java.util.List;

/**
 * Pins threads to processors: settings {@code open_cpu_affinity} and {@code cpu_affinity_ignore}.
 * Found by {@link java.util.ServiceLoader}.
 */
public interface Affinity {
  /**
   * Pins the calling thread; called first on every reactor and worker thread.
   *
   * @param number the reactor's or worker's number; it gets processor number modulo those allowed
   * @param ignored processors not to be used
   * @throws IllegalStateException if it cannot be done; logged, and the thread goes on unpinned
   */
  void pinCurrentThread(int number, List<Integer> ignored);
}
