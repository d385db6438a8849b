// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import java.util.Optional;

/**
 * Makes task queues outside of this JVM: setting {@code task_ipc_mode} 2 and 3. Found by {@link
 * java.util.ServiceLoader}.
 */
public interface TaskQueueFactory {
  /** What a message of a queue holds at least, in bytes; the server puts no longer ones there. */
  int MAX_MESSAGE = 8192;

  /**
   * Opens the queue of a key, or makes it. Called once at start, on the starting thread, when the
   * ports are bound and the process has the user it goes on with.
   *
   * @param key the queue's key, as {@code ipcs} shows it
   * @return the queue
   * @throws IllegalStateException if it cannot be had, or others could put something into it
   */
  TaskQueue open(int key);

  /** A queue of serialised tasks that outlives the server. Safe from any thread. */
  interface TaskQueue extends AutoCloseable {
    /**
     * Appends a task.
     *
     * @param channel which consumer it is for, from 1
     * @param task the serialised task, at most {@link #MAX_MESSAGE} bytes
     * @return false when the queue is full
     * @throws IllegalStateException if the queue is gone, or not to be used any more
     */
    boolean offer(int channel, byte[] task);

    /**
     * Takes a task; does not wait for one.
     *
     * @param channel whose task, or 0 for anyone's
     * @return empty when there is none
     * @throws IllegalStateException as {@link #offer}
     */
    Optional<byte[]> poll(int channel);

    /**
     * How much waits in the queue.
     *
     * @return the state of this moment
     * @throws IllegalStateException as {@link #offer}
     */
    Backlog backlog();

    /** Lets go of the queue; what is in it stays. */
    @Override
    void close();
  }

  /**
   * What waits in a queue.
   *
   * @param tasks how many tasks
   * @param bytes how many bytes they have
   */
  record Backlog(long tasks, long bytes) {}
}
