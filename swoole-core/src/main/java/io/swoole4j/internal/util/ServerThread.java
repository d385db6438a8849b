// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

import io.netty.util.concurrent.FastThreadLocalThread;
import org.jspecify.annotations.Nullable;

/**
 * A thread that belongs to one server and carries what callbacks on it need to know; for virtual
 * threads, which are of no class of ours, a {@link Guest} does. The fields are read and written by
 * this thread only.
 */
public final class ServerThread extends FastThreadLocalThread {
  private static final ThreadLocal<@Nullable Guest> GUEST = new ThreadLocal<>();

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

  /** What a thread that no server made, such as a virtual one, is while it works for one. */
  public interface Guest {
    /**
     * Whose work it does.
     *
     * @return the threads of that server
     */
    ServerThreads owner();

    /**
     * Its part of the work.
     *
     * @return the role of the thread in whose place it works
     */
    String role();

    /**
     * What it works for.
     *
     * @return what {@link ServerThread#currentAttachment} answers on it
     */
    Object attachment();
  }

  /**
   * Does a server's work on the calling thread, which no server made.
   *
   * @param guest what the thread is meanwhile
   * @param work what to do
   */
  public static void runAs(Guest guest, Runnable work) {
    GUEST.set(guest);
    try {
      work.run();
    } finally {
      GUEST.remove();
    }
  }

  /**
   * What the calling thread is if it works for a server that did not make it.
   *
   * @return null on other threads
   */
  public static @Nullable Guest currentGuest() {
    return GUEST.get();
  }

  /**
   * What the current thread works for, if it works for a server.
   *
   * @return the attachment, or null
   */
  public static @Nullable Object currentAttachment() {
    if (Thread.currentThread() instanceof ServerThread thread) {
      return thread.attachment;
    }
    Guest guest = GUEST.get();
    return guest == null ? null : guest.attachment();
  }

  /**
   * The threads of the server that the current thread works for.
   *
   * @return null on a thread that works for none
   */
  public static @Nullable ServerThreads currentOwner() {
    if (Thread.currentThread() instanceof ServerThread thread) {
      return thread.owner;
    }
    Guest guest = GUEST.get();
    return guest == null ? null : guest.owner();
  }

  /** The part of a server's work that the current thread does; empty if it does none. */
  static String currentRole() {
    if (Thread.currentThread() instanceof ServerThread thread) {
      return thread.role;
    }
    Guest guest = GUEST.get();
    return guest == null ? "" : guest.role();
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
