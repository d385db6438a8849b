// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.Boot;
import io.swoole4j.internal.process.Child;
import io.swoole4j.internal.process.ChildDescriptors;
import io.swoole4j.internal.process.Frames;
import io.swoole4j.internal.process.JvmSignals;
import io.swoole4j.internal.process.Launcher;
import io.swoole4j.internal.process.SocketPipe;
import io.swoole4j.internal.process.posix.ErrnoException;
import io.swoole4j.internal.process.posix.MessageQueue;
import io.swoole4j.internal.process.posix.Posix;
import io.swoole4j.internal.process.posix.Socket;
import io.swoole4j.internal.process.posix.Wait;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The master of a pool: starts its workers, starts them again, renews and ends them. Everything
 * happens on the thread that runs {@link #run}; other threads leave tasks for it.
 */
final class PoolMaster implements PoolSide {
  private static final long FIRST_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LONGEST_DELAY_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long STEADY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration SEND_LIMIT = Duration.ofSeconds(10);
  private static final int QUEUE_PERMISSIONS = 0600;
  private static final int NO_QUEUE = -1;
  private static final List<String> RELOAD_SIGNALS = List.of("USR1", "USR2");

  private final Logger logger = SwooleProcess.logger();
  private final ProcessPool pool;
  private final PoolSpec spec;
  private final int queueKey;
  private final @Nullable Socket listener;
  private final List<String> jvmOptions;
  private final Duration maxWaitTime;
  private final TaskLine tasks = new TaskLine();
  private final List<Slot> slots = new ArrayList<>();
  private final Deque<Slot> toRenew = new ArrayDeque<>();
  private @Nullable MessageQueue queue;
  private @Nullable PoolHandler shutdownHandler;
  private volatile boolean running;
  private volatile boolean stopping;
  private volatile boolean reloading;

  PoolMaster(
      ProcessPool pool,
      PoolSpec spec,
      int queueKey,
      @Nullable Socket listener,
      List<String> jvmOptions,
      Duration maxWaitTime) {
    this.pool = pool;
    this.spec = spec;
    this.queueKey = queueKey;
    this.listener = listener;
    this.jvmOptions = jvmOptions;
    this.maxWaitTime = maxWaitTime;
  }

  /** Refuses handlers that could not travel. */
  static void requireSerializable(String name, PoolSpec spec) {
    Launcher.serialize(name, new PoolBody(spec, 0));
  }

  /** A worker through all its lives. */
  private static final class Slot {
    private final int workerId;
    private final Socket.Pair pair;
    private final SocketPipe pipe;
    private volatile @Nullable Child child;

    /** When its present life began, by {@link System#nanoTime}: not while it starts. */
    private long livesSince;

    private boolean lives;
    private int failures;

    /** Whom a reload lets go. */
    private @Nullable Child outgoing;

    Slot(int workerId, Socket.Pair pair) throws ErrnoException {
      this.workerId = workerId;
      this.pair = pair;
      pipe = new SocketPipe(pair.ours(), false);
      pipe.timeout(SEND_LIMIT);
    }
  }

  /** Runs the pool to its end. */
  boolean run(@Nullable PoolHandler start, @Nullable PoolHandler shutdown) throws ErrnoException {
    shutdownHandler = shutdown;
    try {
      open();
      JvmSignals.handle("TERM", signo -> shutdown());
      RELOAD_SIGNALS.forEach(name -> JvmSignals.handle(name, signo -> reload()));
      running = true;
      call("start", start);
      slots.forEach(this::launch);
      while (!hasEnded()) {
        tasks.runNext();
      }
      return true;
    } finally {
      running = false;
      JvmSignals.giveBack("TERM");
      RELOAD_SIGNALS.forEach(JvmSignals::giveBack);
      close();
    }
  }

  private void open() throws ErrnoException {
    for (int i = 0; i < spec.workerNum(); i++) {
      slots.add(new Slot(i, Socket.Pair.open(Posix.SOCK_SEQPACKET)));
    }
    if (spec.ipc() == IpcType.MESSAGE_QUEUE) {
      queue = MessageQueue.open(queueKey, QUEUE_PERMISSIONS);
    }
  }

  private void close() {
    slots.forEach(slot -> slot.pair.close());
    MessageQueue current = queue;
    if (current != null && queueKey == 0) {
      try {
        current.remove();
      } catch (ErrnoException e) {
        logger.warn("the queue of the pool cannot be removed", e);
      }
    }
  }

  private void call(String name, @Nullable PoolHandler handler) {
    if (handler != null) {
      try {
        handler.on(pool);
      } catch (Exception e) {
        logger.error("{} handler of the pool threw", name, e);
      }
    }
  }

  private boolean hasEnded() {
    return stopping && slots.stream().allMatch(slot -> slot.child == null);
  }

  private void launch(Slot slot) {
    if (stopping) {
      return;
    }
    slot.lives = false;
    Launcher.Launch launch =
        new Launcher.Launch(jvmOptions).with(ChildDescriptors.PIPE, slot.pair.theirs());
    Socket listening = listener;
    if (listening != null) {
      launch.with(ChildDescriptors.LISTENER, listening);
    }
    for (Slot other : slots) {
      launch.with(ChildDescriptors.WORKERS + other.workerId, other.pair.ours());
    }
    try {
      Child child = launch.start(boot(slot.workerId), Launcher::thread, made -> slot.child = made);
      child.listen(Launcher::thread, (from, frame) -> received(slot, from, frame));
      child
          .report()
          .thenAccept(failure -> tasks.add(() -> reported(slot, child, failure.orElse(null))));
      child.exit().thenAccept(status -> tasks.add(() -> ended(slot, child, status)));
    } catch (ErrnoException e) {
      logger.error("worker {} of the pool cannot be started", slot.workerId, e);
      again(slot, true);
    }
  }

  private Boot boot(int workerId) {
    MessageQueue current = queue;
    return new Boot(
        masterPid(),
        workerId,
        PipeType.DATAGRAM.number(),
        false,
        current == null ? NO_QUEUE : current.id(),
        ProcessQueue.CONTENDED,
        false,
        Boot.programProperties(),
        body(new PoolBody(spec, workerId)));
  }

  private static byte[] body(PoolBody body) {
    return PlainPoolBody.encode(body).orElseGet(() -> Launcher.serialize("pool", body));
  }

  private void received(Slot slot, Child from, Frames.Frame frame) {
    switch (frame.type()) {
      case Frames.SHUTDOWN -> shutdown();
      case Frames.DETACH -> tasks.add(() -> detached(slot, from));
      default -> logger.warn("worker {} sent a frame of type {}", slot.workerId, frame.type());
    }
  }

  private void detached(Slot slot, Child child) {
    if (slot.child == child) {
      slot.child = null;
      launch(slot);
    }
  }

  private void reported(Slot slot, Child child, @Nullable String failure) {
    if (failure != null) {
      // whom the pool lets go it may have ended before it got so far
      if (!stopping && slot.outgoing != child) {
        logger.error("worker {} of the pool cannot run: {}", slot.workerId, failure);
      }
      return;
    }
    if (slot.child == child) {
      slot.lives = true;
      slot.livesSince = System.nanoTime();
    }
    tellProcessIds();
    if (reloading && toRenew.peek() == slot && child != slot.outgoing) {
      toRenew.remove();
      renewNext();
    }
  }

  /** Workers know each other. */
  private void tellProcessIds() {
    ByteBuffer ids = ByteBuffer.allocate(slots.size() * Integer.BYTES);
    slots.forEach(slot -> ids.putInt(pidOf(slot)));
    for (Slot slot : slots) {
      Child child = slot.child;
      if (child != null && child.report().isDone()) {
        send(child, Frames.PROCESS_IDS, ids.array());
      }
    }
  }

  private static int pidOf(Slot slot) {
    Child child = slot.child;
    return child == null ? 0 : child.pid();
  }

  private static void send(Child child, byte type, byte[] payload) {
    try {
      child.send(type, 0, payload);
    } catch (IOException e) {
      // it has ended, which is told by its exit
    }
  }

  private void ended(Slot slot, Child child, Wait.Status status) {
    if (slot.child != child) {
      return;
    }
    slot.child = null;
    if (stopping) {
      return;
    }
    boolean failed = status.code() != 0 || status.signal() != 0;
    if (failed) {
      logger.warn(
          "worker {} of the pool ended with code {}, signal {}, starting it again",
          slot.workerId,
          status.code(),
          status.signal());
    }
    again(slot, failed);
  }

  /** Starts a worker again, later each time if it fails early. */
  private void again(Slot slot, boolean failed) {
    boolean steady = slot.lives && System.nanoTime() - slot.livesSince > STEADY_NANOS;
    if (!failed || steady) {
      slot.failures = 0;
    }
    long delay =
        failed
            ? Math.min(LONGEST_DELAY_NANOS, FIRST_DELAY_NANOS << Math.min(slot.failures, 10))
            : 0;
    slot.failures += failed ? 1 : 0;
    tasks.add(() -> launch(slot), delay);
  }

  /** Asks a worker to leave, and ends it if it does not. */
  private void leave(Slot slot) {
    Child child = slot.child;
    if (child == null) {
      return;
    }
    child.report().thenAccept(failure -> send(child, Frames.LEAVE, new byte[0]));
    tasks.add(
        () -> {
          if (!child.hasEnded()) {
            logger.warn("worker {} of the pool did not leave in time and is killed", slot.workerId);
            child.kill(Signals.SIGKILL);
          }
        },
        maxWaitTime.toNanos());
  }

  @Override
  public boolean shutdown() {
    if (!running || stopping) {
      return false;
    }
    tasks.add(this::stop);
    return true;
  }

  private void stop() {
    if (stopping) {
      return;
    }
    stopping = true;
    running = false;
    call("shutdown", shutdownHandler);
    slots.forEach(this::leave);
  }

  boolean reload() {
    if (!running || stopping || reloading) {
      return false;
    }
    reloading = true;
    tasks.add(
        () -> {
          toRenew.addAll(slots);
          renewNext();
        });
    return true;
  }

  private void renewNext() {
    Slot next = toRenew.peek();
    if (next == null) {
      reloading = false;
    } else if (next.child == null) {
      // it is about to be started again anyway
      toRenew.remove();
      renewNext();
    } else {
      next.outgoing = next.child;
      leave(next);
    }
  }

  @Override
  public SocketPipe pipeTo(int workerId) {
    return slots.get(workerId).pipe;
  }

  @Override
  public SwooleProcess process(int workerId) {
    Slot slot = slots.get(workerId);
    return new SwooleProcess(workerId, slot.pipe.unlimited(), () -> pidOf(slot), null);
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int masterPid() {
    return (int) ProcessHandle.current().pid();
  }
}
