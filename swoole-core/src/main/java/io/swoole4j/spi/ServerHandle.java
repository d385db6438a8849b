// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import io.swoole4j.server.ClientInfo;
import io.swoole4j.server.WorkerStatus;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a user process may do with its server: everything of {@code Server} that does not need a
 * worker's thread. A {@code Server} is one; a process of another JVM gets one that passes calls on,
 * so what it hands over and gets back has to be {@link java.io.Serializable}. Safe from any thread.
 */
public interface ServerHandle {
  /**
   * Sends to a connection.
   *
   * @param fd the session id
   * @param data the bytes, not to be changed afterwards
   * @return false with {@link #getLastError} if it could not be queued
   */
  boolean send(long fd, byte[] data);

  /**
   * Sends text in UTF-8.
   *
   * @param fd the session id
   * @param text the text
   * @return as {@link #send(long, byte[])}
   */
  default boolean send(long fd, String text) {
    return send(fd, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Sends to a connection and waits until the kernel has taken it, at most send_timeout.
   *
   * @param fd the session id
   * @param data the bytes, not to be changed afterwards
   * @return false with {@link #getLastError} if it was not taken in time or could not be queued
   */
  boolean sendwait(long fd, byte[] data);

  /**
   * Sends a part of a file, which the server's process opens before this returns.
   *
   * @param fd the session id
   * @param file its name
   * @param offset where to begin, in bytes
   * @param length how much, 0 for all up to the end
   * @return false with {@link #getLastError} if there is no such connection or file
   */
  boolean sendfile(long fd, String file, long offset, long length);

  /**
   * Sends a datagram by a port of choice.
   *
   * @param address an IPv4 or IPv6 address, or the absolute path of a Unix socket; no name
   * @param port the port, 1 to 65535; ignored for a Unix socket
   * @param data the datagram
   * @param serverSocket the port's socket as the packet's information tells it, -1 for the first
   *     port of the address's kind
   * @return false with {@link #getLastError} if it could not be sent
   */
  boolean sendto(String address, int port, byte[] data, int serverSocket);

  /**
   * Sends a datagram by the first port of the address's kind.
   *
   * @param address as in {@link #sendto(String, int, byte[], int)}
   * @param port as in {@link #sendto(String, int, byte[], int)}
   * @param data the datagram
   * @return as {@link #sendto(String, int, byte[], int)}
   */
  default boolean sendto(String address, int port, byte[] data) {
    return sendto(address, port, data, -1);
  }

  /**
   * Closes a connection once what was sent is written.
   *
   * @param fd the session id
   * @return false with {@link #getLastError} if there is no open connection of that id
   */
  boolean close(long fd);

  /**
   * Closes a connection.
   *
   * @param fd the session id
   * @param reset whether to drop what was sent and not written, and to reset the connection
   * @return as {@link #close(long)}
   */
  boolean close(long fd, boolean reset);

  /**
   * Stops reading from a connection.
   *
   * @param fd the session id
   * @return false with {@link #getLastError} if there is no open connection of that id
   */
  boolean pause(long fd);

  /**
   * Reads on from a connection.
   *
   * @param fd the session id
   * @return as {@link #pause}
   */
  boolean resume(long fd);

  /**
   * Begins to read from a connection that waits for it.
   *
   * @param fd the session id
   * @return false with {@link #getLastError} if it is read already or not open
   */
  boolean confirm(long fd);

  /**
   * Exempts a connection from being closed for its silence, or no longer.
   *
   * @param fd the session id
   * @param exempt whether it is exempt
   * @return as {@link #pause}
   */
  boolean protect(long fd, boolean exempt);

  /**
   * Binds a connection to a user, once.
   *
   * @param fd the session id
   * @param uid the user, not 0
   * @return false with {@link #getLastError} if it is bound already or not open, or the uid is 0
   */
  boolean bind(long fd, long uid);

  /**
   * Finds the connections whose clients have been silent for too long.
   *
   * @param closeConnections whether to close them
   * @return their ids in ascending order; empty with {@link #getLastError} 509 if no port has an
   *     idle time
   */
  List<Long> heartbeat(boolean closeConnections);

  /**
   * Whether a connection is open.
   *
   * @param fd the session id
   * @return true if it is
   */
  boolean exist(long fd);

  /**
   * The same as {@link #exist}; Swoole's newer name for it.
   *
   * @param fd the session id
   * @return true if it is
   */
  default boolean exists(long fd) {
    return exist(fd);
  }

  /**
   * What is known about a connection.
   *
   * @param fd the session id
   * @return empty if there is none
   */
  Optional<ClientInfo> getClientInfo(long fd);

  /**
   * The same; Swoole's alias {@code connection_info}.
   *
   * @param fd the session id
   * @return as {@link #getClientInfo}
   */
  default Optional<ClientInfo> connectionInfo(long fd) {
    return getClientInfo(fd);
  }

  /**
   * A page of open connections.
   *
   * @param startFd only ids above this
   * @param count how many at most, up to 100
   * @return ids in ascending order
   */
  List<Long> getClientList(long startFd, int count);

  /**
   * The same; Swoole's alias {@code connection_list}.
   *
   * @param startFd only ids above this
   * @param count how many at most, up to 100
   * @return as {@link #getClientList}
   */
  default List<Long> connectionList(long startFd, int count) {
    return getClientList(startFd, count);
  }

  /**
   * Submits a task whose result nobody gets.
   *
   * @param data what the task is about, not to be changed afterwards
   * @return as {@link #task(Object, int)}
   */
  default long task(Object data) {
    return task(data, -1);
  }

  /**
   * Submits a task to a certain task worker; its result goes to nobody.
   *
   * @param data what the task is about, not to be changed afterwards
   * @param dstWorkerId the number of the task worker from 0, -1 for any
   * @return the task's id, or -1 with {@link #getLastError} if it was not taken
   */
  long task(Object data, int dstWorkerId);

  /**
   * Submits a task and waits for its first result.
   *
   * @param data what the task is about, not to be changed afterwards
   * @param timeoutSeconds how long to wait at most, in seconds
   * @param dstWorkerId the number of the task worker from 0, -1 for any
   * @return empty with {@link #getLastError} if none came in time
   */
  Optional<Object> taskwait(Object data, double timeoutSeconds, int dstWorkerId);

  /**
   * Submits a task to any task worker and waits for its first result.
   *
   * @param data what the task is about, not to be changed afterwards
   * @param timeoutSeconds how long to wait at most, in seconds
   * @return as {@link #taskwait(Object, double, int)}
   */
  default Optional<Object> taskwait(Object data, double timeoutSeconds) {
    return taskwait(data, timeoutSeconds, -1);
  }

  /**
   * Submits tasks to any task workers and waits for the first result of each.
   *
   * @param tasks what the tasks are about, 1024 at most
   * @param timeoutSeconds how long to wait for all of them at most, in seconds
   * @return results by the index of their task; those that did not come in time are missing
   */
  Map<Integer, Object> taskWaitMulti(List<?> tasks, double timeoutSeconds);

  /**
   * Sends a message to a worker or task worker.
   *
   * @param message the message, not to be changed afterwards
   * @param dstWorkerId the worker's id
   * @return false with {@link #getLastError} if there is no such worker or it has no room
   */
  boolean sendMessage(Object message, int dstWorkerId);

  /**
   * Why the last call on this thread answered false, -1 or nothing.
   *
   * @return a code of {@code ErrorCode}, or the operating system's; 0 if nothing failed yet
   */
  int getLastError();

  /**
   * Totals and gauges.
   *
   * @return a map with Swoole's keys
   */
  Map<String, Object> stats();

  /**
   * The settings as set.
   *
   * @return values by name; in another JVM as text where they are no numbers, texts or collections
   */
  Map<String, Object> setting();

  /**
   * The process id of the master.
   *
   * @return the id of the server's JVM
   */
  long masterPid();

  /**
   * The process id of the manager.
   *
   * @return the id of the server's JVM, 0 without a manager
   */
  long managerPid();

  /**
   * The id of the calling worker or user process.
   *
   * @return the id, -1 on other threads
   */
  int getWorkerId();

  /**
   * The process id of a worker.
   *
   * @param workerId the id of a worker, a task worker or a user process; -1 for the calling one
   * @return 0 with {@link #getLastError} 505 if there is none of that id
   */
  long getWorkerPid(int workerId);

  /**
   * What a worker is doing at this moment.
   *
   * @param workerId the id of a worker or task worker
   * @return empty with {@link #getLastError} 505 if there is none of that id
   */
  Optional<WorkerStatus> getWorkerStatus(int workerId);

  /**
   * Renews the workers, one after the other.
   *
   * @return as {@link #reload(boolean)}
   */
  default boolean reload() {
    return reload(false);
  }

  /**
   * Renews the workers, one after the other.
   *
   * @param onlyTaskWorkers whether to renew the task workers only
   * @return false with {@link #getLastError} if that is being done already, or the server does not
   *     run
   */
  boolean reload(boolean onlyTaskWorkers);

  /**
   * Ends a worker in good order once the callback it is in has returned; another one of the same id
   * begins.
   *
   * @param workerId which, task workers included
   * @return false with {@link #getLastError} if the server does not run
   */
  boolean stop(int workerId);

  /**
   * Asks for the server's end.
   *
   * @return whether it ends or has ended: false before a start and after a failed one
   */
  boolean shutdown();
}
