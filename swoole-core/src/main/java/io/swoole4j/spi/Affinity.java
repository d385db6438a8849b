// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import java.util.List;

/**
 * Pins threads to processors: settings {@code open_cpu_affinity} and {@code cpu_affinity_ignore}.
 * Found by {@link java.util.ServiceLoader}; each server has its own.
 */
public interface Affinity {
  /**
   * Called once, before anything else, on the starting thread.
   *
   * @param ignored processors not to be used
   * @throws IllegalStateException if no processor is left; the start fails
   */
  void check(List<Integer> ignored);

  /**
   * Pins the calling thread; called first on every reactor and worker thread.
   *
   * @param number the reactor's or worker's number; it gets the processor of that number, modulo
   *     their count, among those that may be used
   * @throws IllegalStateException if it cannot be done; logged, and the thread goes on unpinned
   */
  void pinCurrentThread(int number);
}
