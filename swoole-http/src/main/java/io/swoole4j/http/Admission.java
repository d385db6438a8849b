// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import io.swoole4j.internal.http.message.Exchange;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many requests of one server are not answered yet, and how many may be: on the server as a
 * whole, where one more is refused, and on each worker, where one more waits. Any thread.
 */
final class Admission {
  /** One request whose answer has begun, in {@link #requests}. */
  private static final long BEGUN = 1L << Integer.SIZE;

  private final int max;
  private final int workerMax;

  /** How many are not answered, and how many of them have begun to be: the upper half. */
  private final AtomicLong requests = new AtomicLong();

  private final Exchange.Places places = new Places();
  private final Map<Integer, WorkerGate> gates = new ConcurrentHashMap<>();

  /** What exchanges give back. */
  private final class Places implements Exchange.Places {
    @Override
    public void begin() {
      requests.addAndGet(BEGUN);
    }

    @Override
    public void leave(boolean begun) {
      requests.addAndGet(begun ? -BEGUN - 1 : -1);
    }

    @Override
    public void stay(boolean begun) {
      requests.addAndGet(begun ? BEGUN + 1 : 1);
    }
  }

  /**
   * The limits of a server.
   *
   * @param max requests of the whole server
   * @param workerMax requests of one worker
   */
  Admission(int max, int workerMax) {
    this.max = max;
    this.workerMax = workerMax;
  }

  /** Counts a request in until its exchange has ended; false if there are too many. */
  boolean enter(Exchange exchange) {
    if (inFlight(requests.incrementAndGet()) > max) {
      requests.decrementAndGet();
      return false;
    }
    exchange.place(places);
    return true;
  }

  private static int inFlight(long requests) {
    return (int) requests;
  }

  /** Whether there are requests whose answer has not begun. */
  boolean isAwaited() {
    long now = requests.get();
    return inFlight(now) > now / BEGUN;
  }

  /** Whether a worker's requests are counted. */
  boolean limitsWorkers() {
    return workerMax < Integer.MAX_VALUE;
  }

  WorkerGate gate(int workerId) {
    return gates.computeIfAbsent(workerId, id -> new WorkerGate(workerMax));
  }

  /** Swoole's gauges, as a worker sees them. */
  Map<String, Object> stats(int workerId) {
    WorkerGate gate = gates.get(workerId);
    return Map.of(
        "concurrency",
        inFlight(requests.get()),
        "worker_concurrency",
        gate == null ? 0 : gate.running());
  }

  /** A worker ends: what waits for it is refused. */
  void workerStopped(int workerId) {
    WorkerGate gate = gates.get(workerId);
    if (gate != null) {
      gate.refuseWaiting();
    }
  }
}
