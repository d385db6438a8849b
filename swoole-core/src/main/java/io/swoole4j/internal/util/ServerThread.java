// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

import io.netty.util.concurrent.FastThreadLocalThread;
import org.jspecify.annotations.Nullable;

/**
 * A thread that belongs to one server and carries what callbacks on it need to know. The fields are
 * read and written by this thread only.
 */
public final class ServerThread extends FastThreadLocalThread {
  private final ServerThreads owner;
  private final String role;
  private @Nullable Object attachment;

  ServerThread(ServerThreads owner, Runnable target, String role) {
    super(target, owner.name(role));
    this.owner = owner;
    this.role = role;
  }

  @Override
  public void run() {
    ThreadTitle.set(role);
    super.run();
  }

  /** Its part of the work, with a number where there are several. */
  String role() {
    return role;
  }

  ServerThreads owner() {
    return owner;
  }

  /**
   * What {@link #attach} stored on the current thread, if it is a server thread.
   *
   * @return the attachment, or null
   */
  public static @Nullable Object currentAttachment() {
    return Thread.currentThread() instanceof ServerThread thread ? thread.attachment : null;
  }

  /**
   * Replaces the attachment of the current thread.
   *
   * @param attachment what this thread works for, or null when it is done
   * @throws IllegalStateException on a thread that no server made
   */
  public static void attach(@Nullable Object attachment) {
    if (!(Thread.currentThread() instanceof ServerThread thread)) {
      throw new IllegalStateException(
          "thread: " + Thread.currentThread().getName() + " (expected: a thread of the server)");
    }
    thread.attachment = attachment;
  }
}
