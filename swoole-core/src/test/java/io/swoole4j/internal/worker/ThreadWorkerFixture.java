// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import static io.swoole4j.internal.worker.WorkerLog.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.internal.util.ServerThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;

/** Makes thread workers of id 3, replaces their dead threads, and ends them after the test. */
abstract class ThreadWorkerFixture {

  final WorkerLog log = new WorkerLog();
  final List<Throwable> deaths = new CopyOnWriteArrayList<>();
  volatile boolean replace = true;
  private final List<ThreadWorker> workers = new ArrayList<>();

  /** Writes down deaths, and replaces threads unless told otherwise. */
  final WorkerSupervisor supervisor =
      new WorkerSupervisor() {
        @Override
        public void workerDied(Worker worker, Throwable cause) {
          deaths.add(cause);
        }

        @Override
        public void workerLeft(ThreadWorker worker, boolean futile) {
          if (replace) {
            worker.startThread();
          }
        }
      };

  @AfterEach
  void endWorkers() {
    workers.forEach(
        worker -> {
          worker.interrupt();
          worker.giveUp();
        });
  }

  final ThreadWorker newWorker(WorkerEvents events) {
    return newWorker(events, CallbackRunner.INLINE, id -> {});
  }

  final ThreadWorker newWorker(
      WorkerEvents events, CallbackRunner runner, Consumer<Integer> threadStarted) {
    return newWorker(
        new WorkerDuties(events, supervisor, runner, RequestLimit.NONE, true), threadStarted);
  }

  final ThreadWorker newWorker(WorkerDuties duties, Consumer<Integer> threadStarted) {
    ThreadWorker worker =
        new ThreadWorker(3, "worker-3", duties, new ServerThreads(9501), threadStarted);
    workers.add(worker);
    return worker;
  }

  final ThreadWorker startedWorker() {
    ThreadWorker worker = newWorker(log);
    worker.startThread();
    log.awaitLines("start 3");
    return worker;
  }

  static Thread thread(Worker worker) {
    Thread thread = worker.thread();
    assertThat(thread).isNotNull();
    return thread;
  }

  static void awaitEnded(Thread thread) throws InterruptedException {
    thread.join(LIMIT.toMillis());
    assertThat(thread.isAlive()).isFalse();
  }
}
