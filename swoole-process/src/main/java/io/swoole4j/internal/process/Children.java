// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

import io.swoole4j.internal.process.posix.Wait;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/**
 * The children somebody may wait for, those who run and those whose end nobody has asked for yet.
 * They are not left as zombies until then. Any thread.
 */
public final class Children {
  /** So many ends are remembered for somebody who asks for them. */
  static final int MAX_ENDED = 65_536;

  /** The end of a process. */
  public record End(int pid, int code, int signal) {}

  private final Set<Child> running = new LinkedHashSet<>();
  private final Queue<End> ended = new ArrayDeque<>();

  /** Counts a child from now on; called before it can end. */
  public void add(Child child) {
    // first, for want of memory must not leave one among them that is not started then
    child.report().thenAcceptBoth(child.exit(), (failure, status) -> ended(child, failure, status));
    synchronized (this) {
      running.add(child);
    }
  }

  /** The end of one that has never run its callback is told to its starter alone. */
  private synchronized void ended(Child child, Optional<String> failure, Wait.Status status) {
    if (!running.remove(child)) {
      return;
    }
    if (failure.isEmpty()) {
      if (ended.size() == MAX_ENDED) {
        ended.remove();
      }
      ended.add(new End(child.pid(), status.code(), status.signal()));
    }
    notifyAll();
  }

  /** Leaves one out that has never run its callback, and whose starter is told. */
  public synchronized void forget(Child child) {
    running.remove(child);
    notifyAll();
  }

  /** The next end, if there is one; a child that has ended by now is seen. */
  public Optional<End> poll() {
    for (Child child : candidates()) {
      // whether it ran is known when it has ended, or in a moment
      child.reap().ifPresent(status -> ended(child, child.report().join(), status));
    }
    synchronized (this) {
      return next();
    }
  }

  private Optional<End> next() {
    return Optional.ofNullable(ended.poll());
  }

  /** Whom to ask; nobody while there are ends that wait. */
  private synchronized Set<Child> candidates() {
    return ended.isEmpty() ? Set.copyOf(running) : Set.of();
  }

  /** Waits for the next end; empty as soon as nothing runs, others have taken all ends then. */
  public synchronized Optional<End> take() throws InterruptedException {
    while (ended.isEmpty() && !running.isEmpty()) {
      wait();
    }
    return next();
  }

  /** Whether there is anybody to wait for. */
  public synchronized boolean isEmpty() {
    return running.isEmpty() && ended.isEmpty();
  }
}
