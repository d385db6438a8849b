// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.swoole4j.internal.worker.WorkerContext;
import org.jspecify.annotations.Nullable;

/**
 * The way to one client for those who have something to say: appends to what waits for it and sees
 * to waking the event loop that writes. Safe from any thread.
 */
public final class ClientOutput {
  private final Connection connection;
  private final Reactor reactor;
  private final Outbound outbound;

  ClientOutput(Connection connection, Reactor reactor, Outbound outbound) {
    this.connection = connection;
    this.reactor = reactor;
    this.outbound = outbound;
  }

  /**
   * Queues bytes towards the client.
   *
   * @param data the bytes, not to be changed afterwards
   * @return false when too many wait already
   */
  public boolean send(byte[] data) {
    WorkerContext context = WorkerContext.current();
    if (!(isOnLoop(context) ? outbound.offerOnLoop(data) : outbound.offer(data))) {
      return false;
    }
    wakeReactor(context, data.length);
    return true;
  }

  /**
   * Whether so many bytes could be queued now.
   *
   * @param bytes how many
   * @return false when too many wait already
   */
  public boolean hasRoom(int bytes) {
    return outbound.hasRoom(bytes);
  }

  /**
   * Queues a protocol's message towards the client.
   *
   * @param message what the handlers in the pipeline can encode; released when refused
   * @param bytes about how large it is
   * @return false when too much waits already
   */
  public boolean send(Object message, int bytes) {
    if (!outbound.offer(message, bytes)) {
      return false;
    }
    wakeReactor(WorkerContext.current(), bytes);
    return true;
  }

  /**
   * Queues bytes that may be dropped again while they wait, in favour of later ones.
   *
   * @param data the bytes, not to be changed afterwards
   * @param makeRoom whether others may be dropped for them
   * @return how many were dropped for them, -1 when there is no room
   */
  public int sendDroppable(byte[] data, boolean makeRoom) {
    int dropped = outbound.offerDroppable(data, makeRoom);
    if (dropped >= 0) {
      wakeReactor(WorkerContext.current(), data.length);
    }
    return dropped;
  }

  /**
   * Drops everything that may be dropped and waits.
   *
   * @return how many were dropped
   */
  public int drop() {
    return outbound.dropDroppable();
  }

  /**
   * Queues the last bytes, however much waits.
   *
   * @param data the bytes, not to be changed afterwards
   */
  public void sendLast(byte[] data) {
    outbound.offerLast(data);
    wakeReactor(WorkerContext.current(), data.length);
  }

  /**
   * Queues a message of a protocol that has limits of its own, whatever waits already.
   *
   * @param message what the handlers in the pipeline can encode
   * @param bytes about how large it is
   * @param counted what it counts towards the watermarks
   */
  public void sendUnlimited(Object message, long bytes, int counted) {
    WorkerContext context = WorkerContext.current();
    outbound.offerUnlimited(message, bytes, counted, isOnLoop(context));
    wakeReactor(context, (int) Math.min(bytes, Outbound.CHUNK));
  }

  /**
   * Counts bytes as queued that are sent later.
   *
   * @param bytes how many
   * @return false when too many wait already
   */
  public boolean reserve(int bytes) {
    return outbound.reserve(bytes);
  }

  /**
   * Queues bytes that were counted before.
   *
   * @param data the bytes, not to be changed afterwards
   */
  public void sendReserved(byte[] data) {
    outbound.offerReserved(data);
    wakeReactor(WorkerContext.current(), data.length);
  }

  /**
   * Queues a part of a file towards the client.
   *
   * @param file the part; closed when refused
   * @return false when too many files are open for sending already
   */
  public boolean send(OutboundFile file) {
    int bytes = (int) Math.min(file.remaining(), Outbound.CHUNK);
    if (!outbound.offer(file)) {
      return false;
    }
    wakeReactor(WorkerContext.current(), bytes);
    return true;
  }

  /**
   * Counts an open file as one that is going to be sent.
   *
   * @param file the part; closed when refused
   * @return false when too many files are open for sending already
   */
  public boolean admit(OutboundFile file) {
    return outbound.admit(file);
  }

  /**
   * Queues a part of a file that was counted before.
   *
   * @param file the part
   */
  public void sendAdmitted(OutboundFile file) {
    int bytes = (int) Math.min(file.remaining(), Outbound.CHUNK);
    outbound.offerAdmitted(file);
    wakeReactor(WorkerContext.current(), bytes);
  }

  /**
   * Waits until there is room for bytes towards the client, and queues them. Not on an event loop.
   *
   * @param data the bytes, not to be changed afterwards
   * @param nanos how long to wait at most
   * @return whether they are queued, or why not
   */
  public WaitEnd sendWhenRoom(byte[] data, long nanos) {
    long end = System.nanoTime() + nanos;
    while (!send(data)) {
      WaitEnd room = awaitTaken(end - System.nanoTime());
      if (room != WaitEnd.DONE) {
        return room;
      }
      if (!connection.isOpen()) {
        return WaitEnd.CLOSED;
      }
    }
    return WaitEnd.DONE;
  }

  /**
   * Waits until the kernel has taken everything that was queued before. Not on an event loop.
   *
   * @param nanos how long to wait at most
   * @return whether it has, or why not
   */
  public WaitEnd awaitTaken(long nanos) {
    if (nanos <= 0 || Thread.currentThread().isInterrupted()) {
      return WaitEnd.LATE;
    }
    TakenMark mark = new TakenMark();
    outbound.offer(mark);
    WorkerContext context = WorkerContext.current();
    if (context != null) {
      context.wakes().flush();
    }
    reactor.wake();
    WaitEnd end = mark.await(nanos);
    if (end == WaitEnd.LATE) {
      outbound.withdraw(mark);
    }
    return end;
  }

  /**
   * Gives to the kernel what it takes of all that is queued. On the connection's event loop.
   *
   * @return whether it has taken all
   */
  public boolean flushNow() {
    outbound.write();
    return outbound.queuedBytes() == 0;
  }

  /**
   * Whether the calling thread is the event loop and the worker of this connection, in BASE mode.
   *
   * @return false in PROCESS mode
   */
  public boolean isOnOwnWorker() {
    return isOnLoop(WorkerContext.current());
  }

  private boolean isOnLoop(@Nullable WorkerContext context) {
    return context != null && context.place() == reactor.ownWorker();
  }

  /**
   * Sees to it that what was appended is written; at the end of the worker's batch, if there is
   * one.
   */
  void wake() {
    wakeReactor(WorkerContext.current(), 0);
  }

  private void wakeReactor(@Nullable WorkerContext context, int bytes) {
    if (context == null) {
      reactor.wake();
    } else {
      context.countResponse();
      context.wakes().queued(reactor, bytes);
    }
  }
}
