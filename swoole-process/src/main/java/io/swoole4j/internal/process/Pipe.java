// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

import io.swoole4j.internal.process.posix.ErrnoException;

/** One end of the pipe between a process and its parent. Any thread. */
public interface Pipe {
  /** The number of its descriptor. */
  int fd();

  /**
   * Writes.
   *
   * @param data what; to a datagram pipe it goes as a whole
   * @return how many bytes went: all of them, or fewer if the time is over or it does not wait
   * @throws ErrnoException {@code EAGAIN} if nothing went in time, {@code EPIPE} if nobody reads
   */
  int write(byte[] data) throws ErrnoException;

  /**
   * Reads.
   *
   * @param bufferSize how many bytes at most; what is left of a datagram is lost
   * @return nothing at the end
   * @throws ErrnoException {@code EAGAIN} if nothing came in time
   */
  byte[] read(int bufferSize) throws ErrnoException;

  /** Ends writing, so that the other side reads the end. */
  void endWriting() throws ErrnoException;

  /** Ends reading, so that the other side cannot write any more. */
  void endReading() throws ErrnoException;

  /** Wakes whoever waits and closes it. */
  void close();
}
