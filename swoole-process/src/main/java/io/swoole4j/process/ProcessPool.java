// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.swoole4j.internal.process.DatagramMessages;
import io.swoole4j.internal.process.LastError;
import io.swoole4j.internal.process.posix.Errno;
import io.swoole4j.internal.process.posix.ErrnoException;
import io.swoole4j.internal.process.posix.Listener;
import io.swoole4j.internal.process.posix.Socket;
import io.swoole4j.spi.Arguments;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Workers that are processes of their own, started again when they end; Swoole's {@code
 * Swoole\Process\Pool}. The same object is seen from both sides, by {@code start} and {@code
 * shutdown} in the JVM that made it and by the other handlers in the workers. Handlers of workers
 * travel like the callback of a {@link SwooleProcess}.
 *
 * <p>While {@link #start} runs, signal TERM ends the pool and USR1 and USR2 renew its workers, one
 * after the other. A worker that gets signal TERM leaves after the message it is at. Methods may be
 * called from any thread unless they say otherwise; where they answer false, {@link
 * SwooleProcess#getLastError} tells why.
 */
public final class ProcessPool {
  private static final int DEFAULT_BACKLOG = 2048;
  private static final int DEFAULT_PACKAGE_BYTES = 2 << 20;
  private static final int MAX_PACKAGE_BYTES = 64 << 20;
  private static final int MAX_WORKERS = 1000;
  private static final String UNIX = "unix:";

  /** Bits of a file's mode that tell its type, S_IFMT, and those of a socket, S_IFSOCK. */
  private static final int FILE_TYPE = 0xf000;

  private static final int SOCKET_FILE = 0xc000;

  private final int workerNum;
  private final IpcType ipc;
  private final int queueKey;
  private final @Nullable PoolWorker worker;
  private @Nullable PoolWorkerHandler workerStart;
  private @Nullable PoolWorkerHandler workerStop;
  private @Nullable PoolMessageHandler message;
  private @Nullable PoolHandler start;
  private @Nullable PoolHandler shutdown;
  private @Nullable Socket listener;
  private @Nullable Path listenerPath;
  private int maxPackageSize = DEFAULT_PACKAGE_BYTES;
  private Duration maxWaitTime = Duration.ofSeconds(3);
  private List<String> jvmOptions = List.of();
  private volatile @Nullable PoolMaster master;

  /**
   * A pool without messages.
   *
   * @param workerNum how many workers, 1 to 1000
   * @throws IllegalArgumentException for another number
   */
  public ProcessPool(int workerNum) {
    this(workerNum, IpcType.NONE, 0);
  }

  /**
   * A pool.
   *
   * @param workerNum how many workers, 1 to 1000
   * @param ipc how messages reach them
   * @throws IllegalArgumentException for another number
   */
  public ProcessPool(int workerNum, IpcType ipc) {
    this(workerNum, ipc, 0);
  }

  /**
   * A pool.
   *
   * @param workerNum how many workers, 1 to 1000
   * @param ipc how messages reach them
   * @param msgqueueKey the key of the queue for {@link IpcType#MESSAGE_QUEUE}; 0 for one that
   *     belongs to this pool alone and goes with it
   * @throws IllegalArgumentException for another number
   */
  public ProcessPool(int workerNum, IpcType ipc, int msgqueueKey) {
    if (workerNum < 1 || workerNum > MAX_WORKERS) {
      throw new IllegalArgumentException(
          "workerNum: " + workerNum + " (expected: 1 to " + MAX_WORKERS + ')');
    }
    this.workerNum = workerNum;
    this.ipc = ipc;
    queueKey = msgqueueKey;
    worker = null;
  }

  /** The pool as a worker sees it. */
  ProcessPool(PoolWorker worker, PoolSpec spec) {
    workerNum = spec.workerNum();
    ipc = spec.ipc();
    queueKey = 0;
    maxPackageSize = spec.maxPackageSize();
    this.worker = worker;
  }

  /**
   * Sets options by Swoole's names.
   *
   * @param settings {@code max_package_size}: the longest message in bytes, 2 MiB at first; {@code
   *     max_wait_time}: the seconds a worker may take to leave, 3 at first
   * @return this
   * @throws IllegalArgumentException for another name, or a value out of range
   * @throws IllegalStateException once it was started
   */
  public ProcessPool set(Map<String, ?> settings) {
    requireNew();
    settings.forEach(
        (name, value) -> {
          if (!(value instanceof Number number)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: a number)");
          }
          switch (name) {
            case "max_package_size" -> maxPackageSize(number.intValue());
            case "max_wait_time" -> maxWaitTime(number.doubleValue());
            default ->
                throw new IllegalArgumentException(
                    name + ": unknown (expected: max_package_size or max_wait_time)");
          }
        });
    return this;
  }

  private void maxPackageSize(int bytes) {
    if (bytes < 1 || bytes > MAX_PACKAGE_BYTES) {
      throw new IllegalArgumentException(
          "max_package_size: " + bytes + " (expected: 1 to " + MAX_PACKAGE_BYTES + ')');
    }
    maxPackageSize = bytes;
  }

  private void maxWaitTime(double seconds) {
    if (!(seconds > 0 && seconds <= 3600)) {
      throw new IllegalArgumentException(
          "max_wait_time: " + seconds + " (expected: above 0, up to 3600 seconds)");
    }
    maxWaitTime = Duration.ofNanos((long) (seconds * 1e9));
  }

  /**
   * Options of the workers' JVMs, such as {@code -Xmx64m}.
   *
   * @param options the options, later ones win
   * @return this
   * @throws IllegalStateException once it was started
   */
  public ProcessPool jvmOptions(String... options) {
    requireNew();
    jvmOptions = List.of(options);
    return this;
  }

  /**
   * What to do before the first worker is started.
   *
   * @param handler runs in this JVM
   * @return this
   * @throws IllegalStateException once it was started
   */
  public ProcessPool onStart(PoolHandler handler) {
    requireNew();
    start = handler;
    return this;
  }

  /**
   * What to do when the pool begins to end.
   *
   * @param handler runs in this JVM
   * @return this
   * @throws IllegalStateException once it was started
   */
  public ProcessPool onShutdown(PoolHandler handler) {
    requireNew();
    shutdown = handler;
    return this;
  }

  /**
   * What a worker begins with; in a pool without messages that is all it does, and it is started
   * again when that is done.
   *
   * @param handler runs in the workers
   * @return this
   * @throws IllegalArgumentException if something that it has captured is not serialisable
   * @throws IllegalStateException once it was started
   */
  public ProcessPool onWorkerStart(PoolWorkerHandler handler) {
    requireNew();
    workerStart = handler;
    PoolMaster.requireSerializable("onWorkerStart", spec());
    return this;
  }

  /**
   * What a worker ends with when it leaves in good order.
   *
   * @param handler runs in the workers
   * @return this
   * @throws IllegalArgumentException if something that it has captured is not serialisable
   * @throws IllegalStateException once it was started
   */
  public ProcessPool onWorkerStop(PoolWorkerHandler handler) {
    requireNew();
    workerStop = handler;
    PoolMaster.requireSerializable("onWorkerStop", spec());
    return this;
  }

  /**
   * What a worker does with messages.
   *
   * @param handler runs in the workers
   * @return this
   * @throws IllegalArgumentException if something that it has captured is not serialisable
   * @throws IllegalStateException once it was started, and in a pool without messages
   */
  public ProcessPool onMessage(PoolMessageHandler handler) {
    requireNew();
    if (ipc == IpcType.NONE) {
      throw new IllegalStateException("onMessage: ipc NONE (expected: another IpcType)");
    }
    message = handler;
    PoolMaster.requireSerializable("onMessage", spec());
    return this;
  }

  PoolSpec spec() {
    return new PoolSpec(workerNum, ipc, maxPackageSize, workerStart, workerStop, message);
  }

  /**
   * Listens with room for 2048 connections that wait.
   *
   * @param host as in {@link #listen(String, int, int)}
   * @param port as in {@link #listen(String, int, int)}
   * @return as {@link #listen(String, int, int)}
   * @throws IllegalStateException as {@link #listen(String, int, int)}
   */
  public boolean listen(String host, int port) {
    return listen(host, port, DEFAULT_BACKLOG);
  }

  /**
   * Listens for packets, each with its length in 4 bytes in front; Swoole's {@code listen}. A
   * connection brings one packet, and takes the answer in the same form.
   *
   * @param host an address of this machine, or {@code unix:} and a path; a socket that is there is
   *     replaced, another file is not
   * @param port the port, 0 for any; not used for a path
   * @param backlog how many connections may wait
   * @return false with {@link SwooleProcess#getLastError} if it cannot be had
   * @throws IllegalStateException unless the pool is of {@link IpcType#SOCKET} and new, and for a
   *     second time
   */
  public boolean listen(String host, int port, int backlog) {
    requireNew();
    if (ipc != IpcType.SOCKET || listener != null) {
      throw new IllegalStateException(
          "listen: ipc " + ipc + " (expected: SOCKET, and listening once)");
    }
    try {
      if (host.startsWith(UNIX)) {
        Path path = Path.of(host.substring(UNIX.length()));
        removeOldSocket(path);
        listener = Listener.unix(path.toString(), backlog);
        listenerPath = path;
      } else {
        listener = Listener.tcp(host, port, backlog);
      }
      return true;
    } catch (ErrnoException e) {
      LastError.set(e);
    } catch (UnknownHostException e) {
      LastError.set(Errno.EINVAL);
    } catch (IOException e) {
      LastError.set(Errno.EACCES);
    }
    return false;
  }

  /** What else may be there is somebody's. */
  private static void removeOldSocket(Path path) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      if ((mode & FILE_TYPE) != SOCKET_FILE) {
        throw new ErrnoException("bind " + path, Errno.EADDRINUSE);
      }
      Files.deleteIfExists(path);
    }
  }

  /**
   * The port it listens on.
   *
   * @return the number, 0 if it does not listen on a port
   */
  public int port() {
    Socket current = listener;
    try {
      return current == null || listenerPath != null ? 0 : Listener.port(current);
    } catch (ErrnoException e) {
      return 0;
    }
  }

  /**
   * Starts the workers and looks after them until the pool is shut down; Swoole's {@code start}.
   *
   * @return true when every worker has ended; false with {@link SwooleProcess#getLastError} if the
   *     operating system refuses a pipe or the queue
   * @throws IllegalStateException if it was started before, has no handler for its kind, or does
   *     not listen and should
   */
  public boolean start() {
    requireNew();
    if (workerStart == null && message == null) {
      throw new IllegalStateException("pool: no handler (expected: onWorkerStart or onMessage)");
    }
    if (ipc == IpcType.SOCKET && listener == null) {
      throw new IllegalStateException("pool: not listening (expected: listen before start)");
    }
    PoolMaster newMaster =
        new PoolMaster(this, spec(), queueKey, listener, jvmOptions, maxWaitTime);
    master = newMaster;
    try {
      return newMaster.run(start, shutdown);
    } catch (ErrnoException e) {
      LastError.set(e);
      return false;
    } finally {
      removeListener();
    }
  }

  private void removeListener() {
    Socket current = listener;
    if (current != null) {
      current.close();
    }
    Path path = listenerPath;
    if (path != null) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        SwooleProcess.logger().warn("{} cannot be removed", path, e);
      }
    }
  }

  /**
   * Ends the pool: workers leave after the message they are at, those without messages are
   * interrupted; who takes longer than {@code max_wait_time} is killed. Swoole's {@code shutdown}.
   *
   * @return false if it does not run
   */
  public boolean shutdown() {
    PoolSide side = side();
    return side != null && side.shutdown();
  }

  /**
   * Renews the workers, one after the other, as signal USR1 does.
   *
   * @return false if it does not run, or does that already
   * @throws IllegalStateException in a worker
   */
  public boolean reload() {
    if (worker != null) {
      throw new IllegalStateException("reload: in a worker (expected: in the master)");
    }
    PoolMaster current = master;
    return current != null && current.reload();
  }

  /**
   * Sends a message to a worker, from another one or from the master; Swoole's {@code sendMessage}.
   * It waits for room, 10 seconds at most.
   *
   * @param data the message
   * @param dstWorkerId the worker's number, from 0
   * @return false with {@link SwooleProcess#getLastError}: 22 if there is no such worker, 90 if the
   *     message is longer than {@code max_package_size}, 11 without room
   * @throws IllegalStateException unless the pool is of {@link IpcType#UNIX_SOCKET} and runs
   */
  public boolean sendMessage(byte[] data, int dstWorkerId) {
    Arguments.require("data", data, "bytes");
    if (ipc != IpcType.UNIX_SOCKET) {
      throw new IllegalStateException("sendMessage: ipc " + ipc + " (expected: UNIX_SOCKET)");
    }
    if (dstWorkerId < 0 || dstWorkerId >= workerNum) {
      SwooleProcess.logger()
          .warn("invalid worker_id: {} (expected: 0 to {})", dstWorkerId, workerNum - 1);
      LastError.set(Errno.EINVAL);
      return false;
    }
    if (data.length > maxPackageSize) {
      LastError.set(Errno.EMSGSIZE);
      return false;
    }
    try {
      DatagramMessages.send(requireSide().pipeTo(dstWorkerId), data);
      return true;
    } catch (ErrnoException e) {
      LastError.set(e);
      return false;
    }
  }

  /**
   * Sends a text to a worker as UTF-8.
   *
   * @param data the message
   * @param dstWorkerId the worker's number, from 0
   * @return as {@link #sendMessage(byte[], int)}
   * @throws IllegalStateException as {@link #sendMessage(byte[], int)}
   */
  public boolean sendMessage(String data, int dstWorkerId) {
    return sendMessage(Arguments.require("data", data, "text").getBytes(UTF_8), dstWorkerId);
  }

  /**
   * The process of the worker that calls.
   *
   * @return the process, empty in the master
   */
  public Optional<SwooleProcess> getProcess() {
    PoolWorker current = worker;
    return current == null ? Optional.empty() : Optional.of(current.process(current.workerId()));
  }

  /**
   * The process of a worker; Swoole's {@code getProcess}. What is written to it is read by the
   * worker from its own, and the other way round.
   *
   * @param workerId the worker's number, -1 for the one that calls
   * @return empty if there is none of that number
   * @throws IllegalStateException unless the pool runs
   */
  public Optional<SwooleProcess> getProcess(int workerId) {
    if (workerId == -1) {
      return getProcess();
    }
    return workerId < 0 || workerId >= workerNum
        ? Optional.empty()
        : Optional.of(requireSide().process(workerId));
  }

  /**
   * Adds to the answer to the packet that is handled; Swoole's {@code write}.
   *
   * @param data a part of the answer
   * @return false with {@link SwooleProcess#getLastError} 90 if the answer gets longer than 64 MiB
   * @throws IllegalStateException unless called in {@code onMessage} of a pool of {@link
   *     IpcType#SOCKET}
   */
  public boolean write(byte[] data) {
    return requireWorker("write").write(Arguments.require("data", data, "bytes"));
  }

  /**
   * Adds a text to the answer as UTF-8.
   *
   * @param data a part of the answer
   * @return as {@link #write(byte[])}
   * @throws IllegalStateException as {@link #write(byte[])}
   */
  public boolean write(String data) {
    return write(Arguments.require("data", data, "text").getBytes(UTF_8));
  }

  /**
   * Lets the calling worker leave after what it is at; another takes its place. Swoole's {@code
   * stop}.
   *
   * @throws IllegalStateException in the master
   */
  public void stop() {
    requireWorker("stop").leave();
  }

  /**
   * Lets the calling worker go on alone until its handler returns, while another takes its place at
   * once; Swoole's {@code detach}.
   *
   * @return false if the master cannot be told
   * @throws IllegalStateException in the master
   */
  public boolean detach() {
    return requireWorker("detach").detach();
  }

  /**
   * Whether the pool runs; Swoole's {@code running}.
   *
   * @return true from the start of the master until it begins to end, in a worker until it leaves
   */
  public boolean isRunning() {
    PoolSide side = side();
    return side != null && side.isRunning();
  }

  /**
   * The process id of the master; Swoole's {@code master_pid}.
   *
   * @return the id, 0 before the start
   */
  public int masterPid() {
    PoolSide side = side();
    return side == null ? 0 : side.masterPid();
  }

  /**
   * The number of the calling worker; Swoole's {@code workerId}.
   *
   * @return the number, -1 in the master
   */
  public int workerId() {
    PoolWorker current = worker;
    return current == null ? -1 : current.workerId();
  }

  /**
   * The process id of the calling worker; Swoole's {@code workerPid}.
   *
   * @return the id, 0 in the master
   */
  public int workerPid() {
    return worker == null ? 0 : (int) ProcessHandle.current().pid();
  }

  /**
   * Whether the calling worker goes on; Swoole's {@code workerRunning}.
   *
   * @return true in a worker until it leaves, false in the master
   */
  public boolean isWorkerRunning() {
    PoolWorker current = worker;
    return current != null && current.isRunning();
  }

  private @Nullable PoolSide side() {
    return worker == null ? master : worker;
  }

  private PoolSide requireSide() {
    PoolSide side = side();
    if (side == null) {
      throw new IllegalStateException("pool: not started (expected: running)");
    }
    return side;
  }

  private PoolWorker requireWorker(String call) {
    PoolWorker current = worker;
    if (current == null) {
      throw new IllegalStateException(call + ": in the master (expected: in a worker)");
    }
    return current;
  }

  private void requireNew() {
    if (worker != null || master != null) {
      throw new IllegalStateException("pool: started (expected: not yet)");
    }
  }
}
