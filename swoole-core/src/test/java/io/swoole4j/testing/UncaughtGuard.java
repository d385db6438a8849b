// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Collects exceptions that reached the end of a thread without a handler of its own. */
final class UncaughtGuard {

  private final Expectations expectations;
  private final Queue<AssertionError> collected = new ConcurrentLinkedQueue<>();
  private Thread.@Nullable UncaughtExceptionHandler previous;

  UncaughtGuard(Expectations expectations) {
    this.expectations = expectations;
  }

  void begin() {
    previous = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler(this::collect);
  }

  void end() {
    Thread.setDefaultUncaughtExceptionHandler(previous);
  }

  List<AssertionError> drain() {
    List<AssertionError> drained = new ArrayList<>();
    for (AssertionError next = collected.poll(); next != null; next = collected.poll()) {
      drained.add(next);
    }
    return drained;
  }

  private void collect(Thread thread, Throwable cause) {
    if (!expectations.allows(cause)) {
      collected.add(new AssertionError("uncaught exception in thread " + thread.getName(), cause));
    }
  }
}
