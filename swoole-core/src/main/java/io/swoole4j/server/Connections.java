// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/**
 * The open connections of a server or of one of its ports, all workers' together, by their session
 * ids in ascending order; Swoole's {@code $connections}. A live view: an iterator shows what is
 * open as it gets there. Safe from any thread.
 */
public interface Connections extends Iterable<Long> {
  /**
   * How many are open; counts them.
   *
   * @return the number
   */
  int size();

  /**
   * Whether a connection is open.
   *
   * @param fd a session id
   * @return as {@link Server#exist}; of a port only for its own connections
   */
  boolean contains(long fd);
}
