// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;

/** A run of a user process that is a thread. */
final class ThreadRun implements UserProcess.Run {
  private static final int FAILED = 255;

  private final Thread thread;
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();
  private volatile boolean stopping;

  private ThreadRun(UserProcess.Context context, UserProcess.Body body) {
    thread = context.threads().newThread(() -> run(context, body));
  }

  static ThreadRun start(UserProcess.Context context, UserProcess.Body body) {
    ThreadRun run = new ThreadRun(context, body);
    run.thread.start();
    return run;
  }

  private void run(UserProcess.Context context, UserProcess.Body body) {
    int code = FAILED;
    try {
      body.run(context.server(), context.id());
      code = 0;
    } catch (InterruptedException e) {
      code = stopping ? 0 : FAILED;
    } catch (Exception | Error e) {
      Logger logger = ServerLogs.here(ThreadRun.class);
      if (stopping) {
        // In its way it may say that it was interrupted.
        logger.warn("user process {} failed when it was to end", context.id(), e);
      } else {
        logger.error("user process {} failed", context.id(), e);
      }
    } finally {
      exit.complete(code);
    }
  }

  @Override
  public long pid() {
    return ProcessHandle.current().pid();
  }

  @Override
  public CompletionStage<Integer> exit() {
    return exit;
  }

  @Override
  public void stop() {
    stopping = true;
    thread.interrupt();
  }

  @Override
  public void kill() {
    thread.interrupt();
    exit.complete(FAILED);
  }
}
