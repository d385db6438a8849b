// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many requests one worker has not answered, and those that wait until it may begin another. A
 * request waits no longer than its exchange is open, so that what waits is a part of what {@code
 * max_concurrency} lets in. Any thread.
 */
final class WorkerGate {
  private final int max;

  // Guarded by this.
  private final Set<RequestDelivery> waiting = new LinkedHashSet<>();
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

  /** The client of a request that may wait is gone: so is its body; false if it did not wait. */
  synchronized boolean forget(RequestDelivery request) {
    return waiting.remove(request);
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
    if (running >= max || waiting.isEmpty()) {
      return null;
    }
    Iterator<RequestDelivery> all = waiting.iterator();
    RequestDelivery first = all.next();
    all.remove();
    return first;
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
