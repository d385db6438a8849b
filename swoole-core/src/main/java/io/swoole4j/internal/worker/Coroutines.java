// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import io.swoole4j.internal.util.ServerThreads;
import io.swoole4j.internal.util.Stacks;
import io.swoole4j.internal.util.VirtualThreads;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs the callbacks of one worker on virtual threads, a new one for each: those of one sequence
 * one after the other, all others side by side, and never more than so many at a time. The worker's
 * own thread only hands them over, and runs everything that is no callback. Safe from any thread.
 */
public final class Coroutines implements CallbackRunner {
  /** How many callbacks that take too long are told of at a time: each comes with its stack. */
  private static final int MOST_OVERDUE = 10;

  private final int max;
  private final ServerThreads threads;
  private final String role;

  // All guarded by this; the lock is never held while a callback or anything else of others runs.
  private final Set<Coroutine> alive = new LinkedHashSet<>();
  private final IdentityHashMap<Object, Sequence> sequences = new IdentityHashMap<>();
  private final Queue<Coroutine> ready = new ArrayDeque<>();
  private final Queue<Coroutine> exempt = new ArrayDeque<>();
  private final Queue<Coroutine> bound = new ArrayDeque<>();
  private final List<Mark> marks = new ArrayList<>();
  private final Queue<Runnable> feeders = new ArrayDeque<>();
  private @Nullable CoroutineContext current;
  private @Nullable ThreadFactory factory;
  private @Nullable ClassLoader loader;
  private long nextNumber;
  private int running;
  private int abandoned;
  private int counted;
  private int peak;
  private boolean ended;

  /** The callback of a sequence whose turn it is, and those behind it. */
  private static final class Sequence {
    private Coroutine head;
    private final Queue<Coroutine> behind = new ArrayDeque<>();

    Sequence(Coroutine head) {
      this.head = head;
    }
  }

  /**
   * Something to do when all callbacks before a number have ended.
   *
   * @param number the first that does not matter
   * @param action what to do
   */
  private record Mark(long number, Runnable action) {}

  /**
   * The callbacks of a worker that does not run yet.
   *
   * @param max how many may run at a time, at least 1
   * @param threads the threads of its server
   * @param role the role of the worker's thread
   */
  public Coroutines(int max, ServerThreads threads, String role) {
    this.max = max;
    this.threads = threads;
    this.role = role;
  }

  ServerThreads threads() {
    return threads;
  }

  String role() {
    return role;
  }

  @Override
  public void run(Delivery delivery, int index) {
    Callback callback = delivery.callback(index);
    if (callback == null) {
      delivery.run(index);
    } else if (!isFullFor(callback) || !callback.refused()) {
      add(callback, null);
    }
  }

  @Override
  public boolean isApart() {
    return true;
  }

  @Override
  public WorkerContext context(Worker worker) {
    return new CoroutineContext(worker, this);
  }

  @Override
  public void begin(WorkerContext context) {
    List<Runnable> due;
    synchronized (this) {
      if (context.isOver()) {
        return;
      }
      current = (CoroutineContext) context;
      loader = Thread.currentThread().getContextClassLoader();
      startAll();
      due = due();
    }
    due.forEach(Runnable::run);
  }

  /** A callback whose predecessor runs takes its place over and needs no other. */
  private synchronized boolean isFullFor(Callback callback) {
    if (counted < max || callback.isExempt()) {
      return false;
    }
    Sequence before = callback.sequence() == null ? null : sequences.get(callback.sequence());
    return before == null || before.head.thread == null;
  }

  /** Takes a callback in, for whichever incarnation serves or for one only. */
  void add(Callback callback, @Nullable CoroutineContext only) {
    synchronized (this) {
      if (ended) {
        return;
      }
      Coroutine added = new Coroutine(this, callback, only, nextNumber++);
      alive.add(added);
      Object key = callback.sequence();
      if (only != null) {
        only.held++;
        bound.add(added);
      } else if (key == null) {
        line(callback).add(added);
      } else {
        Sequence before = sequences.get(key);
        if (before == null) {
          sequences.put(key, new Sequence(added));
          line(callback).add(added);
        } else {
          before.behind.add(added);
        }
      }
      startAll();
    }
  }

  private Queue<Coroutine> line(Callback callback) {
    return callback.isExempt() ? exempt : ready;
  }

  /** Starts what may run. */
  private void startAll() {
    Coroutine next = next();
    while (next != null) {
      CoroutineContext context = next.context;
      if (context != null && context.isOver()) {
        context.held--;
        alive.remove(next);
      } else {
        start(next);
      }
      next = next();
    }
  }

  private @Nullable Coroutine next() {
    boolean room = counted < max;
    Coroutine next = room ? bound.poll() : null;
    CoroutineContext serving = current;
    if (next != null || serving == null || serving.isLeaving() || serving.isOver()) {
      return next;
    }
    next = exempt.poll();
    return next == null && room ? ready.poll() : next;
  }

