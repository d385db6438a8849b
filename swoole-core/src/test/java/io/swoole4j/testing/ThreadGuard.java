// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Finds threads of the library, and other non-daemon threads, that outlive a test class.
 *
 * <p>A thread is reported once, so that one leak does not fail all classes that follow.
 */
final class ThreadGuard {

  private static final String LIBRARY_PREFIX = "swoole-";

  /** Threads of the test engine and of Netty's singleton, which end when they please. */
  private static final List<String> FOREIGN_PREFIXES =
      List.of("junit-", "surefire-", "globalEventExecutor-");

  private static final Set<Thread> REPORTED =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private Set<Thread> before = Set.of();

  void begin() {
    before = new HashSet<>(Thread.getAllStackTraces().keySet());
  }

  List<AssertionError> end(Duration wait) {
    List<Thread> leaked = awaitEnd(System.nanoTime() + wait.toNanos());
    REPORTED.addAll(leaked);
    before = Set.of();
    return leaked.stream().map(ThreadGuard::describe).toList();
  }

  private List<Thread> awaitEnd(long deadline) {
    while (true) {
      List<Thread> leaked =
          Thread.getAllStackTraces().keySet().stream().filter(this::isLeaked).toList();
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (leaked.isEmpty() || left <= 0) {
        return leaked;
      }
      try {
        leaked.get(0).join(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return leaked;
      }
    }
  }

  private boolean isLeaked(Thread thread) {
    if (!thread.isAlive() || REPORTED.contains(thread)) {
      return false;
    }
    if (thread.getName().startsWith(LIBRARY_PREFIX)) {
      return true;
    }
    return !thread.isDaemon()
        && !before.contains(thread)
        && FOREIGN_PREFIXES.stream().noneMatch(thread.getName()::startsWith);
  }

  private static AssertionError describe(Thread thread) {
    AssertionError failure =
        new AssertionError("leaked thread: " + thread.getName() + " (" + thread.getState() + ")");
    failure.setStackTrace(thread.getStackTrace());
    return failure;
  }
}
