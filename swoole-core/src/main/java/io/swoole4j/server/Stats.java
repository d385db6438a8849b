// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.internal.lifecycle.Engine;
import io.swoole4j.internal.net.Connection;
import io.swoole4j.internal.net.ConnectionRegistry;
import io.swoole4j.internal.net.TrafficCounters;
import io.swoole4j.internal.task.StoredTasks;
import io.swoole4j.internal.task.TaskPool;
import io.swoole4j.internal.worker.Worker;
import io.swoole4j.internal.worker.WorkerContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Swoole's {@code stats} map. Any thread. */
final class Stats {
  private Stats() {}

  static Map<String, Object> of(ServerParts parts, int userProcesses) {
    Engine engine = parts.engine();
    TaskPool tasks = parts.tasks().pool();
    TrafficCounters counters = engine.counters();
    ConnectionRegistry registry = engine.registry();
    Map<String, Object> stats = new LinkedHashMap<>();
    stats.put("start_time", parts.startSeconds());
    stats.put("connection_num", registry.countOpen());
    stats.put("abort_count", counters.aborted.sum());
    stats.put("accept_count", counters.accepted.sum());
    stats.put("close_count", counters.closed.sum());
    stats.put("worker_num", engine.workers().size());
    stats.put("task_worker_num", engine.taskWorkers().size());
    stats.put("user_worker_num", userProcesses);
    stats.put("idle_worker_num", idle(engine));
    stats.put("dispatch_count", engine.reactors().dispatched());
    stats.put("request_count", counters.requests.sum());
    stats.put("response_count", engine.reactors().responses() + counters.sentDatagrams.sum());
    stats.put("total_recv_bytes", engine.reactors().receivedBytes());
    stats.put("total_send_bytes", engine.reactors().sentBytes() + counters.sentDatagramBytes.sum());
    stats.put("discard_count", counters.discarded.sum());
    stats.put("dropped_datagram_count", counters.droppedDatagrams.sum());
    stats.put("no_idle_worker_count", counters.noIdleWorker.sum());
    stats.put("abandoned_worker_count", engine.abandonedWorkers());
    if (tasks.size() > 0) {
      stats.put("task_idle_worker_num", tasks.idle());
      stats.put("tasking_num", tasks.pending());
      stats.put("task_count", tasks.submitted());
      StoredTasks stored = tasks.stored();
      if (stored != null && engine.takesTasks()) {
        stats.put("task_queue_num", stored.size());
        stats.put("task_queue_bytes", stored.bytes());
      }
    }
    putWorker(stats, engine);
    stats.put("session_round", registry.lastFd());
    stats.put("min_fd", registry.openAfter(0, 1).stream().findFirst().orElse(0L));
    stats.put("max_fd", maxFd(registry));
    return stats;
  }

  /**
   * What concerns the calling worker; 0 on other threads, but for coroutines, which are then those
   * of all workers, and the most that one of these had.
   */
  private static void putWorker(Map<String, Object> stats, Engine engine) {
    WorkerContext context = engine.currentWorker();
    int inFlight = 0;
    for (Worker worker : engine.workers()) {
      inFlight += worker.inFlight();
    }
    stats.put("concurrency", inFlight);
    stats.put("worker_concurrency", context == null ? 0 : context.worker().inFlight());
    stats.put("worker_request_count", context == null ? 0L : context.requests());
    stats.put("worker_response_count", context == null ? 0L : context.responses());
    int coroutines = 0;
    int most = 0;
    for (Worker worker : context == null ? engine.allWorkers() : List.of(context.worker())) {
      coroutines += worker.coroutines();
      most = Math.max(most, worker.mostCoroutines());
    }
    stats.put("coroutine_num", coroutines);
    stats.put("coroutine_peek_num", most);
  }

  private static int idle(Engine engine) {
    int idle = 0;
    for (Worker worker : engine.workers()) {
      if (worker.inFlight() == 0) {
        idle++;
      }
    }
    return idle;
  }

  private static long maxFd(ConnectionRegistry registry) {
    long max = 0;
    for (Connection connection : registry.all()) {
      if (connection.isOpen()) {
        max = connection.fd();
      }
    }
    return max;
  }
}
