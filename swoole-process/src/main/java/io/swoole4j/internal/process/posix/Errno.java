// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.posix;

/** The error numbers of Linux that somebody here looks for, the same on every 64-bit machine. */
public final class Errno {
  /** Not permitted. */
  public static final int EPERM = 1;

  /** No such file. */
  public static final int ENOENT = 2;

  /** No such process. */
  public static final int ESRCH = 3;

  /** Interrupted. */
  public static final int EINTR = 4;

  /** Argument list too long: for message queues, a message longer than the room for it. */
  public static final int E2BIG = 7;

  /** Bad file descriptor. */
  public static final int EBADF = 9;

  /** No child processes. */
  public static final int ECHILD = 10;

  /** Would block, or has timed out. */
  public static final int EAGAIN = 11;

  /** Permission denied. */
  public static final int EACCES = 13;

  /** Invalid argument. */
  public static final int EINVAL = 22;

  /** Nobody reads any more. */
  public static final int EPIPE = 32;

  /** No message in the queue. */
  public static final int ENOMSG = 42;

  /** The queue was removed. */
  public static final int EIDRM = 43;

  /** A datagram longer than the socket takes. */
  public static final int EMSGSIZE = 90;

  /** Something is there already. */
  public static final int EADDRINUSE = 98;

  /** Connection reset. */
  public static final int ECONNRESET = 104;

  private Errno() {}
}
