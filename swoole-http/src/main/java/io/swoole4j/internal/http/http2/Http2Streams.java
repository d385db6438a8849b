// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import io.netty.handler.codec.http2.Http2Error;
import io.swoole4j.internal.http.message.DateHeader;
import io.swoole4j.spi.PortProtocol;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the exchanges of one connection share: the way out, how much waits on it, which of them are
 * not handled before there is room, and which are detached. Any thread, but for what says
 * otherwise; nothing is called while the lock is held.
 */
public final class Http2Streams {
  private final PortProtocol.Session session;
  private final Http2Limits limits;
  private final DateHeader date;
  private final Runnable goodbye;
  private final boolean asking;
  private final AtomicLong queued = new AtomicLong();

  /** How much of that is beyond what counts of each stream, and of how many streams. */
  private final AtomicLong excess = new AtomicLong();

  private final AtomicInteger exceeding = new AtomicInteger();

  private final Map<Integer, Http2Exchange> detached = new ConcurrentHashMap<>();

  // Guarded by this.
  private final Map<Http2Exchange, PutOff> putOff = new LinkedHashMap<>();
  private long putOffBytes;

  private volatile boolean somePutOff;

  /**
   * A request that waits for room.
   *
   * @param later goes on with it
   * @param bytes what it takes meanwhile
   */
  private record PutOff(Runnable later, int bytes) {}

  Http2Streams(
      PortProtocol.Session session, Http2Limits limits, DateHeader date, Runnable goodbye) {
    this(session, limits, date, goodbye, false);
  }

  private Http2Streams(
      PortProtocol.Session session,
      Http2Limits limits,
      DateHeader date,
      Runnable goodbye,
      boolean asking) {
    this.asking = asking;
    this.session = session;
    this.limits = limits;
    this.date = date;
    this.goodbye = goodbye;
  }

  /** The same for a stream that is a connection of its own, until it carries another protocol. */
  Http2Streams within(PortProtocol.Session stream, Runnable farewell) {
    return new Http2Streams(stream, limits, date, farewell, true);
  }

  /**
   * Whether it is one stream, whose client waits for another protocol on it.
   *
   * @return false for a connection
   */
  public boolean isAsking() {
    return asking;
  }

  PortProtocol.Session session() {
    return session;
  }

  DateHeader date() {
    return date;
  }

  /**
   * Counts output of a stream, unless too much waits for it, or for all streams together; a stream
   * for which nothing waits may have a single message of whatever size, so that requests that a
   * client makes together do not fail because their responses are large. Those that are handled one
   * after the other are put off before it comes to the last limit; answers from elsewhere are not.
   */
  boolean reserve(AtomicLong ofStream, int bytes) {
    long waiting = ofStream.get();
    if (counted() >= limits.mostOutputBytes()) {
      return false;
    }
    if (waiting > 0 && (waiting + bytes > limits.outputBytes() || isFullWith(bytes))) {
      return false;
    }
    long before = ofStream.getAndAdd(bytes);
    exceeds(before, before + bytes);
    queued.addAndGet(bytes);
    return true;
  }

  /** One stream, with its large message, is not to stand for all of them. */
  private void exceeds(long before, long after) {
    long bound = limits.outputBytes();
    long change = Math.max(after, bound) - Math.max(before, bound);
    if (change != 0) {
      excess.addAndGet(change);
      exceeding.addAndGet((after > bound ? 1 : 0) - (before > bound ? 1 : 0));
    }
  }

  /** What waits, without the excess of a stream that is the only one to have some. */
  private long counted() {
    return exceeding.get() > 1 ? queued.get() : queued.get() - excess.get();
  }

  /** Output was sent or given up. */
  void release(AtomicLong ofStream, int bytes) {
    long before = ofStream.getAndAdd(-bytes);
    queued.addAndGet(-bytes);
    exceeds(before, before - bytes);
    if (somePutOff && !isFull()) {
      takeAllPutOff().forEach(waiting -> waiting.later().run());
    }
  }

  private boolean isFull() {
    return isFullWith(1);
  }

  private boolean isFullWith(int bytes) {
    return queued.get() - excess.get() + bytes > limits.connectionOutputBytes()
        || counted() + bytes > limits.largeOutputBytes();
  }

  /** Puts a request off while the client does not take what waits for it; false if it does. */
  boolean putOff(Http2Exchange exchange, Runnable later, int bytes) {
    if (!isFull()) {
      return false;
    }
    boolean tooMuch;
    synchronized (this) {
      putOff.put(exchange, new PutOff(later, bytes));
      putOffBytes += bytes;
      somePutOff = true;
      tooMuch = putOffBytes > limits.arrivingBytes();
    }
    if (tooMuch) {
      exchange.reset(Http2Error.REFUSED_STREAM);
    }
    if (isFull() && exchange.isOpen()) {
      return true;
    }
    // There is room meanwhile, or the stream is gone, and whoever saw to that may have missed it.
    return takePutOff(exchange) == null;
  }

  private synchronized @Nullable PutOff takePutOff(Http2Exchange exchange) {
    PutOff taken = putOff.remove(exchange);
    if (taken != null) {
      putOffBytes -= taken.bytes();
      somePutOff = !putOff.isEmpty();
    }
    return taken;
  }

  private synchronized List<PutOff> takeAllPutOff() {
    List<PutOff> all = new ArrayList<>(putOff.values());
    putOff.clear();
    putOffBytes = 0;
    somePutOff = false;
    return all;
  }

  void detached(Http2Exchange exchange) {
    detached.put(exchange.streamId(), exchange);
  }

  void ended(Http2Exchange exchange) {
    if (!detached.isEmpty()) {
      detached.remove(exchange.streamId(), exchange);
    }
    PutOff waiting = somePutOff ? takePutOff(exchange) : null;
    if (waiting != null) {
      waiting.later().run();
    }
  }

  /**
   * Takes over an exchange that was detached.
   *
   * @param streamId its stream, 0 for the oldest one
   * @return null if there is none
   */
  public @Nullable Http2Exchange claimDetached(int streamId) {
    Integer id =
        streamId != 0
            ? Integer.valueOf(streamId)
            : detached.keySet().stream().min(Integer::compare).orElse(null);
    Http2Exchange exchange = id == null ? null : detached.remove(id);
    return exchange != null && exchange.claim() ? exchange : null;
  }

  /** The server stops: what is in flight is answered, and is the last. On the event loop. */
  public void goodbye() {
    goodbye.run();
  }
}
