// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.dispatch;

/** What a dispatch mode may know of the connection a packet came from. */
public interface Route {
  /**
   * The session id.
   *
   * @return from 1
   */
  long fd();

  /**
   * The peer's address as one unsigned 32-bit number, see {@link AddressKey}.
   *
   * @return 0 to 2^32 - 1
   */
  long addressKey();

  /**
   * Whether the connection was bound to a user.
   *
   * @return true after bind
   */
  boolean hasUid();

  /**
   * The user it is bound to.
   *
   * @return the uid, meaningless unless {@link #hasUid}
   */
  long uid();

  /**
   * The worker a mode chose for the whole life of the connection.
   *
   * @return its id, or -1 before one was chosen
   */
  int pinnedWorker();

  /**
   * Chooses the worker for the whole life of the connection, unless another thread was faster.
   *
   * @param workerId its id
   * @return the id of the worker chosen
   */
  int pinTo(int workerId);
}
