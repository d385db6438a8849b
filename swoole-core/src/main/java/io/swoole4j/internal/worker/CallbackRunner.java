// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

/**
 * The one seam through which every callback runs: whoever wants callbacks elsewhere, say each on a
 * virtual thread, replaces this.
 */
@FunctionalInterface
public interface CallbackRunner {
  /** Runs the message at once on the calling thread. */
  CallbackRunner INLINE = Delivery::run;

  /**
   * Runs one message of a delivery.
   *
   * @param delivery the messages
   * @param index which of them
   */
  void run(Delivery delivery, int index);
}
