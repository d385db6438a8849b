// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.swoole4j.internal.util.ServerThreads;
import io.swoole4j.internal.worker.LoopWorker;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The event loops of one server and the reactors on them. Made and ended by the life cycle. */
public final class ReactorGroup {
  private final MultiThreadIoEventLoopGroup group;
  private final List<Reactor> reactors = new ArrayList<>();
  private final IdentityHashMap<EventLoop, Reactor> byLoop = new IdentityHashMap<>();

  /**
   * Event loops, their threads not started yet.
   *
   * @param transport how they wait
   * @param loops how many
   * @param threads makes their threads
   * @param role what the threads are called
   * @param inbound the way in
   * @param ownWorkers makes the worker of a loop in BASE mode; answers null in PROCESS mode
   */
  public ReactorGroup(
      Transport transport,
      int loops,
      ServerThreads threads,
      String role,
      Inbound inbound,
      BiFunction<Integer, EventLoop, @Nullable LoopWorker> ownWorkers) {
    group = new EventLoops(loops, threads.factory(role), transport.ioHandler());
    int id = 0;
    for (EventExecutor executor : group) {
      EventLoop loop = (EventLoop) executor;
      Reactor reactor = new Reactor(id, loop, inbound, ownWorkers.apply(id, loop));
      reactors.add(reactor);
      byLoop.put(loop, reactor);
      id++;
    }
  }

  /**
   * The reactors in the order of their numbers.
   *
   * @return an unmodifiable view
   */
  public List<Reactor> reactors() {
    return List.copyOf(reactors);
  }

  /**
   * The event loops.
   *
   * @return the group
   */
  public MultiThreadIoEventLoopGroup group() {
    return group;
  }

  /**
   * Packets handed to workers.
   *
   * @return the total
   */
  public long dispatched() {
    return LoopCounters.sum(this, counters -> counters.dispatched);
  }

  /**
   * Messages written towards clients.
   *
   * @return the total
   */
  public long responses() {
    return LoopCounters.sum(this, counters -> counters.responses);
  }

  /**
   * Bytes read.
   *
   * @return the total
   */
  public long receivedBytes() {
    return LoopCounters.sum(this, counters -> counters.receivedBytes);
  }

  /**
   * Bytes the kernel took.
   *
   * @return the total
   */
  public long sentBytes() {
    return LoopCounters.sum(this, counters -> counters.sentBytes);
  }

  Reactor of(EventLoop loop) {
    Reactor reactor = byLoop.get(loop);
    if (reactor == null) {
      throw new IllegalStateException("loop: " + loop + " (expected: one of this group)");
    }
    return reactor;
  }

  /**
   * Ends the event loops and with them what is left of their channels.
   *
   * @param nanos how long to wait for their threads
   * @return whether all threads have ended by then
   * @throws InterruptedException if interrupted meanwhile
   */
  public boolean shutdown(long nanos) throws InterruptedException {
    group.shutdownGracefully(0, Math.max(nanos, 1), TimeUnit.NANOSECONDS);
    return group.awaitTermination(Math.max(nanos, 1), TimeUnit.NANOSECONDS);
  }
}
