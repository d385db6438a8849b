// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.swoole4j.internal.process.Boot;
import io.swoole4j.internal.process.ChildContext;
import io.swoole4j.internal.process.ChildDescriptors;
import io.swoole4j.internal.process.ChildPipe;
import io.swoole4j.internal.process.LastError;
import io.swoole4j.internal.process.Pipe;
import io.swoole4j.internal.process.ProcessTitle;
import io.swoole4j.internal.process.SocketPipe;
import io.swoole4j.internal.process.posix.Errno;
import io.swoole4j.internal.process.posix.ErrnoException;
import io.swoole4j.internal.process.posix.Posix;
import io.swoole4j.spi.Arguments;
import io.swoole4j.spi.ServerHandle;
import io.swoole4j.spi.UserProcess;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child process that runs a callback; Swoole's {@code Swoole\Process}. The child is a fresh JVM
 * with the same class path or module path: the callback travels there with everything it has
 * captured, and the same object is seen from both sides, as its parent made it and as the callback
 * gets it. Linux on 64-bit machines only.
 *
 * <p>A child ends when its callback has returned and no thread keeps its JVM alive, with code 0, or
 * with 255 when the callback throws. It never outlives its parent unless it calls {@link #daemon}.
 *
 * <p>Methods may be called from any thread. Where they answer -1, false or nothing, {@link
 * #getLastError} tells why, by the numbers of the operating system.
 */
public final class SwooleProcess implements UserProcess {
  /** Added to the mode of {@link #useQueue}: do not wait. */
  public static final int IPC_NOWAIT = 256;

  /** Whose priority: one process's. */
  public static final int PRIO_PROCESS = 0;

  /** Whose priority: that of a group of processes. */
  public static final int PRIO_PGRP = 1;

  /** Whose priority: that of all processes of a user. */
  public static final int PRIO_USER = 2;

  /** How much {@link #read()} and {@link #pop()} take at most. */
  private static final int BUFFER_BYTES = 8192;

  /** The largest buffer that can be asked for. */
  private static final int MAX_BUFFER_BYTES = 1 << 20;

  private static final int CLOSE_BOTH = 0;
  private static final int CLOSE_WRITING = 1;
  private static final int CLOSE_READING = 2;
  private static final int MAX_STATUS = 255;

  private static final AtomicInteger LAST_ID = new AtomicInteger();

  /** What a child runs. Lambdas and classes alike have to be serialisable, and are. */
  @FunctionalInterface
  public interface Callback extends Serializable {
    /**
     * Runs in the child, on its main thread.
     *
     * @param process the process as the child sees it
     * @throws Exception anything: it is printed and the child ends with code 255
     */
    void run(SwooleProcess process) throws Exception;
  }

  /** Handles what comes through the pipe. */
  @FunctionalInterface
  public interface ReadableHandler {
    /**
     * Called as long as there is something to read, or the end; it has to read.
     *
     * @param process the process whose pipe it is
     * @throws Exception anything: it is logged
     */
    void onReadable(SwooleProcess process) throws Exception;
  }

  private final int id;
  private final boolean redirects;
  private final PipeType pipeType;
  private final @Nullable ChildContext inside;
  private final ProcessQueue queue;
  private final ProcessStart start;
  private volatile Callback callback;
  private volatile @Nullable Pipe pipe;
  private volatile boolean ended;
  private @Nullable PipeEvents events;

  /**
   * A process with a datagram pipe.
   *
   * @param callback what it runs
   * @throws IllegalArgumentException if something that the callback has captured is not
   *     serialisable
   */
  public SwooleProcess(Callback callback) {
    this(callback, false, PipeType.DATAGRAM);
  }

  /**
   * A process with a datagram pipe, or one whose standard input and output go through a stream pipe
   * to its parent.
   *
   * @param callback what it runs
   * @param redirectStdinStdout whether they do
   * @throws IllegalArgumentException as {@link #SwooleProcess(Callback)}
   */
  public SwooleProcess(Callback callback, boolean redirectStdinStdout) {
    this(callback, redirectStdinStdout, PipeType.DATAGRAM);
  }

  /**
   * A process.
   *
   * @param callback what it runs
   * @param redirectStdinStdout whether its standard input and output go through the pipe, which is
   *     a stream then
   * @param pipeType Swoole's number of a {@link PipeType}
   * @throws IllegalArgumentException as {@link #SwooleProcess(Callback)}, and for another number
   */
  public SwooleProcess(Callback callback, boolean redirectStdinStdout, int pipeType) {
    this(callback, redirectStdinStdout, PipeType.of(pipeType));
  }

  /**
   * A process.
   *
   * @param callback what it runs
   * @param redirectStdinStdout whether its standard input and output go through the pipe, which is
   *     a stream then
   * @param pipeType how it is connected with its parent
   * @throws IllegalArgumentException as {@link #SwooleProcess(Callback)}
   */
  public SwooleProcess(Callback callback, boolean redirectStdinStdout, PipeType pipeType) {
    id = LAST_ID.incrementAndGet();
    this.callback = ProcessStart.requireSerializable(Objects.requireNonNull(callback, "callback"));
    redirects = redirectStdinStdout;
    this.pipeType = redirectStdinStdout ? PipeType.STREAM : pipeType;
    inside = null;
    queue = new ProcessQueue(id);
    start = new ProcessStart(this);
  }

  /**
   * A process that runs a class of its own, which the child makes an object of.
   *
   * @param type a public class with a public constructor without arguments
   * @param redirectStdinStdout whether its standard input and output go through the pipe
   * @param pipeType how it is connected with its parent
   */
  public SwooleProcess(
      Class<? extends Callback> type, boolean redirectStdinStdout, PipeType pipeType) {
    this(new NamedCallback(type), redirectStdinStdout, pipeType);
  }

  /** The process as its child sees it. */
  SwooleProcess(ChildContext inside, Callback callback) {
    Boot boot = inside.boot();
    id = boot.id();
    this.callback = callback;
    this.inside = inside;
    redirects = false;
    pipeType = PipeType.of(boot.pipeType());
    queue = new ProcessQueue(id, boot.queueId(), boot.queueMode());
    start = new ProcessStart(this);
    LAST_ID.set(id);
    if (pipeType != PipeType.NONE) {
      pipe = new ChildPipe(ChildDescriptors.PIPE, pipeType == PipeType.STREAM);
    }
  }

  /** A worker of a pool, seen from elsewhere or, with a context, from inside. */
  SwooleProcess(int workerId, Pipe pipe, IntSupplier pid, @Nullable ChildContext inside) {
    id = workerId;
    callback = process -> {};
    redirects = false;
    pipeType = PipeType.DATAGRAM;
    this.inside = inside;
    queue = new ProcessQueue(workerId);
    start = new ProcessStart(this, pid);
    this.pipe = pipe;
  }

  /** Connects this side. */
  void connect(@Nullable Pipe newPipe) {
    pipe = newPipe;
  }

  boolean redirects() {
    return redirects;
  }

  PipeType pipeType() {
    return pipeType;
  }

  ProcessQueue queue() {
    return queue;
  }

  /**
   * Options of the child's JVM, such as {@code -Xmx64m}; by default it has the JDK's own and the
   * serial collector.
   *
   * @param options the options, later ones win
   * @return this
   * @throws IllegalStateException once it was started
   */
  public SwooleProcess jvmOptions(String... options) {
    start.jvmOptions(List.of(options));
    return this;
  }

  /**
   * What it runs; Swoole's property {@code callback}.
   *
   * @return the callback
   */
  public Callback callback() {
    return callback;
  }

  /**
   * Changes what it runs.
   *
   * @param callback what it is to run
   * @return this
   * @throws IllegalArgumentException as {@link #SwooleProcess(Callback)}
   * @throws IllegalStateException once it was started
   */
  public SwooleProcess callback(Callback callback) {
    start.requireNew();
    this.callback = ProcessStart.requireSerializable(Objects.requireNonNull(callback, "callback"));
    return this;
  }

  /**
   * Starts the child and returns when it runs its callback, which takes about a tenth of a second;
   * Swoole's {@code start}.
   *
   * @return its process id, or -1 with {@link #getLastError} if the operating system has no room
   *     for it
   * @throws IllegalStateException if it was started before, or the child cannot run the callback:
   *     the message says why, and there is no end to {@link #wait(boolean)} for then
   */
  public int start() {
    return start.run();
  }

  @Override
  public Run start(Context context) throws IOException {
    return start.run(context);
  }

  @Override
  public void checkConfined(Path root) {
    ProcessStart.requireJava(root);
  }

  /**
   * The number of this object among those of its parent, from 1; the same on both sides.
   *
   * @return the number
   */
  public int id() {
    return id;
  }

  /**
   * The child's process id, on both sides; Swoole's property {@code pid}.
   *
   * @return the id, 0 before it was started
   */
  public int pid() {
    return inside == null ? start.pid() : (int) ProcessHandle.current().pid();
  }

  /**
   * The descriptor of this side of the pipe; Swoole's property {@code pipe}.
   *
   * @return the number, -1 without a pipe
   */
  public int pipe() {
    Pipe current = pipe;
    return current == null ? -1 : current.fd();
  }

  /**
   * The server that this process was added to, for its callback.
   *
   * @return what it may do with the server
   * @throws IllegalStateException elsewhere
   */
  public ServerHandle server() {
    ChildContext context = inside;
    if (context == null || !context.boot().hasServer()) {
      throw new IllegalStateException("server: none (expected: the child of an added process)");
    }
    return RemoteServer.of(context);
  }

  /**
   * Changes the title of the calling process, as {@code ps} and {@code top} show it; Swoole's
   * {@code name}.
   *
   * @param title the title; of names 15 bytes are shown
   * @return false if the operating system does not allow it
   */
  public boolean name(String title) {
    try {
      ProcessTitle.set(title);
      return true;
    } catch (IOException e) {
      LastError.set(Errno.EPERM);
      return false;
    }
  }

  /**
   * Makes the child another program, of the same process id; returns only if that fails. Program
   * and parent talk if the process was made with redirection. Swoole's {@code exec}.
   *
   * @param execfile the program's absolute path
   * @param args its arguments, without its name
   * @return false with {@link #getLastError}, 2 if there is no such program
   * @throws IllegalArgumentException if the path is not absolute
   * @throws IllegalStateException in the parent
   */
  public boolean exec(String execfile, List<String> args) {
    return ProcessExec.exec(requireInside("exec"), execfile, args);
  }

  /**
   * Writes into the pipe, waiting for room; Swoole's {@code write}.
   *
   * @param data what to write; a datagram, about 200 KiB at most, goes as a whole
   * @return how many bytes went, or -1
   * @throws IllegalStateException without a pipe
   */
  public int write(byte[] data) {
    if (Arguments.require("data", data, "bytes").length == 0) {
      LastError.set(Errno.EINVAL);
      return -1;
    }
    try {
      return requirePipe().write(data);
    } catch (ErrnoException e) {
      LastError.set(e);
      return -1;
    }
  }

  /**
   * Writes a text into the pipe as UTF-8.
   *
   * @param data what to write
   * @return as {@link #write(byte[])}
   * @throws IllegalStateException as {@link #write(byte[])}
   */
  public int write(String data) {
    return write(Arguments.require("data", data, "text").getBytes(UTF_8));
  }

  /**
   * Reads up to 8192 bytes.
   *
   * @return as {@link #read(int)}
   * @throws IllegalStateException as {@link #read(int)}
   */
  public Optional<byte[]> read() {
    return read(BUFFER_BYTES);
  }

  /**
   * Reads from the pipe, waiting for something; Swoole's {@code read}.
   *
   * @param bufferSize how many bytes at most, up to 1 MiB; what is left of a datagram is lost
   * @return the bytes, none when the other side has ended or closed its pipe; empty if it failed
   * @throws IllegalStateException without a pipe
   */
  public Optional<byte[]> read(int bufferSize) {
    if (bufferSize < 1 || bufferSize > MAX_BUFFER_BYTES) {
      logger().warn("bufferSize: {} (expected: 1 to {})", bufferSize, MAX_BUFFER_BYTES);
      LastError.set(Errno.EINVAL);
      return Optional.empty();
    }
    try {
      byte[] data = requirePipe().read(bufferSize);
      if (data.length == 0) {
        ended = true;
      }
      return Optional.of(data);
    } catch (ErrnoException e) {
      LastError.set(e);
      return Optional.empty();
    }
  }

  /**
   * Calls a handler whenever there is something to read, on a thread of its own that keeps this JVM
   * alive until the pipe has ended or the handler is taken away; what Swoole's notes do with {@code
   * swoole_event_add}.
   *
   * @param handler the handler, null to take it away
   * @throws IllegalStateException without a pipe
   */
  public synchronized void onReadable(@Nullable ReadableHandler handler) {
    PipeEvents.stop(events);
    events = null;
    if (handler != null) {
      SocketPipe whole = requireWholePipe();
      events =
          PipeEvents.start(
              id,
              whole,
              () -> {
                handler.onReadable(this);
                return !ended;
              });
    }
  }

  /**
   * Waits until one of several processes has something to read; Swoole's {@code select}.
   *
   * @param processes whose pipes to look at
   * @param seconds how long to wait at most
   * @return those that can be read without waiting
   */
  public static List<SwooleProcess> select(List<SwooleProcess> processes, double seconds) {
    return ProcessSelect.readable(processes, seconds);
  }

  /**
   * Limits how long reading and writing wait; Swoole's {@code setTimeout}. What takes longer fails
   * with {@link #getLastError} 11.
   *
   * @param seconds the limit, with fractions
   * @return true
   * @throws IllegalArgumentException unless it is above 0
   * @throws IllegalStateException without a pipe
   */
  public boolean setTimeout(double seconds) {
    if (!(seconds > 0)) {
      throw new IllegalArgumentException("timeout: " + seconds + " (expected: above 0 seconds)");
    }
    requireWholePipe().timeout(Duration.ofNanos((long) (seconds * 1e9)));
    return true;
  }

  /**
   * Whether reading and writing wait at all, as they do at first; Swoole's {@code setBlocking}.
   *
   * @param blocking whether they do
   * @throws IllegalStateException without a pipe
   */
  public void setBlocking(boolean blocking) {
    requireWholePipe().blocking(blocking);
  }

  /**
   * Closes both directions of the pipe.
   *
   * @return as {@link #close(int)}
   */
  public boolean close() {
    return close(CLOSE_BOTH);
  }

  /**
   * Closes this side of the pipe, or ends a direction; Swoole's {@code close}.
   *
   * @param which 0 for both, 1 for writing: the other side reads the end, 2 for reading
   * @return false with {@link #getLastError} if it is closed, or there is none
   * @throws IllegalArgumentException for another number
   */
  public boolean close(int which) {
    Pipe current = pipe;
    if (which < CLOSE_BOTH || which > CLOSE_READING) {
      throw new IllegalArgumentException("which: " + which + " (expected: 0, 1 or 2)");
    }
    if (current == null) {
      LastError.set(Errno.EBADF);
      return false;
    }
    try {
      switch (which) {
        case CLOSE_WRITING -> current.endWriting();
        case CLOSE_READING -> current.endReading();
        default -> {
          onReadable(null);
          pipe = null;
          current.close();
        }
      }
      return true;
    } catch (ErrnoException e) {
      LastError.set(e);
      return false;
    }
  }

  /**
   * Ends the child with status 0, as {@link #exit(int)} does.
   *
   * @throws IllegalStateException in the parent
   */
  public void exit() {
    exit(0);
  }

  /**
   * Ends the child with a status; Swoole's {@code exit}. With 0 its shutdown hooks run, with others
   * it ends at once.
   *
   * @param status 0 to 255
   * @throws IllegalArgumentException for another status
   * @throws IllegalStateException in the parent
   */
  public void exit(int status) {
    requireInside("exit");
    if (status < 0 || status > MAX_STATUS) {
      throw new IllegalArgumentException("status: " + status + " (expected: 0 to 255)");
    }
    ProcessExec.exit(status);
  }

  /**
   * Talks through a message queue that all processes of the same class share.
   *
   * @return as {@link #useQueue(int, int)}
   */
  public boolean useQueue() {
    return useQueue(0, ProcessQueue.CONTENDED);
  }

  /**
   * Talks through the message queue of a key, from which whoever comes first takes a message.
   *
   * @param key its key, as {@code ipcs} shows it; 0 for one made of where the callback's class is
   * @return as {@link #useQueue(int, int)}
   */
  public boolean useQueue(int key) {
    return useQueue(key, ProcessQueue.CONTENDED);
  }

  /**
   * Talks through a message queue of the operating system; Swoole's {@code useQueue}. It stays,
   * with what is in it, until {@link #freeQueue}.
   *
   * @param key its key, as {@code ipcs} shows it; 0 for one made of where the callback's class is
   * @param mode 2: whoever takes a message first has it; 1: a child takes what was pushed to its
   *     own object; with {@code | IPC_NOWAIT} nobody waits
   * @return false with {@link #getLastError} if it cannot be had
   * @throws IllegalArgumentException for another mode
   */
  public boolean useQueue(int key, int mode) {
    return useQueue(key, mode, -1);
  }

  /**
   * As {@link #useQueue(int, int)}, with room for more or less than the operating system's default.
   *
   * @param key its key
   * @param mode as there
   * @param capacity the bytes it takes; more than the default for root only; -1 for the default
   * @return as there
   * @throws IllegalArgumentException for another mode
   */
  public boolean useQueue(int key, int mode, long capacity) {
    int kind = mode & ~IPC_NOWAIT;
    if (kind < 1 || kind > ProcessQueue.CONTENDED) {
      throw new IllegalArgumentException("mode: " + mode + " (expected: 1 or 2, | IPC_NOWAIT)");
    }
    int realKey = key == 0 ? ProcessQueue.keyOf(NamedCallback.classOf(callback)) : key;
    return queue.use(realKey, mode, capacity);
  }

  /**
   * What is in the queue; Swoole's {@code statQueue}.
   *
   * @return empty with {@link #getLastError} if it is gone
   * @throws IllegalStateException without a queue
   */
  public Optional<QueueStatus> statQueue() {
    return queue.status();
  }

  /**
   * Removes the queue with everything in it; Swoole's {@code freeQueue}.
   *
   * @return false with {@link #getLastError} if it is gone
   * @throws IllegalStateException without a queue
   */
  public boolean freeQueue() {
    return queue.free();
  }

  /**
   * Appends a message to the queue, waiting for room; Swoole's {@code push}.
   *
   * @param data the message; the operating system allows 8192 bytes by default
   * @return false with {@link #getLastError}: 22 for a message that is too long, 11 without room
   *     and {@link #IPC_NOWAIT}, 43 if the queue was removed
   * @throws IllegalArgumentException for a message without bytes
   * @throws IllegalStateException without a queue
   */
  public boolean push(byte[] data) {
    if (Arguments.require("data", data, "bytes").length == 0) {
      throw new IllegalArgumentException("data: 0 bytes (expected: at least 1)");
    }
    return queue.push(data);
  }

  /**
   * Appends a text to the queue as UTF-8.
   *
   * @param data the message
   * @return as {@link #push(byte[])}
   * @throws IllegalArgumentException as {@link #push(byte[])}
   * @throws IllegalStateException as {@link #push(byte[])}
   */
  public boolean push(String data) {
    return push(Arguments.require("data", data, "text").getBytes(UTF_8));
  }

  /**
   * Takes up to 8192 bytes.
   *
   * @return as {@link #pop(int)}
   * @throws IllegalStateException without a queue
   */
  public Optional<byte[]> pop() {
    return pop(BUFFER_BYTES);
  }

  /**
   * Takes the next message from the queue, waiting for one; Swoole's {@code pop}. An interrupt does
   * not end the waiting, {@link #freeQueue} does.
   *
   * @param maxSize how long it may be
   * @return empty with {@link #getLastError}: 42 without a message and with {@link #IPC_NOWAIT}, 7
   *     if it is longer, and stays, 43 if the queue was removed
   * @throws IllegalArgumentException unless it is from 1 to 1 MiB
   * @throws IllegalStateException without a queue
   */
  public Optional<byte[]> pop(int maxSize) {
    if (maxSize < 1 || maxSize > MAX_BUFFER_BYTES) {
      throw new IllegalArgumentException("maxSize: " + maxSize + " (expected: 1 to 1048576)");
    }
    return queue.pop(maxSize);
  }

  /**
   * Asks a process to end.
   *
   * @param pid its id
   * @return as {@link #kill(long, int)}
   */
  public static boolean kill(long pid) {
    return kill(pid, Signals.SIGTERM);
  }

  /**
   * Sends a signal; Swoole's {@code kill}.
   *
   * @param pid to which process
   * @param signo which, 0 to ask whether there is such a process
   * @return false with {@link #getLastError}: 3 if there is none, 1 if it is somebody else's, 22
   *     for a signal that does not exist
   * @throws IllegalArgumentException for 0 and below, which would mean many processes
   */
  public static boolean kill(long pid, int signo) {
    if (pid < 1 || pid > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("pid: " + pid + " (expected: one process)");
    }
    if (Posix.kill((int) pid, signo) < 0) {
      LastError.set(Posix.errno());
      return false;
    }
    return true;
  }

  /**
   * Takes the end of a child that was started by {@link #start()}; Swoole's {@code wait}. Children
   * of servers and pools are not among them. A child whose end nobody takes leaves no zombie.
   *
   * @param blocking whether to wait for one
   * @return empty with {@link #getLastError}: 10 if there is no child to wait for, or none any more
   *     because other threads have taken the last ends or the last has not been started, 4 if the
   *     thread was interrupted, 0 if all run and it does not wait
   */
  public static Optional<ExitStatus> wait(boolean blocking) {
    return ProcessStart.wait(blocking);
  }

  /**
   * Handles a signal; Swoole's {@code signal}. The last handler counts. A signal that was sent to
   * this process before its handler is taken away does not end it: that the JVM has taken it is
   * waited for, about a second at most. One that the JVM has taken but not dispatched may be
   * dropped, or its handler may still run.
   *
   * @param signo which
   * @param handler the handler, null to have what was before the first
   * @return false with {@link #getLastError} 22 for null if there is no handler
   * @throws IllegalArgumentException for a signal that cannot be handled in a JVM
   * @throws IllegalStateException for TERM and ALRM on a thread of a server
   */
  public static boolean signal(int signo, @Nullable SignalHandler handler) {
    return ProcessSignals.handle(signo, handler);
  }

  /**
   * Sends this process signal ALRM again and again, to be handled by {@link #signal}.
   *
   * @param intervalMicros as in {@link #alarm(long, int)}
   * @return as {@link #alarm(long, int)}
   */
  public static boolean alarm(long intervalMicros) {
    return alarm(intervalMicros, 0);
  }

  /**
   * Sends this process a signal again and again, to be handled by {@link #signal}; Swoole's {@code
   * alarm}. Ending it waits, about a second at most, until the JVM has taken the signals that are
   * on their way: none of them ends the process when the handler is taken away next. Their handler
   * may still begin after that.
   *
   * @param intervalMicros the time from one to the next; 0 and below ends it
   * @param type 0: of real time, signal ALRM; 1: of processor time, VTALRM; 2: of that with the
   *     kernel's, PROF
   * @return true
   * @throws IllegalArgumentException for another type
   * @throws IllegalStateException while the calling thread sees timers of {@code Timer}
   */
  public static boolean alarm(long intervalMicros, int type) {
    return ProcessSignals.alarm(intervalMicros, type);
  }

  /**
   * Makes the calling process one of the background, which goes on without its parent and terminal;
   * Swoole's {@code daemon} with its defaults: directory and standard streams stay.
   *
   * @return as {@link #daemon(boolean, boolean)}
   */
  public static boolean daemon() {
    return daemon(true, true);
  }

  /**
   * Makes the calling process one of the background; Swoole's {@code daemon}. A JVM cannot be split
   * in two: it starts once more with the same arguments, detached, and ends with code 0; so what
   * comes before this call runs twice. In the second process, which has another id, this returns. A
   * child keeps its pipe.
   *
   * @param nochdir whether to stay in the directory instead of going to the root
   * @param noclose whether to keep the standard streams instead of the null device
   * @return true in the process that goes on; false with {@link #getLastError} if it cannot be
   *     started
   */
  public static boolean daemon(boolean nochdir, boolean noclose) {
    return ProcessDaemon.detach(nochdir, noclose);
  }

  /**
   * Lets this process run on some processors only; Swoole's {@code setAffinity}.
   *
   * @param cpus their numbers, from 0
   * @return false with {@link #getLastError} if the operating system refuses
   * @throws IllegalArgumentException for an empty list or a processor that is not there
   */
  public static boolean setAffinity(List<Integer> cpus) {
    return ProcessExec.setAffinity(cpus);
  }

  /**
   * The processors that the calling thread may run on; Swoole's {@code getAffinity}.
   *
   * @return their numbers, ascending
   */
  public static List<Integer> getAffinity() {
    return ProcessExec.getAffinity();
  }

  /**
   * Changes the priority of this process; Swoole's {@code setPriority}.
   *
   * @param which {@link #PRIO_PROCESS}, {@link #PRIO_PGRP} or {@link #PRIO_USER}
   * @param priority the nice value, -20 for the most to 19 for the least processor time
   * @return as {@link #setPriority(int, int, int)} with {@link #pid}
   * @throws IllegalStateException before it was started
   */
  public boolean setPriority(int which, int priority) {
    return setPriority(which, priority, requirePid());
  }

  /**
   * Changes a priority; Swoole's {@code setPriority}. A process has it with every thread.
   *
   * @param which {@link #PRIO_PROCESS}, {@link #PRIO_PGRP} or {@link #PRIO_USER}
   * @param priority the nice value, -20 for the most to 19 for the least processor time
   * @param who the id of the process, group or user; 0 for the caller's own
   * @return false with {@link #getLastError}: 3 if there is none, 13 below the present value
   *     without the right to that, 1 if it is somebody else's
   * @throws IllegalArgumentException for another kind, or a value out of range
   */
  public boolean setPriority(int which, int priority, int who) {
    return ProcessPriority.set(which, priority, who);
  }

  /**
   * The priority of this process; Swoole's {@code getPriority}.
   *
   * @param which {@link #PRIO_PROCESS}, {@link #PRIO_PGRP} or {@link #PRIO_USER}
   * @return as {@link #getPriority(int, int)} with {@link #pid}
   * @throws IllegalStateException before it was started
   */
  public OptionalInt getPriority(int which) {
    return getPriority(which, requirePid());
  }

  /**
   * A priority; Swoole's {@code getPriority}.
   *
   * @param which {@link #PRIO_PROCESS}, {@link #PRIO_PGRP} or {@link #PRIO_USER}
   * @param who the id of the process, group or user; 0 for the caller's own
   * @return the nice value, of several processes the highest priority; empty with {@link
   *     #getLastError} 3 if there is none
   * @throws IllegalArgumentException for another kind
   */
  public OptionalInt getPriority(int which, int who) {
    return ProcessPriority.get(which, who);
  }

  /**
   * Why the last call of this class failed on this thread; Swoole's {@code swoole_errno}.
   *
   * @return a number for {@code Swoole.strerror}
   */
  public static int getLastError() {
    return LastError.get();
  }

  private int requirePid() {
    int own = pid();
    if (own == 0) {
      throw new IllegalStateException("process: not started (expected: started)");
    }
    return own;
  }

  private ChildContext requireInside(String call) {
    ChildContext context = inside;
    if (context == null) {
      throw new IllegalStateException(call + ": in the parent (expected: in the child)");
    }
    return context;
  }

  private Pipe requirePipe() {
    Pipe current = pipe;
    if (current == null) {
      throw new IllegalStateException(
          pipeType == PipeType.NONE
              ? "pipe: none (expected: a pipe type other than 0)"
              : "pipe: not open (expected: started, and not closed)");
    }
    return current;
  }

  /** What needs more than reading and writing. */
  SocketPipe requireWholePipe() {
    Pipe current = requirePipe();
    if (current instanceof SocketPipe whole) {
      return whole;
    }
    try {
      return ((ChildPipe) current).whole();
    } catch (ErrnoException e) {
      throw new IllegalStateException("pipe: closed (expected: open)", e);
    }
  }

  static Logger logger() {
    return LoggerFactory.getLogger(SwooleProcess.class);
  }
}
