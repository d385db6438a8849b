// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import io.swoole4j.internal.util.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The timers of a worker whose callbacks run on virtual threads. Every thread may use them; a
 * callback of theirs begins on the worker's thread and runs beside it. A tick whose callback still
 * runs is left out, as one that is late is.
 */
final class CoroutineTimers extends TimerQueue<TimerTask> {
  private @Nullable CoroutineContext context;

  CoroutineTimers(Worker worker) {
    super(Clock.SYSTEM, worker::nextTimerId, TimerTask::run);
  }

  void of(CoroutineContext incarnation) {
    context = incarnation;
  }

  private CoroutineContext context() {
    return Objects.requireNonNull(context);
  }

  @Override
  public long after(long delayMillis, TimerTask callback) {
    long id;
    synchronized (this) {
      id = super.after(delayMillis, apart(callback));
    }
    context().timersChanged();
    return id;
  }

  @Override
  public long tick(long intervalMillis, TimerTask callback) {
    long id;
    synchronized (this) {
      id = super.tick(intervalMillis, apart(callback));
    }
    context().timersChanged();
    return id;
  }

  private TimerTask apart(TimerTask callback) {
    AtomicBoolean busy = new AtomicBoolean();
    return id -> {
      if (busy.compareAndSet(false, true)) {
        context()
            .run(
                () -> {
                  try {
                    callback.run(id);
                  } finally {
                    busy.set(false);
                  }
                });
      }
    };
  }

  @Override
  public synchronized boolean clear(long id) {
    return super.clear(id);
  }

  @Override
  public synchronized void clearAll() {
    super.clearAll();
  }

  @Override
  public synchronized int size() {
    return super.size();
  }

  @Override
  public synchronized @Nullable Info info(long id) {
    return super.info(id);
  }

  @Override
  public synchronized List<Long> ids() {
    return super.ids();
  }

  @Override
  public synchronized long round() {
    return super.round();
  }

  @Override
  public synchronized boolean wasUsed() {
    return super.wasUsed();
  }

  @Override
  public synchronized long nanosUntilNext() {
    return super.nanosUntilNext();
  }

  @Override
  public synchronized int runDue(int limit) {
    return super.runDue(limit);
  }
}
