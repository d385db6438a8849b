// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.task;

import org.jspecify.annotations.Nullable;

/** A queue of messages outside of this JVM, which outlives it. Safe from any thread. */
public interface TaskStore {
  /** What one message may hold in bytes; more travels as a file. */
  int MAX_MESSAGE = 8192;

  /**
   * Appends a message.
   *
   * @param channel which task worker it is for, from 1
   * @param message at most {@link #MAX_MESSAGE} bytes
   * @return false if there is no room for it now
   */
  boolean offer(int channel, byte[] message);

  /**
   * Takes a message without waiting for one.
   *
   * @param channel whose, or 0 for anybody's
   * @return null if there is none
   */
  byte @Nullable [] poll(int channel);

  /**
   * How many messages wait.
   *
   * @return the number at this moment
   */
  long size();

  /**
   * How many bytes wait.
   *
   * @return the number at this moment
   */
  long bytes();

  /** Lets go of the queue; what is in it stays. */
  void close();
}
