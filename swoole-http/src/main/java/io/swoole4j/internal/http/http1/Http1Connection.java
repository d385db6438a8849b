// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.spi.PortProtocol;
import io.swoole4j.spi.http.UpgradedConnection;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the exchanges of one connection share: the way out, and how many of them are not answered
 * yet. Any thread, but for what says otherwise.
 */
public final class Http1Connection {
  private final PortProtocol.Session session;
  private final ResponseEncoder encoder;
  private final int pipeline;
  private final Runnable resume;
  private final Runnable goodbye;
  private final Consumer<UpgradedConnection> changer;
  private final AtomicInteger inFlight = new AtomicInteger();

  /** The exchange whose turn it is to be written, or the last one that was. */
  private volatile @Nullable Http1Exchange first;

  private volatile boolean paused;

  /** The exchange that may change the protocol; nothing behind it is decoded meanwhile. */
  private volatile @Nullable Http1Exchange asking;

  private volatile boolean draining;
  private volatile boolean closing;
  private final AtomicReference<@Nullable Runnable> whenIdle = new AtomicReference<>();
  private volatile long answeredNanos;
  private volatile boolean oneSided;
  private volatile long sentNanos;

  Http1Connection(
      PortProtocol.Session session,
      ResponseEncoder encoder,
      int pipeline,
      Runnable resume,
      Runnable goodbye,
      Consumer<UpgradedConnection> changer) {
    this.session = session;
    this.encoder = encoder;
    this.pipeline = pipeline;
    this.resume = resume;
    this.goodbye = goodbye;
    this.changer = changer;
    this.answeredNanos = System.nanoTime();
  }

  PortProtocol.Session session() {
    return session;
  }

  ResponseEncoder encoder() {
    return encoder;
  }

  boolean fail(ErrorCode code) {
    return session.fail(code);
  }

  /** A new exchange has begun. On the event loop. */
  void begun() {
    inFlight.incrementAndGet();
  }

  /** Whether no more requests are to be decoded for now. On the event loop. */
  boolean pauseIfFull() {
    if (inFlight.get() < pipeline) {
      return false;
    }
    paused = true;
    if (inFlight.get() < pipeline) {
      paused = false;
      return false;
    }
    return true;
  }

  /** No request is decoded until this one is answered. On the event loop, before it goes on. */
  void pauseFor(Http1Exchange exchange) {
    asking = exchange;
    paused = true;
  }

  /** The exchange that may change the protocol, if any. */
  boolean isAsking(Http1Exchange exchange) {
    return asking == exchange;
  }

  /**
   * Whether a client waits for the protocol to be changed.
   *
   * @return true until it is answered
   */
  public boolean isAsking() {
    return asking != null;
  }

  /** The answer that ends HTTP is queued: others handle what the client sends from now on. */
  void change(UpgradedConnection to) {
    paused = false;
    closing = true;
    session.execute(() -> changer.accept(to));
  }

  /** An exchange is answered or given up. */
  void ended() {
    answeredNanos = System.nanoTime();
    int left = inFlight.decrementAndGet();
    if (paused && left <= (asking == null ? pipeline / 2 : 0)) {
      asking = null;
      paused = false;
      session.execute(resume);
    }
    if (left == 0) {
      runWhenIdle();
    }
  }

  private void runWhenIdle() {
    Runnable task = whenIdle.get();
    if (task != null && whenIdle.compareAndSet(task, null)) {
      session.execute(task);
    }
  }

  /**
   * Runs something on the event loop once every exchange has ended, or will not be answered any
   * more. On the event loop.
   */
  void whenIdle(Runnable task) {
    whenIdle.set(task);
    if (inFlight.get() == 0 || closing) {
      runWhenIdle();
    }
  }

  /** When the last exchange was answered, or the connection began, by the system's nano time. */
  long answeredNanos() {
    return answeredNanos;
  }

  /** Something of a response is queued for the client. */
  void sent() {
    if (oneSided) {
      sentNanos = System.nanoTime();
    }
  }

  /**
   * Since when a client that has ended its side has been sent nothing. Whoever looks first does not
   * know: it counts from then on. On the event loop.
   */
  long sentNanos(long now) {
    if (!oneSided) {
      sending(now);
      oneSided = true;
    }
    return sentNanos;
  }

  /** The client is being sent something. On the event loop. */
  void sending(long now) {
    sentNanos = now;
  }

  /** How many requests are not answered. */
  int inFlight() {
    return inFlight.get();
  }

  void turnOf(Http1Exchange exchange) {
    first = exchange;
  }

  /** Where a walk over all exchanges that are not answered begins. */
  @Nullable Http1Exchange first() {
    return first;
  }

  /** The server stops: what is in flight is answered, and is the last. On the event loop. */
  public void goodbye() {
    goodbye.run();
  }

  /** No request comes any more: the response to the last one ends the connection. */
  void drain() {
    draining = true;
  }

  boolean isDraining() {
    return draining;
  }

  /** Nothing comes behind what was written: the connection is closed. */
  void close() {
    closing = true;
    session.close(false);
    runWhenIdle();
  }

  /** What the client gets from now on is up to the user. */
  void handedOver() {
    closing = true;
  }

  /** Whether what the client sends makes no difference any more. */
  boolean isClosing() {
    return closing;
  }

  /**
   * Takes over an exchange that was detached.
   *
   * @return the oldest one, null if there is none
   */
  public @Nullable Http1Exchange claimDetached() {
    Http1Exchange exchange = first;
    while (exchange != null && !exchange.claim()) {
      exchange = exchange.next();
    }
    return exchange;
  }

  /** Bytes were sent past the protocol: they are the answer to a detached request. */
  public void bypassed() {
    Http1Exchange exchange = first;
    if (exchange != null) {
      exchange.answeredElsewhere();
    }
  }
}
