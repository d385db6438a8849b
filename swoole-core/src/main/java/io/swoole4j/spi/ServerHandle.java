// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import io.swoole4j.server.ClientInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a user process may do with its server. A {@code Server} is one; a process of another JVM
 * gets one that passes calls on. Safe from any thread.
 */
public interface ServerHandle {
  /**
   * Sends to a connection.
   *
   * @param fd the session id
   * @param data the bytes, not to be changed afterwards
   * @return false if it could not be queued
   */
  boolean send(long fd, byte[] data);

  /**
   * Closes a connection once what was sent is written.
   *
   * @param fd the session id
   * @return false if there is no open connection of that id
   */
  boolean close(long fd);

  /**
   * Whether a connection is open.
   *
   * @param fd the session id
   * @return true if it is
   */
  boolean exist(long fd);

  /**
   * What is known about a connection.
   *
   * @param fd the session id
   * @return empty if there is none
   */
  Optional<ClientInfo> getClientInfo(long fd);

  /**
   * A page of open connections.
   *
   * @param startFd only ids above this
   * @param count how many at most, up to 100
   * @return ids in ascending order
   */
  List<Long> getClientList(long startFd, int count);

  /**
   * Sends a message to a worker or task worker.
   *
   * @param message the message, not to be changed afterwards
   * @param dstWorkerId the worker's id
   * @return false if there is no such worker or it has no room
   */
  boolean sendMessage(Object message, int dstWorkerId);

  /**
   * Totals and gauges.
   *
   * @return a map with Swoole's keys
   */
  Map<String, Object> stats();

  /**
   * Renews the workers, one after the other.
   *
   * @param onlyTaskWorkers whether to renew the task workers only
   * @return false if that is being done already, or the server does not run
   */
  boolean reload(boolean onlyTaskWorkers);

  /**
   * Asks for the server's end.
   *
   * @return whether it ends or has ended: false before a start and after a failed one
   */
  boolean shutdown();
}
