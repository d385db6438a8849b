// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.swoole4j.internal.process.posix.Errno;
import io.swoole4j.internal.process.posix.ErrnoException;
import io.swoole4j.internal.process.posix.Posix;
import io.swoole4j.internal.process.posix.Socket;
import io.swoole4j.internal.process.posix.Spawn;
import io.swoole4j.internal.process.posix.Wait;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A child JVM as its parent sees it. It has a thread that starts it, waits for its report and then
 * for its end: what the child does when its parent's thread ends depends on the thread that started
 * it. Other methods may be called from any thread.
 */
public final class Child {
  /** Names the seconds that a child may take until it runs its callback. */
  private static final String REPORT_PROPERTY = "swoole4j.process.seconds";

  private static final double REPORT_SECONDS = 30;
  private static final double SHORTEST_SECONDS = 0.001;
  private static final double LONGEST_SECONDS = 86_400;

  private static final int SIGKILL = 9;
  private static final String ENDED_EARLY = "it ended before it reported";

  /** What the parent's end of {@link Frames} is given that comes from the child. */
  @FunctionalInterface
  public interface Listener {
    /** Called on one thread, frame after frame. */
    void frame(Child child, Frames.Frame frame) throws IOException;
  }

  private final Spawn spawn;
  private final Boot boot;
  private final Duration limit;
  private final Socket.Pair control;
  private final Frames frames;
  private final CompletableFuture<Integer> pid = new CompletableFuture<>();
  private final CompletableFuture<Optional<String>> report = new CompletableFuture<>();
  private final CompletableFuture<Wait.Status> exit = new CompletableFuture<>();
  private Wait.@Nullable Status status;

  private Child(Spawn spawn, Boot boot, Duration limit) throws ErrnoException {
    this.spawn = spawn;
    this.boot = boot;
    this.limit = limit;
    control = Socket.Pair.open(Posix.SOCK_STREAM);
    control.theirs().passTo(spawn, ChildDescriptors.CONTROL);
    frames = new Frames(SocketStreams.in(control.ours()), SocketStreams.out(control.ours()));
  }

  /**
   * Starts one.
   *
   * @param spawn the JVM, with the descriptors it gets
   * @param boot what it is told
   * @param threads makes the thread that looks after it
   * @param made is given the child, on that thread, before the child is told what to do: whatever
   *     that does is done by somebody who is known here; it has no process id yet
   * @return the child, which has a process id and has not reported yet
   * @throws ErrnoException if the operating system refuses
   * @throws IllegalArgumentException if the seconds for its report are no number above 0
   */
  static Child start(Spawn spawn, Boot boot, ThreadFactory threads, Consumer<Child> made)
      throws ErrnoException {
    Child child = new Child(spawn, boot, reportLimit());
    threads.newThread(() -> child.lookAfter(made)).start();
    try {
      child.pid.get();
      return child;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ErrnoException refused) {
        throw refused;
      }
      throw new IllegalStateException("child: not started", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return child;
    }
  }

  private void lookAfter(Consumer<Child> made) {
    int started;
    try {
      started = spawn.start();
    } catch (IOException | RuntimeException | Error e) {
      control.close();
      pid.completeExceptionally(e);
      return;
    }
    control.theirs().release();
    try {
      made.accept(this);
    } catch (RuntimeException | Error e) {
      // whatever it is: somebody waits; the child was told nothing, and ends with its socket
      control.ours().close();
      pid.completeExceptionally(e);
      Wait.untilEnded(started);
      Wait.reap(started);
      return;
    }
    pid.complete(started);
    report.complete(boot());
    Wait.untilEnded(started);
    reap();
    control.ours().close();
  }

  /** Tells the child what to do; answers why it does not do it. */
  private Optional<String> boot() {
    try {
      control.ours().timeout(limit, limit);
      frames.write(Frames.BOOT, 0, boot.encode());
      Optional<Frames.Frame> answer = frames.read();
      control.ours().timeout(Duration.ZERO, Duration.ZERO);
      if (answer.isEmpty()) {
        return Optional.of(ENDED_EARLY);
      }
      Frames.Frame frame = answer.get();
      return frame.type() == Frames.READY
          ? Optional.empty()
          : Optional.of(new String(frame.payload(), UTF_8));
    } catch (ErrnoException e) {
      if (e.errno() == Errno.EPIPE || e.errno() == Errno.ECONNRESET) {
        return Optional.of(ENDED_EARLY);
      }
      return giveUp(e);
    } catch (IOException | RuntimeException | Error e) {
      // whatever it is: somebody waits for the report
      return giveUp(e);
    }
  }

  private static Duration reportLimit() {
    String told = System.getProperty(REPORT_PROPERTY);
    double seconds;
    try {
      seconds = told == null ? REPORT_SECONDS : Double.parseDouble(told);
    } catch (NumberFormatException e) {
      seconds = 0;
    }
    // of less than a millisecond the socket would make no limit
    if (!(seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS)) {
      throw new IllegalArgumentException(
          REPORT_PROPERTY + ": " + told + " (expected: seconds, 0.001 to 86400)");
    }
    return Duration.ofMillis((long) (seconds * 1000));
  }

  /** Whoever hangs here would hang for ever. */
  private Optional<String> giveUp(Throwable e) {
    Posix.kill(pid(), SIGKILL);
    return Optional.of("it did not report: " + e.getMessage());
  }

  /** Takes the status of its end; empty while it runs. */
  Optional<Wait.Status> reap() {
    Optional<Wait.Status> end;
    synchronized (this) {
      if (status == null) {
        status = Wait.reap(pid()).orElse(null);
      }
      end = Optional.ofNullable(status);
    }
    end.ifPresent(exit::complete);
    return end;
  }

  /** Its process id. */
  public int pid() {
    return pid.join();
  }

  /** Done when it runs its callback, or with the reason why it will not. */
  public CompletableFuture<Optional<String>> report() {
    return report;
  }

  /** Done when it has ended. */
  public CompletableFuture<Wait.Status> exit() {
    return exit;
  }

  /** Whether its end was noticed. */
  public boolean hasEnded() {
    return exit.isDone();
  }

  /** Sends it a frame. */
  public void send(byte type, int number, byte[] payload) throws IOException {
    frames.write(type, number, payload);
  }

  /** Sends it a signal, unless it has ended: its process id may be somebody else's by then. */
  public synchronized boolean kill(int signal) {
    return status == null && Posix.kill(pid(), signal) == 0;
  }

  /** Gives all frames from now on to a listener, on a thread that ends with the child. */
  public void listen(ThreadFactory threads, Listener listener) {
    threads
        .newThread(
            () -> {
              try {
                report.join();
                Optional<Frames.Frame> frame = frames.read();
                while (frame.isPresent()) {
                  listener.frame(this, frame.get());
                  frame = frames.read();
                }
              } catch (ProtocolException | OutOfMemoryError e) {
                // it would wait for answers that cannot come, and its end is told
                kill(SIGKILL);
              } catch (IOException e) {
                // the end of the child, told by its socket
              }
            })
        .start();
  }
}
