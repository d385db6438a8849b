// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.internal.util.ServerThread;
import io.swoole4j.spi.UserProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Starts the user processes of a server, starts them again when they end before it does, and ends
 * them with it. Owned by the manager's threads.
 */
final class UserProcesses {
  private static final long EARLY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** Who has lived so long may fail again without being held back for longer each time. */
  private static final long STEADY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long LONGEST_DELAY_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final List<Slot> slots = new ArrayList<>();
  private final Server server;
  private final BiConsumer<Runnable, Long> scheduler;
  private final Logger logger;

  /** Set by the next manager's thread if the one before hangs in a start and was given up. */
  private volatile boolean stopping;

  /**
   * The processes of one server.
   *
   * @param processes what to run
   * @param firstId the id of the first of them
   * @param server what they get
   * @param threads makes threads by name and task
   * @param classes which classes objects may have that come from them
   * @param scheduler runs a task on the manager's thread after so many nanoseconds
   * @param logger where failures go
   */
  UserProcesses(
      List<UserProcess> processes,
      int firstId,
      Server server,
      ThreadFactory threads,
      Predicate<Class<?>> classes,
      BiConsumer<Runnable, Long> scheduler,
      Logger logger) {
    this.server = server;
    this.scheduler = scheduler;
    this.logger = logger;
    int id = firstId;
    for (UserProcess process : processes) {
      slots.add(
          new Slot(process, new UserProcess.Context(server, id, named(id, threads), classes)));
      id++;
    }
  }

  /** Whom a thread of a user process works for. */
  private record Identity(Server server, int id) {}

  /** Threads that know their process, so that what they send says where it comes from. */
  private ThreadFactory named(int id, ThreadFactory threads) {
    return task ->
        threads.newThread(
            () -> {
              ServerThread.attach(new Identity(server, id));
              task.run();
            });
  }

  /** The id of the user process of a server that the calling thread belongs to, else -1. */
  static int currentId(Server server) {
    return ServerThread.currentAttachment() instanceof Identity identity
            && identity.server() == server
        ? identity.id()
        : -1;
  }

  /** One process through all its runs. */
  private final class Slot {
    private final UserProcess process;
    private final UserProcess.Context context;
    private volatile UserProcess.@Nullable Run run;
    private int failures;

    Slot(UserProcess process, UserProcess.Context context) {
      this.process = process;
      this.context = context;
    }

    void start() {
      if (stopping) {
        return;
      }
      try {
        UserProcess.Run started = process.start(context);
        run = started;
        if (stopping) {
          started.stop();
          return;
        }
        CompletableFuture<Long> since =
            started.ready().thenApply(ready -> System.nanoTime()).toCompletableFuture();
        started.exit().thenAccept(code -> scheduler.accept(() -> ended(started, code, since), 0L));
      } catch (Exception e) {
        logger.error("user process {} cannot be started", context.id(), e);
        failures++;
        scheduler.accept(this::start, delay(0, false));
      }
    }

    private void ended(UserProcess.Run which, int code, CompletableFuture<Long> since) {
      if (run != which || stopping || server.state() == ServerState.STOPPING) {
        return;
      }
      logger.warn("user process {} ended with exit code {}, starting it again", context.id(), code);
      long lived = since.isDone() ? System.nanoTime() - since.join() : 0;
      failures = code == 0 || lived > STEADY_NANOS ? 0 : failures + 1;
      scheduler.accept(this::start, delay(lived, which.pid() != ProcessHandle.current().pid()));
    }

    /** Twice as long after each failure in a row; a JVM is not made without a pause. */
    private long delay(long lived, boolean isJvm) {
      if (failures > 0) {
        return Math.min(LONGEST_DELAY_NANOS, EARLY_NANOS << Math.min(failures - 1, 10));
      }
      return isJvm || lived < EARLY_NANOS ? EARLY_NANOS : 0L;
    }
  }

  void start() {
    slots.forEach(Slot::start);
  }

  void stop() {
    stopping = true;
    for (Slot slot : slots) {
      UserProcess.Run run = slot.run;
      if (run != null) {
        run.stop();
      }
    }
  }

  /** Waits for the end of those that were asked to; ends by force what takes longer. */
  void end(long nanos) {
    long deadline = System.nanoTime() + nanos;
    for (Slot slot : slots) {
      UserProcess.Run run = slot.run;
      if (run != null && !endsBefore(deadline, run)) {
        logger.warn("user process {} did not end in time and is ended by force", slot.context.id());
        run.kill();
      }
    }
  }

  private static boolean endsBefore(long deadline, UserProcess.Run run) {
    try {
      run.exit()
          .toCompletableFuture()
          .get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The process id of the newest run of one of them, 0 before its first; any thread. */
  long pid(int index) {
    UserProcess.Run run = slots.get(index).run;
    return run == null ? 0 : run.pid();
  }

  int count() {
    return slots.size();
  }
}
