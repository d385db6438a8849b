// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many requests one worker has not answered, and those that wait until it may begin another.
 * What waits is bounded by the connections and their pipelines. Any thread.
 */
final class WorkerGate {
  private final int max;

  // Guarded by this.
  private final ArrayDeque<RequestDelivery> waiting = new ArrayDeque<>();
  private int running;

  WorkerGate(int max) {
    this.max = max;
  }

  synchronized int running() {
    return running;
  }

  synchronized int waiting() {
    return waiting.size();
  }

  /** Lets a request in, or keeps it until another has left. */
  synchronized boolean enter(RequestDelivery request) {
    if (running < max) {
      running++;
      return true;
    }
    waiting.add(request);
    return false;
  }

  /** A request was answered. */
  void leave() {
    synchronized (this) {
      running--;
    }
    wakeNext();
  }

  /** Sends the next request on its way again, past those whose client is gone. */
  void wakeNext() {
    RequestDelivery next = next();
    while (next != null && !next.again()) {
      next.dropped();
      next = next();
    }
  }

  private synchronized @Nullable RequestDelivery next() {
    return running < max ? waiting.poll() : null;
  }

  /** Refuses what waits. */
  void refuseWaiting() {
    List<RequestDelivery> all;
    synchronized (this) {
      all = new ArrayList<>(waiting);
      waiting.clear();
    }
    all.forEach(RequestDelivery::refuseForNow);
  }
}