  private void start(Coroutine next) {
    CoroutineContext context = next.context;
    if (context == null) {
      context = Objects.requireNonNull(current);
      next.context = context;
      context.held++;
    }
    ThreadFactory made = factory;
    if (made == null) {
      // Not before: the port is in the name.
      made = VirtualThreads.factory(threads.name(role) + "-coroutine-");
      factory = made;
    }
    running++;
    counted += next.callback.isExempt() ? 0 : 1;
    peak = Math.max(peak, running + abandoned);
    try {
      next.start(made, loader);
    } catch (RuntimeException | Error e) {
      // No memory for it: as if its handler had thrown that.
      leave(next);
      next.callback.notStarted();
      context.worker().failed(context, e);
    }
  }

  /** A callback has returned. On its thread, which does nothing else any more. */
  void ended(Coroutine coroutine) {
    List<Runnable> due;
    synchronized (this) {
      leave(coroutine);
      startAll();
      due = due();
      CoroutineContext context = coroutine.attachment();
      if (context.isLeaving() && context.held == 0) {
        due.add(context::callbacksEnded);
      }
    }
    due.forEach(Runnable::run);
  }

  private void leave(Coroutine coroutine) {
    counted -= coroutine.callback.isExempt() ? 0 : 1;
    if (coroutine.abandoned) {
      abandoned--;
    } else {
      forget(coroutine);
    }
  }

  private void forget(Coroutine coroutine) {
    running--;
    coroutine.attachment().held--;
    alive.remove(coroutine);
    Object key = coroutine.callback.sequence();
    Sequence own = key == null ? null : sequences.get(key);
    if (own == null) {
      return;
    }
    Coroutine next = own.behind.poll();
    if (next == null) {
      sequences.remove(key);
    } else {
      own.head = next;
      line(next.callback).add(next);
    }
  }

  /** What has to be done now that callbacks have begun or ended; outside of the lock. */
  private List<Runnable> due() {
    List<Runnable> due = new ArrayList<>();
    if (!marks.isEmpty()) {
      long oldest = alive.isEmpty() ? Long.MAX_VALUE : alive.iterator().next().number;
      marks.removeIf(mark -> mark.number <= oldest && due.add(mark.action));
    }
    if (!feeders.isEmpty() && queued() < Mailbox.CAPACITY / 2) {
      due.addAll(feeders);
      feeders.clear();
    }
    return due;
  }

  @Override
  public synchronized int waiting() {
    return alive.size() - running;
  }

  @Override
  public synchronized int queued() {
    return ready.size() + exempt.size() + bound.size();
  }

  @Override
  public synchronized int running() {
    return running + abandoned;
  }

  @Override
  public synchronized int peak() {
    return peak;
  }

  @Override
  public void whenHalfEmpty(Runnable resume) {
    leaveWord(() -> feeders.add(resume));
  }

  @Override
  public void whenDone(Runnable action) {
    leaveWord(() -> marks.add(new Mark(nextNumber, action)));
  }

  private void leaveWord(Runnable word) {
    List<Runnable> due;
    synchronized (this) {
      word.run();
      due = due();
    }
    due.forEach(Runnable::run);
  }

  @Override
  public synchronized void interrupt(@Nullable WorkerContext of) {
    for (Coroutine coroutine : alive) {
      if (coroutine.thread != null && (of == null || coroutine.context == of)) {
        coroutine.thread.interrupt();
      }
    }
  }

  @Override
  public String stack(@Nullable WorkerContext of) {
    return Stacks.of(thread(of));
  }

  private synchronized @Nullable Thread thread(@Nullable WorkerContext of) {
    for (Coroutine coroutine : alive) {
      if (coroutine.thread != null && (of == null || coroutine.context == of)) {
        return coroutine.thread;
      }
    }
    return null;
  }

  @Override
  public List<Overdue> overdue(boolean waitingCounts, long now, long nanos) {
    List<Overdue> overdue = new ArrayList<>();
    for (Coroutine coroutine : begun()) {
      Thread thread = Objects.requireNonNull(coroutine.thread);
      Sighting sighting = coroutine.sighting(waitingCounts);
      sighting.look(waitingCounts || thread.getState() == Thread.State.RUNNABLE, now);
      if (overdue.size() < MOST_OVERDUE && sighting.isDue(now, nanos)) {
        overdue.add(new Overdue(thread, sighting.tell(now)));
      }
    }
    return overdue;
  }

  /** Callbacks that run now; whatever takes time is done with them outside of the lock. */
  private synchronized List<Coroutine> begun() {
    List<Coroutine> begun = new ArrayList<>(running);
    for (Coroutine coroutine : alive) {
      if (coroutine.thread != null) {
        begun.add(coroutine);
      }
    }
    return begun;
  }

  @Override
  public void abandon(WorkerContext of) {
    List<Coroutine> left = new ArrayList<>();
    List<Runnable> due;
    synchronized (this) {
      for (Coroutine coroutine : List.copyOf(alive)) {
        if (coroutine.thread != null && coroutine.context == of) {
          coroutine.abandoned = true;
          abandoned++;
          forget(coroutine);
          left.add(coroutine);
        }
      }
      startAll();
      due = due();
    }
    left.forEach(coroutine -> coroutine.callback.abandoned());
    due.forEach(Runnable::run);
  }

  @Override
  public synchronized void end() {
    ended = true;
    alive.removeIf(coroutine -> coroutine.thread == null);
    List.of(ready, exempt, bound).forEach(Queue::clear);
    sequences.values().forEach(sequence -> sequence.behind.clear());
  }
}
