// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.message;

import io.swoole4j.spi.PortProtocol;
import io.swoole4j.spi.http.UpgradedConnection;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What exchanges of every version of HTTP keep: the request, who may answer it, and whether that
 * has been done. Any thread.
 */
public abstract class TrackedExchange implements Exchange {
  /** Whether nothing more may be sent; guarded by this. */
  protected boolean ended;

  private volatile @Nullable RequestHead request;
  private volatile @Nullable Object owner;

  // Guarded by this.
  private boolean detached;
  private boolean begun;
  private boolean released;
  private @Nullable Places place;
  private boolean left;
  private @Nullable Runnable whenEnded;

  /**
   * An exchange that has not ended.
   *
   * @param request the request, null if it was refused before it could be understood
   */
  protected TrackedExchange(@Nullable RequestHead request) {
    this.request = request;
  }

  @Override
  public final @Nullable RequestHead request() {
    return request;
  }

  /**
   * Whether the client wants to see the head of the response alone.
   *
   * @return true for a HEAD request that has not been answered
   */
  protected final boolean isHead() {
    RequestHead asked = request;
    return asked != null && asked.isHead();
  }

  @Override
  public final @Nullable Object owner() {
    return owner;
  }

  @Override
  public final void owner(Object now) {
    owner = now;
  }

  @Override
  public final synchronized void place(Places taken) {
    place = taken;
    if (released) {
      leave();
    }
  }

  /** The last of the response is about to be queued; guarded by this. */
  protected final void leave() {
    Places taken = place;
    if (taken != null && !left) {
      left = true;
      taken.leave(begun);
    }
  }

  /** It was not queued after all; guarded by this. */
  protected final void stay() {
    Places taken = place;
    if (taken != null && left) {
      left = false;
      taken.stay(begun);
    }
  }

  @Override
  public final void whenEnded(Runnable task) {
    synchronized (this) {
      if (!released) {
        Runnable earlier = whenEnded;
        whenEnded = earlier == null ? task : both(earlier, task);
        return;
      }
    }
    task.run();
  }

  private static Runnable both(Runnable first, Runnable second) {
    return () -> {
      first.run();
      second.run();
    };
  }

  /** Lets go of the request, and runs what waits for the end; not while this is locked. */
  protected final void release() {
    request = null;
    released();
    Runnable task;
    synchronized (this) {
      released = true;
      leave();
      task = whenEnded;
      whenEnded = null;
    }
    if (task != null) {
      task.run();
    }
  }

  /**
   * Has the answer queued that changes the protocol; what it changes to is known before a client
   * can see that.
   *
   * @param session the connection
   * @param to what it becomes; not attached any more where the answer is not queued
   * @param answer queues the answer
   * @return whether it is queued
   */
  protected static boolean begin(
      PortProtocol.Session session, UpgradedConnection to, BooleanSupplier answer) {
    Object before = session.attachment().orElseThrow();
    session.attach(to);
    if (to.begin(answer)) {
      return true;
    }
    session.attach(before);
    return false;
  }

  /** Tells the connection, before anybody else learns of the end. */
  protected abstract void released();

  @Override
  public synchronized boolean detach() {
    if (ended || detached) {
      return false;
    }
    detached = true;
    return true;
  }

  /** The response begins, and may go on for as long as its client stays. */
  protected final synchronized void begun() {
    Places taken = place;
    if (taken != null && !left && !begun) {
      begun = true;
      taken.begin();
    }
  }

  /**
   * Whether it waits for somebody to take it over; guarded by this.
   *
   * @return true between {@link #detach} and {@link #claim}
   */
  protected final boolean isDetached() {
    return detached;
  }

  /**
   * Takes over what was detached, once.
   *
   * @return false if it was not, or has ended
   */
  public final synchronized boolean claim() {
    if (ended || !detached) {
      return false;
    }
    detached = false;
    return true;
  }
}
