// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.Boot;
import io.swoole4j.internal.process.Child;
import io.swoole4j.internal.process.ChildDescriptors;
import io.swoole4j.internal.process.Children;
import io.swoole4j.internal.process.JavaCommand;
import io.swoole4j.internal.process.LastError;
import io.swoole4j.internal.process.Launcher;
import io.swoole4j.internal.process.SocketPipe;
import io.swoole4j.internal.process.posix.Errno;
import io.swoole4j.internal.process.posix.ErrnoException;
import io.swoole4j.internal.process.posix.Posix;
import io.swoole4j.internal.process.posix.Socket;
import io.swoole4j.internal.process.posix.Wait;
import io.swoole4j.spi.UserProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** The parent's side of a process: its starts and its ends. Any thread. */
final class ProcessStart {
  private static final Children CHILDREN = new Children();

  private final SwooleProcess process;
  private volatile @Nullable Child child;
  private volatile boolean started;
  private List<String> jvmOptions = List.of();
  private Socket.@Nullable Pair served;
  private @Nullable IntSupplier elsewhere;

  ProcessStart(SwooleProcess process) {
    this.process = process;
  }

  /** For a process that somebody else has started. */
  ProcessStart(SwooleProcess process, IntSupplier pid) {
    this(process);
    started = true;
    elsewhere = pid;
  }

  /** Finds out at once what could not travel. */
  static SwooleProcess.Callback requireSerializable(SwooleProcess.Callback callback) {
    serialize(callback);
    return callback;
  }

  /** Finds out whether a JVM could be started in another root directory. */
  static void requireJava(Path root) {
    Path java = JavaCommand.program().toAbsolutePath();
    if (!Files.isExecutable(root.resolve(Path.of("/").relativize(java)))) {
      throw new IllegalStateException(
          "chroot: " + root + " (expected: a directory with " + java + " in it, for a child JVM)");
    }
  }

  private static byte[] serialize(SwooleProcess.Callback callback) {
    return Launcher.serialize("callback", new ProcessBody(callback));
  }

  /** What the child is told of its callback. */
  private static byte[] body(SwooleProcess.Callback callback) {
    return PlainBody.encode(callback).orElseGet(() -> serialize(callback));
  }

  void requireNew() {
    if (started) {
      throw new IllegalStateException("process: started (expected: not yet)");
    }
  }

  void jvmOptions(List<String> options) {
    requireNew();
    jvmOptions = options;
  }

  int pid() {
    IntSupplier other = elsewhere;
    if (other != null) {
      return other.getAsInt();
    }
    Child current = child;
    return current == null ? 0 : current.pid();
  }

  int run() {
    requireNew();
    byte[] body = body(process.callback());
    Child launched;
    try {
      Socket.Pair pair = openPipe();
      try {
        launched = launch(pair, body, false, Launcher::thread, this::made);
      } catch (ErrnoException | RuntimeException e) {
        closeAll(pair);
        throw e;
      }
      if (pair != null) {
        pair.theirs().release();
        process.connect(new SocketPipe(pair.ours(), isStream()));
      }
    } catch (ErrnoException e) {
      LastError.set(e);
      return -1;
    }
    started = true;
    Optional<String> failure = launched.report().join();
    if (failure.isPresent()) {
      process.close();
      Wait.Status end = launched.exit().join();
      CHILDREN.forget(launched);
      throw new IllegalStateException(
          "process: " + failure.get() + "; code " + end.code() + ", signal " + end.signal());
    }
    return launched.pid();
  }

  /** Before it can end: whoever hears of its end, by signal CHLD perhaps, asks for it at once. */
  private void made(Child launched) {
    CHILDREN.add(launched);
    child = launched;
  }

  private boolean isStream() {
    return process.pipeType() == PipeType.STREAM;
  }

  private Socket.@Nullable Pair openPipe() throws ErrnoException {
    return process.pipeType() == PipeType.NONE
        ? null
        : Socket.Pair.open(isStream() ? Posix.SOCK_STREAM : Posix.SOCK_SEQPACKET);
  }

  private static void closeAll(Socket.@Nullable Pair pair) {
    if (pair != null) {
      pair.close();
    }
  }

  private Child launch(
      Socket.@Nullable Pair pair,
      byte[] body,
      boolean hasServer,
      ThreadFactory threads,
      Consumer<Child> made)
      throws ErrnoException {
    Launcher.Launch launch = new Launcher.Launch(jvmOptions);
    if (pair == null) {
      launch.without(ChildDescriptors.PIPE);
    } else {
      launch.with(ChildDescriptors.PIPE, pair.theirs());
      if (process.redirects()) {
        launch.redirect(pair.theirs());
      }
    }
    Boot boot =
        new Boot(
            ProcessHandle.current().pid(),
            process.id(),
            process.pipeType().number(),
            hasServer,
            process.queue().queueId(),
            process.queue().mode(),
            false,
            Boot.programProperties(),
            body);
    return launch.start(boot, threads, made);
  }

  /**
   * Starts it for a server, which starts it again when it ends. Its pipe stays the same all the
   * time: what workers write while there is no child is read by the next one.
   */
  synchronized UserProcess.Run run(UserProcess.Context context) throws ErrnoException {
    byte[] body = body(process.callback());
    Socket.Pair pair = served;
    if (pair == null) {
      pair = openPipe();
      served = pair;
      if (pair != null) {
        process.connect(new SocketPipe(pair.ours(), isStream()));
      }
    }
    started = true;
    Child launched = launch(pair, body, true, context.threads(), made -> child = made);
    ServerCalls calls = new ServerCalls(context);
    launched.listen(context.threads(), calls);
    launched.exit().thenRun(calls::end);
    ProcessRun run = new ProcessRun(launched, this::closeServed);
    run.onFailure(
        reason ->
            SwooleProcess.logger().error("user process {} cannot run: {}", context.id(), reason));
    return run;
  }

  private synchronized void closeServed() {
    process.close();
    closeAll(served);
  }

  static Optional<ExitStatus> wait(boolean blocking) {
    try {
      Optional<Children.End> next = blocking ? CHILDREN.take() : CHILDREN.poll();
      boolean nobody = next.isEmpty() && (blocking || CHILDREN.isEmpty());
      LastError.set(nobody ? Errno.ECHILD : 0);
      return next.map(end -> new ExitStatus(end.pid(), end.code(), end.signal()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LastError.set(Errno.EINTR);
      return Optional.empty();
    }
  }
}
