// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import io.swoole4j.internal.util.ServerThread;
import io.swoole4j.internal.util.ServerThreads;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * One callback on a virtual thread of its own. The fields are guarded by its {@link Coroutines},
 * but for those that never change and what only its own thread asks for.
 */
final class Coroutine implements ServerThread.Guest {
  final Callback callback;
  final long number;
  private final Coroutines owner;

  /** The incarnation it works for; for one that waits, only if it may work for no other. */
  @Nullable CoroutineContext context;

  @Nullable Thread thread;

  /** It runs on, but nobody waits for it. */
  boolean abandoned;

  /** That it has not returned, and that it has not even waited; not there before somebody looks. */
  private @Nullable Sighting running;

  private @Nullable Sighting busy;

  /**
   * A callback that waits.
   *
   * @param owner whose it is
   * @param callback what to run
   * @param context the incarnation it belongs to, null for whichever serves when it begins
   * @param number its place among all of its owner
   */
  Coroutine(Coroutines owner, Callback callback, @Nullable CoroutineContext context, long number) {
    this.owner = owner;
    this.callback = callback;
    this.context = context;
    this.number = number;
  }

  /** What the calling thread runs; null if it is no coroutine. */
  static @Nullable Coroutine current() {
    return ServerThread.currentGuest() instanceof Coroutine coroutine ? coroutine : null;
  }

  /** What was seen of it; by the one thread that looks. */
  Sighting sighting(boolean waitingCounts) {
    Sighting seen = waitingCounts ? running : busy;
    if (seen == null) {
      seen = new Sighting();
      if (waitingCounts) {
        running = seen;
      } else {
        busy = seen;
      }
    }
    return seen;
  }

  void start(ThreadFactory threads, @Nullable ClassLoader loader) {
    Thread made = threads.newThread(this::run);
    made.setContextClassLoader(loader);
    thread = made;
    made.start();
  }

  private void run() {
    try {
      ServerThread.runAs(this, callback::run);
    } catch (Throwable e) {
      attachment().worker().failed(attachment(), e);
    } finally {
      owner.ended(this);
    }
  }

  @Override
  public ServerThreads owner() {
    return owner.threads();
  }

  @Override
  public String role() {
    return owner.role();
  }

  @Override
  public CoroutineContext attachment() {
    CoroutineContext begun = context;
    if (begun == null) {
      throw new IllegalStateException("coroutine: waits (expected: begun)");
    }
    return begun;
  }
}
