// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadFactory;
import java.util.function.Predicate;

/**
 * Something that runs beside the workers of a server, started and stopped with it and started again
 * when it ends before. Implementations: {@link #thread} here, child processes elsewhere. The server
 * calls the methods from one thread at a time.
 */
public interface UserProcess {
  /**
   * Starts it. Called again after each end.
   *
   * @param context where it runs
   * @return this run
   * @throws Exception if it cannot be started; the server then tries again as after an early end
   */
  Run start(Context context) throws Exception;

  /**
   * Looks whether it can be started once the server is confined to a directory, by the setting
   * {@code chroot}. Called before the server does anything.
   *
   * @param root the directory
   * @throws IllegalStateException if it cannot, which fails the server's start
   */
  default void checkConfined(Path root) {}

  /**
   * What a run needs to know.
   *
   * @param server the server it belongs to
   * @param id its id, behind those of the workers
   * @param threads makes threads that the server counts as its own
   * @param classes which classes objects may have that come from another process, one after the
   *     other: the JDK's plain values and collections, and what {@code task_classes} names
   */
  record Context(ServerHandle server, int id, ThreadFactory threads, Predicate<Class<?>> classes) {}

  /** One run of a user process. */
  interface Run {
    /**
     * Its operating-system process.
     *
     * @return the process id; that of this JVM for a thread
     */
    long pid();

    /**
     * Done when its body begins to run, which is what counts as its life; never if it does not.
     *
     * @return a stage that does not fail; by default one that is done
     */
    default CompletionStage<?> ready() {
      return CompletableFuture.completedFuture(true);
    }

    /**
     * Done with the exit code when the run has ended, 0 for a good end.
     *
     * @return a stage that does not fail
     */
    CompletionStage<Integer> exit();

    /** Asks it to end. */
    void stop();

    /** Ends it, or gives it up if it cannot be ended. */
    void kill();
  }

  /** The body of a user process that is a thread. */
  @FunctionalInterface
  interface Body {
    /**
     * Runs until its work is done or its thread is interrupted, which is how it is asked to end.
     *
     * @param server the server it belongs to
     * @param id its id
     * @throws Exception anything: it ends with exit code 255
     */
    void run(ServerHandle server, int id) throws Exception;
  }

  /** The body of a user process that is a thread and uses its pipe. */
  @FunctionalInterface
  interface PipedBody {
    /**
     * As {@link Body#run}.
     *
     * @param server the server it belongs to
     * @param id its id
     * @param self the process, to read from and write to
     * @throws Exception anything: it ends with exit code 255
     */
    void run(ServerHandle server, int id, ThreadProcess self) throws Exception;
  }

  /**
   * A user process that is a thread of this JVM.
   *
   * @param body what it runs
   * @return the process
   */
  static ThreadProcess thread(Body body) {
    Objects.requireNonNull(body, "body");
    return new ThreadProcess((server, id, self) -> body.run(server, id));
  }

  /**
   * A user process that is a thread of this JVM and uses its pipe.
   *
   * @param body what it runs
   * @return the process
   */
  static ThreadProcess thread(PipedBody body) {
    return new ThreadProcess(body);
  }
}
