// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.swoole4j.internal.worker.Delivery;
import io.swoole4j.internal.worker.Worker;
import io.swoole4j.internal.worker.WorkerContext;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The connect and the close event of one session, each once and in this order, and its removal
 * behind both its close event and the end of its channel. Safe from any thread.
 */
final class SessionEvents {
  /** What has happened, as bits; the session is forgotten once the first two have. */
  private static final int CLOSE_EVENT_DONE = 1;

  private static final int CHANNEL_CLOSED = 2;

  private static final int CONNECT_EVENT_BEGUN = 4;

  private static final int CLOSE_EVENT_DUE = 8;

  private final Connection connection;
  private final Inbound inbound;
  private final AtomicInteger state;
  private final AtomicInteger happened = new AtomicInteger();
  private volatile @Nullable Worker closedBy;

  /**
   * Nothing has happened yet.
   *
   * @param state that of the connection, which reads {@link Connection#IN_CLOSE_EVENT} meanwhile
   */
  SessionEvents(Connection connection, Inbound inbound, AtomicInteger state) {
    this.connection = connection;
    this.inbound = inbound;
    this.state = state;
  }

  /** The calling thread closes the session on behalf of the server. */
  void closing() {
    WorkerContext context = WorkerContext.current();
    closedBy = context != null && inbound.owns(context.worker()) ? context.worker() : null;
  }

  /** Runs the connect event and, if its turn came too early, the close event. On a worker. */
  void runConnect() {
    boolean closeIsDue = connectBegins();
    try {
      inbound.events().connected(connection);
    } finally {
      if (closeIsDue && inbound.runsApart()) {
        // With no handler to call this may be the worker's own thread.
        inbound.serverClosed(connection);
      } else if (closeIsDue) {
        runClose(-1);
      }
    }
  }

  /** No worker gets the connect event. On the event loop. */
  void connectRefused() {
    if (connectBegins()) {
      inbound.serverClosed(connection);
    }
  }

  /** Answers whether the close event has had its turn already, in vain. */
  private boolean connectBegins() {
    return (reached(CONNECT_EVENT_BEGUN) & CLOSE_EVENT_DUE) != 0;
  }

  /**
   * Runs the close event, once. On the worker it belongs to. A session can be found, and closed by
   * any thread, before its connect event has reached the worker: then that one goes first.
   */
  void runClose(int reactorId) {
    if ((reached(CLOSE_EVENT_DUE) & CONNECT_EVENT_BEGUN) == 0) {
      return;
    }
    int before = state.getAndSet(Connection.IN_CLOSE_EVENT);
    try {
      inbound.events().closed(connection, reactorId);
    } finally {
      state.set(before);
      closeDone();
    }
  }

  /** The close event has run or is not wanted. */
  void closeDone() {
    if ((reached(CLOSE_EVENT_DONE) & CHANNEL_CLOSED) != 0) {
      forget();
    }
  }

  /** The channel is closed. On the event loop. */
  void channelClosed() {
    if ((reached(CHANNEL_CLOSED) & CLOSE_EVENT_DONE) != 0) {
      forget();
    }
  }

  private int reached(int bit) {
    return happened.getAndUpdate(bits -> bits | bit);
  }

  /**
   * Removes the session; behind the current message of the worker that closed it, so that a handler
   * which closes and then sends gets one answer however fast the socket went away.
   */
  private void forget() {
    Worker worker = closedBy;
    if (worker == null || inbound.isStopping()) {
      inbound.registry().remove(connection);
    } else {
      worker.deliver(Delivery.ofCallback(connection, () -> inbound.registry().remove(connection)));
    }
  }
}
