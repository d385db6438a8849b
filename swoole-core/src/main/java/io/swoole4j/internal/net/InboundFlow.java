// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.swoole4j.internal.worker.Worker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How much of what one connection sent still waits for workers, and whether it is read at all.
 * Owned by the event loop but for {@link #handled} and the getters.
 */
final class InboundFlow {
  /** Reasons not to read, as bits. */
  private static final int QUEUE_FULL = 1;

  private static final int MAILBOX_FULL = 2;

  private static final int STOPPING = 4;

  private static final int PAUSED = 8;

  private static final int UNCONFIRMED = 16;

  private static final int PROTOCOL_FULL = 32;

  /**
   * How long packets of a half-closed connection count as in time where late ones are discarded.
   */
  private static final long GRACE_MILLIS = 200;

  /**
   * Messages of one connection that may wait where callbacks run apart: they wait behind each other
   * and nowhere else, and however short they are each of them takes memory.
   */
  private static final int MAX_BEHIND = 4096;

  private final Connection connection;
  private final Reactor reactor;
  private final Channel channel;
  private final AtomicLong queued = new AtomicLong();
  private final boolean counting;
  private final long limit;

  /** How many messages the bytes are of; null where the mailbox bounds them. */
  private final @Nullable AtomicInteger behind;

  /** Not read for reasons of this side, so that a peer's silence says nothing. */
  private volatile boolean held;

  private volatile boolean paused;
  private volatile boolean waitingForDrain;
  private int pausedFor;
  private boolean inputEnded;
  private boolean ignoring;
  private boolean closeDelivered;
  private long unreported;
  private int unreportedMessages;
  private @Nullable Future<?> grace;
  private @Nullable HeldInput heldInput;

  InboundFlow(Connection connection, Reactor reactor, Channel channel) {
    this.connection = connection;
    this.reactor = reactor;
    this.channel = channel;
    this.counting = reactor.queues();
    this.limit = reactor.inbound().rules().maxQueuedBytes();
    this.behind = reactor.inbound().runsApart() ? new AtomicInteger() : null;
  }

  /** Bytes handed towards workers and not handled. From any thread. */
  long queuedBytes() {
    return queued.get();
  }

  /** Passes one message on; {@link #account} accounts for it. */
  void add(Object message, int bytes) {
    if (ignoring) {
      reactor.inbound().dropped(connection, message);
      return;
    }
    unreported += bytes;
    unreportedMessages++;
    reactor.deliver(connection, message);
  }

  /** A message was refused by the dispatcher and will not be handled by anyone. */
  void refused(int bytes) {
    unreported -= bytes;
    unreportedMessages--;
  }

  /** Accounts for what was passed on since the last call; before it can be handed over. */
  void account() {
    long bytes = unreported;
    int messages = unreportedMessages;
    unreported = 0;
    unreportedMessages = 0;
    boolean crowded = behind != null && behind.addAndGet(messages) > MAX_BEHIND;
    if (bytes == 0 && !crowded) {
      return;
    }
    connection.dispatchedNow();
    if (!counting) {
      return;
    }
    long now = queued.addAndGet(bytes);
    if (crowded || (limit > 0 && now > limit)) {
      pause(QUEUE_FULL);
      paused = true;
      // The workers may have handled everything before they could see the flag.
      resumeIfDrained();
    }
  }

  /** Bytes that a worker is done with. From any thread. */
  void handled(long bytes) {
    if (!counting) {
      return;
    }
    long left = queued.addAndGet(-bytes);
    if ((paused && isDrained(left)) || (waitingForDrain && left == 0)) {
      reactor.execute(this::drained);
    }
  }

  /** The same for one message where callbacks run apart. From any thread. */
  void handledApart(int bytes) {
    if (behind != null) {
      behind.getAndDecrement();
    }
    handled(bytes);
  }

  private boolean isDrained(long bytes) {
    return (limit == 0 || bytes <= limit / 2) && (behind == null || behind.get() <= MAX_BEHIND / 2);
  }

  private void drained() {
    resumeIfDrained();
    if (waitingForDrain && queued.get() == 0) {
      waitingForDrain = false;
      deliverClose();
    }
  }

  private void resumeIfDrained() {
    if (paused && isDrained(queued.get())) {
      paused = false;
      resume(QUEUE_FULL);
    }
  }

  void stallOn(Worker worker) {
    if ((pausedFor & MAILBOX_FULL) == 0) {
      pause(MAILBOX_FULL);
      worker.whenHalfEmpty(() -> reactor.execute(() -> resume(MAILBOX_FULL)));
    }
  }

  /** What is only ignored is read in any case: the peer's end has to be seen. */
  private void pause(int reason) {
    if (!ignoring) {
      pausedFor |= reason;
      held = (pausedFor & ~UNCONFIRMED) != 0;
      channel.config().setAutoRead(false);
    }
  }

  private void resume(int reason) {
    pausedFor &= ~reason;
    if (held && (pausedFor & ~UNCONFIRMED) == 0) {
      connection.heardNow();
      held = false;
    }
    if (pausedFor == 0) {
      channel.config().setAutoRead(true);
    }
  }

  /** Whether it is not read for reasons of this side. From any thread. */
  boolean isHeld() {
    return held;
  }

  /** The connection begins; it may have to be confirmed before it is read. */
  void begin() {
    if (connection.isUnconfirmed()) {
      hold(UNCONFIRMED);
    }
  }

  void confirm() {
    resume(UNCONFIRMED);
    letGo();
  }

  void pause() {
    hold(PAUSED);
  }

  void resume() {
    resume(PAUSED);
    letGo();
  }

  /** The user does not want it to be read: what arrives all the same is kept back. */
  private void hold(int reason) {
    pause(reason);
    if (!ignoring && heldInput == null && !connection.isCarried()) {
      heldInput = HeldInput.install(channel.pipeline());
    }
  }

  private void letGo() {
    HeldInput input = heldInput;
    if (input != null && (pausedFor & (PAUSED | UNCONFIRMED)) == 0) {
      heldInput = null;
      // Not within the call that wants it, which may be a handler's on this very thread.
      reactor.execute(input::letGo);
    }
  }

  void stopReading() {
    pause(STOPPING);
  }

  void readForProtocol(boolean wanted) {
    if (wanted) {
      resume(PROTOCOL_FULL);
    } else {
      pause(PROTOCOL_FULL);
    }
  }

  boolean inputEnded() {
    return inputEnded;
  }

  boolean isIgnoring() {
    return ignoring;
  }

  /** Reads on, so that the peer can finish, but looks at nothing. */
  void ignoreInput() {
    ignoring = true;
    pausedFor = 0;
    held = false;
    channel.config().setAutoRead(true);
    letGo();
  }

  /** The peer has said all it will say; what it said is still answered. */
  void endOfInput() {
    inputEnded = true;
    if (connection.isOpen()) {
      closeBehindQueued();
    } else {
      connection.outbound().peerEnded();
    }
  }

  /** The peer broke the rules: nothing more of what it says is looked at. */
  void violated() {
    ignoreInput();
    if (connection.isOpen()) {
      closeBehindQueued();
    }
  }

  /**
   * The peer is silent for too long: what it said before is still answered. Nothing happens to a
   * connection that was heard since it was judged, or was protected, or is not read.
   */
  void expired(long heard) {
    if (!connection.mayExpire() || connection.lastReceiveMillis() != heard) {
      return;
    }
    if (connection.isOpen()) {
      violated();
      reactor.readComplete();
    } else {
      connection.outbound().expired();
    }
  }

  private void closeBehindQueued() {
    account();
    if (queued.get() != 0) {
      waitingForDrain = true;
      if (queued.get() != 0) {
        if (reactor.inbound().rules().discardLate() && grace == null) {
          grace =
              channel.eventLoop().schedule(connection::lost, GRACE_MILLIS, TimeUnit.MILLISECONDS);
        }
        return;
      }
      waitingForDrain = false;
    }
    deliverClose();
  }

  private void deliverClose() {
    if (closeDelivered) {
      return;
    }
    closeDelivered = true;
    if (reactor.inbound().rules().closeEvents()) {
      reactor.deliver(connection, Signal.CLOSE);
      reactor.readComplete();
    } else {
      connection.closeFromPeer();
    }
  }

  void channelClosed() {
    inputEnded = true;
    ignoring = true;
    Future<?> waiting = grace;
    if (waiting != null) {
      waiting.cancel(false);
    }
    if (connection.state() != Connection.CLOSED_BY_SERVER) {
      connection.lost();
      closeBehindQueued();
    }
  }
}
