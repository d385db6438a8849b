// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import org.jspecify.annotations.Nullable;

/**
 * Messages handed to a worker as one unit and run by it in order. Made by any thread, run by the
 * worker's thread only.
 */
public interface Delivery {
  /**
   * How many messages there are; never changes once handed over.
   *
   * @return at least 1
   */
  int size();

  /**
   * Runs one message. What its handler throws as an exception is dealt with inside; an {@link
   * Error} comes out and ends the worker, which loses this message only.
   *
   * @param index 0 to size - 1, each once, in order
   */
  void run(int index);

  /**
   * A message as something of its own, to be run later and elsewhere in place of {@link #run}.
   *
   * @param index 0 to size - 1
   * @return null for what is to be run where it is, as it calls no handler, or has to go first
   */
  default @Nullable Callback callback(int index) {
    return null;
  }

  /**
   * Whether a message counts as a request towards the limit of its worker.
   *
   * @param index 0 to size - 1
   * @return false for what is only told to the worker
   */
  default boolean isRequest(int index) {
    return false;
  }

  /**
   * The reactor whose output may wait for the end of this delivery, because that reactor looks for
   * it in time anyway.
   *
   * @return null when every send has to wake its reactor at once
   */
  default @Nullable Wakeable origin() {
    return null;
  }

  /** Called by the worker after the last message, whatever became of it. */
  default void finished() {}

  /**
   * A delivery of one message.
   *
   * @param message what to run
   * @return the delivery
   */
  static Delivery of(Runnable message) {
    return new Delivery() {
      @Override
      public int size() {
        return 1;
      }

      @Override
      public void run(int index) {
        message.run();
      }
    };
  }

  /**
   * A delivery of one callback that keeps order with no other.
   *
   * @param callback what to run
   * @return the delivery
   */
  static Delivery ofCallback(Runnable callback) {
    return new SingleCallback(callback, null);
  }

  /**
   * A delivery of one callback that keeps order with others, of which there are few.
   *
   * @param sequence those
   * @param callback what to run
   * @return the delivery
   */
  static Delivery ofCallback(Object sequence, Runnable callback) {
    return new SingleCallback(callback, sequence);
  }
}
