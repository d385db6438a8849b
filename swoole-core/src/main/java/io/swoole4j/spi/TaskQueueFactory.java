// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import java.util.Optional;

/**
 * Makes task queues outside of this JVM: setting {@code task_ipc_mode} 2 and 3. Found by {@link
 * java.util.ServiceLoader}.
 */
public interface TaskQueueFactory {
  /**
   * Opens the queue of a key, or makes it.
   *
   * @param key the queue's key, as {@code ipcs} shows it
   * @return the queue
   * @throws IllegalStateException if it cannot be had
   */
  TaskQueue open(int key);

  /** A queue of serialised tasks that outlives the server. Safe from any thread. */
  interface TaskQueue extends AutoCloseable {
    /**
     * Appends a task.
     *
     * @param channel which consumer it is for, from 1
     * @param task the serialised task
     * @return false when the queue is full
     */
    boolean offer(int channel, byte[] task);

    /**
     * Takes a task, waiting for one.
     *
     * @param channel whose task, or 0 for anyone's
     * @param timeoutMillis how long to wait at most
     * @return empty when none came
     * @throws InterruptedException if interrupted meanwhile
     */
    Optional<byte[]> poll(int channel, long timeoutMillis) throws InterruptedException;

    /** Lets go of the queue; what is in it stays. */
    @Override
    void close();
  }
}
