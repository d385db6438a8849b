// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import io.swoole4j.internal.dispatch.Dispatch;
import io.swoole4j.internal.dispatch.WorkerLoads;
import io.swoole4j.internal.worker.LoopWorker;
import io.swoole4j.internal.worker.Mailbox;
import io.swoole4j.internal.worker.Wakeable;
import io.swoole4j.internal.worker.Worker;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * One event loop: collects what its connections read and hands it to the workers once per loop
 * iteration, and writes what workers queued. Owned by the loop's thread; only {@link #wake} and
 * {@link #hasOutput} may be called by others.
 */
public final class Reactor implements WorkerLoads, Wakeable {
  /** Messages of one worker that are handed over before the loop iteration has ended. */
  private static final int MAX_BATCH = 4096;

  /** How long output may wait for the end of a worker's batch. */
  private static final long LATEST_FLUSH_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Logger logger;
  private final int id;
  private final SingleThreadEventLoop loop;
  private final Inbound inbound;
  private final @Nullable LoopWorker ownWorker;
  private final LoopCounters counters = new LoopCounters();

  private final ConcurrentLinkedQueue<Outbound> dirty = new ConcurrentLinkedQueue<>();
  private final ArrayDeque<Runnable> handOvers = new ArrayDeque<>();
  private final AtomicBoolean wakePending = new AtomicBoolean();
  private final Runnable wakeTask = this::woken;
  private final Runnable iterationTask = this::endOfIteration;
  private final Runnable flushCheckTask = this::flushCheck;
  private final Runnable readCompleteTask = this::readCompleteLate;

  // PROCESS mode: one batch per worker, and the workers that have one.
  private @Nullable InboundBatch[] pending = new InboundBatch[0];
  private int[] waiting = new int[0];
  private int waitingCount;
  private boolean iterationTaskQueued;
  private boolean flushCheckScheduled;

  /** Does not look for output by itself although workers are busy. */
  private volatile boolean resting;

  // BASE mode: what callbacks have queued, and what the current read has yielded.
  private final ArrayDeque<Outbound> dirtyOnLoop = new ArrayDeque<>();
  private @Nullable InboundBatch spareBatch;
  private @Nullable InboundBatch ownBatch;
  private boolean readCompleteQueued;
  private boolean reading;

  /**
   * A reactor on an event loop.
   *
   * @param id its number, from 0
   * @param loop its event loop
   * @param inbound the way in
   * @param ownWorker the worker that is this event loop (BASE), or null (PROCESS)
   */
  public Reactor(int id, EventLoop loop, Inbound inbound, @Nullable LoopWorker ownWorker) {
    this.logger = inbound.logging().of(Reactor.class);
    this.id = id;
    this.loop = (SingleThreadEventLoop) loop;
    this.inbound = inbound;
    this.ownWorker = ownWorker;
  }

  /**
   * Its number.
   *
   * @return from 0
   */
  public int id() {
    return id;
  }

  /**
   * Its event loop.
   *
   * @return the loop
   */
  public EventLoop loop() {
    return loop;
  }

  LoopCounters counters() {
    return counters;
  }

  Logger logger() {
    return logger;
  }

  @Nullable LoopWorker ownWorker() {
    return ownWorker;
  }

  /** Whether what it reads may have to wait for a worker. */
  boolean queues() {
    return ownWorker == null || ownWorker.runsApart();
  }

  Inbound inbound() {
    return inbound;
  }

  /** Takes a message of one of its connections on its way to a worker. */
  void deliver(Connection connection, Object message) {
    assert loop.inEventLoop();
    if (ownWorker != null) {
      InboundBatch batch = ownBatch;
      if (batch == null) {
        ownBatch = batch = spareBatch == null ? new InboundBatch(this) : spareBatch;
        spareBatch = null;
      }
      batch.add(connection, message);
      return;
    }
    int workerId = inbound.route(connection, message, this);
    if (workerId >= 0) {
      addFor(workerId, connection, message);
    } else {
      connection.refused(message, workerId == Dispatch.CLOSE);
    }
  }

  private void addFor(int workerId, Connection connection, Object message) {
    if (pending.length == 0) {
      pending = new InboundBatch[inbound.workers()];
      waiting = new int[inbound.workers()];
    }
    InboundBatch batch = pending[workerId];
    if (batch == null) {
      pending[workerId] = batch = new InboundBatch(this);
      waiting[waitingCount++] = workerId;
    }
    batch.add(connection, message);
    if (batch.size() == MAX_BATCH) {
      // Its place in the list of waiting workers stays taken.
      handOver(workerId);
      pending[workerId] = new InboundBatch(this);
    }
    scheduleEndOfIteration();
  }

  private void scheduleEndOfIteration() {
    if (!iterationTaskQueued) {
      iterationTaskQueued = true;
      loop.executeAfterEventLoopIteration(iterationTask);
    }
  }

  /** Runs a hand-over of something else than connections with those of this loop iteration. */
  void handOverAtEnd(Runnable handOver) {
    handOvers.add(handOver);
    scheduleEndOfIteration();
  }

  /** What was read from one connection, or what became of it, is complete: BASE mode runs it. */
  void readComplete() {
    InboundBatch batch = ownBatch;
    if (batch != null && ownWorker != null) {
      ownBatch = null;
      counters.dispatched.add(batch.packets());
      ownWorker.runNow(batch);
      if (ownWorker.waitingApart() > Mailbox.CAPACITY) {
        batch.stallOn(ownWorker);
      }
      batch.clear();
      spareBatch = batch;
    }
  }

  private void endOfIteration() {
    iterationTaskQueued = false;
    int count = waitingCount;
    waitingCount = 0;
    for (int i = 0; i < count; i++) {
      handOver(waiting[i]);
    }
    Runnable more = handOvers.poll();
    while (more != null) {
      more.run();
      more = handOvers.poll();
    }
    writeDirty();
    lookLater();
  }

  private void lookLater() {
    if (!flushCheckScheduled) {
      flushCheckScheduled = true;
      if (resting) {
        resting = false;
      }
      loop.schedule(flushCheckTask, LATEST_FLUSH_NANOS, TimeUnit.NANOSECONDS);
    }
  }

  private void handOver(int workerId) {
    InboundBatch batch = pending[workerId];
    pending[workerId] = null;
    if (batch == null || batch.size() == 0) {
      return;
    }
    Worker worker = inbound.worker(workerId);
    counters.dispatched.add(batch.packets());
    int depth = worker.deliver(batch);
    if (depth > Mailbox.CAPACITY) {
      // Safe after the hand-over: the connections of a batch do not change any more.
      batch.stallOn(worker);
    }
  }

  /**
   * A worker in a long callback does not wake us; this bounds how long its output can wait. When
   * there is none, it is asked to wake us after all, so that we need not look for as long as it
   * takes.
   */
  private void flushCheck() {
    flushCheckScheduled = false;
    boolean wrote = writeDirty();
    if (loop.isShuttingDown() || !isAnyWorkerBusy()) {
      return;
    }
    if (!wrote) {
      resting = true;
      // What was queued by somebody who had not seen that.
      wrote = writeDirty();
    }
    if (wrote) {
      lookLater();
    }
  }

  private boolean isAnyWorkerBusy() {
    for (int i = 0; i < inbound.workers(); i++) {
      if (inbound.inFlight(i) > 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean hasToBeWoken() {
    return resting;
  }

  /** Stops reading from every connection and hands over what was read. On the event loop. */
  public void stopReading() {
    for (Connection connection : inbound.registry().all()) {
      if (connection.reactor() == this) {
        connection.flow().stopReading();
      }
    }
    readComplete();
    if (iterationTaskQueued) {
      endOfIteration();
      iterationTaskQueued = true;
    }
  }

  /** Runs a task on the event loop, or nowhere once the loop and its connections have ended. */
  void execute(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      logger.debug("reactor {} has ended", id, e);
    }
  }

  /**
   * Runs a task when the sockets of this event loop have had their turn. One that is just appended
   * to the loop's tasks comes before them, however often it appends itself again: the loop goes on
   * with tasks for a second. On the event loop.
   */
  void executeInNextTurn(Runnable task) {
    loop.executeAfterEventLoopIteration(() -> execute(task));
  }

  /** Runs a task at once on the event loop, from elsewhere as {@link #execute}. */
  void run(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else {
      execute(task);
    }
  }

  /** BASE mode: sees to it that {@link #readComplete} is called although nothing is being read. */
  void runAfterIteration() {
    if (ownWorker != null && !reading && !readCompleteQueued) {
      readCompleteQueued = true;
      loop.executeAfterEventLoopIteration(readCompleteTask);
    }
  }

  /** Whether a read of a connection is going on, which ends in {@link #readComplete}. */
  void reading(boolean now) {
    reading = now;
  }

  private void readCompleteLate() {
    readCompleteQueued = false;
    readComplete();
  }

  /** Notes that a connection has output; the caller sees to a {@link #wake}. From any thread. */
  void hasOutput(Outbound outbound) {
    dirty.offer(outbound);
  }

  /** The same for output appended on the event loop. */
  void hasOutputOnLoop(Outbound outbound) {
    dirtyOnLoop.add(outbound);
  }

  @Override
  public void wake() {
    if (loop.inEventLoop()) {
      writeDirty();
    } else if (wakePending.compareAndSet(false, true)) {
      try {
        loop.execute(wakeTask);
      } catch (RejectedExecutionException e) {
        // The loop has ended and with it every connection: what is queued goes nowhere, nor does
        // what others queue later.
        wakePending.set(false);
        loop.terminationFuture().addListener(ended -> dropDirty());
      }
    }
  }

  private void woken() {
    wakePending.set(false);
    writeDirty();
    if (resting) {
      lookLater();
    }
  }

  private synchronized void dropDirty() {
    writeDirty();
  }

  /** Answers whether there was anything. */
  private boolean writeDirty() {
    boolean any = false;
    Outbound own = dirtyOnLoop.poll();
    while (own != null) {
      any = true;
      own.writeLocal();
      own = dirtyOnLoop.poll();
    }
    Outbound outbound = dirty.poll();
    while (outbound != null) {
      any = true;
      outbound.writeQueued();
      outbound = dirty.poll();
    }
    return any;
  }

  @Override
  public int workers() {
    return inbound.workers();
  }

  @Override
  public int inFlight(int workerId) {
    return inbound.inFlight(workerId) + pending(workerId);
  }

  /** What its connections have said to a worker and is not handed over. */
  int pending(int workerId) {
    InboundBatch batch = pending.length == 0 ? null : pending[workerId];
    return batch == null ? 0 : batch.size();
  }

  @Override
  public int connections(int workerId) {
    return inbound.connections(workerId);
  }
}
