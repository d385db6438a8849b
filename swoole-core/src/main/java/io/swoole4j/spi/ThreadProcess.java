// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A user process that is a thread of this JVM, with a pipe to it: as in Swoole one object has both
 * ends. On the process's own thread {@link #write} sends to the server's side and {@link #read}
 * takes what was written there; on every other thread it is the other way round. Messages stay
 * whole and in order. The pipe outlives a run: what the next one finds in it was not read by the
 * one before.
 */
public final class ThreadProcess implements UserProcess {
  /** The longest message, in bytes. */
  public static final int MAX_MESSAGE = 64 * 1024;

  /** How many messages wait in each direction. */
  public static final int MAX_WAITING = 1024;

  private static final long WAIT_SECONDS = 1;

  private final PipedBody body;
  private final Set<Thread> own = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<byte[]> toProcess = new LinkedBlockingQueue<>(MAX_WAITING);
  private final BlockingQueue<byte[]> toServer = new LinkedBlockingQueue<>(MAX_WAITING);

  ThreadProcess(PipedBody body) {
    this.body = Objects.requireNonNull(body, "body");
  }

  @Override
  public Run start(Context context) {
    return ThreadRun.start(
        context,
        (server, id) -> {
          own.add(Thread.currentThread());
          try {
            body.run(server, id, this);
          } finally {
            own.remove(Thread.currentThread());
          }
        });
  }

  private boolean isInside() {
    return own.contains(Thread.currentThread());
  }

  /**
   * Sends a message to the other side; Swoole's {@code write}. The process waits at most a second
   * for room, the server's side does not wait.
   *
   * @param message the message, not to be changed afterwards
   * @return false if {@link #MAX_WAITING} messages wait already
   * @throws IllegalArgumentException if it is longer than {@link #MAX_MESSAGE}
   */
  public boolean write(byte[] message) {
    if (message.length > MAX_MESSAGE) {
      throw new IllegalArgumentException(
          "message: " + message.length + " bytes (expected: 0.." + MAX_MESSAGE + ")");
    }
    if (!isInside()) {
      return toProcess.offer(message);
    }
    try {
      return toServer.offer(message, WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Waits for the next message from the other side; Swoole's {@code read}.
   *
   * @return the message
   * @throws InterruptedException if interrupted meanwhile, which is how the process is asked to end
   */
  public byte[] read() throws InterruptedException {
    return (isInside() ? toProcess : toServer).take();
  }

  /**
   * Waits for the next message from the other side for some time.
   *
   * @param timeout how long at most; zero not to wait, as on an event loop
   * @return empty if none came in time
   * @throws InterruptedException if interrupted meanwhile
   */
  public Optional<byte[]> read(Duration timeout) throws InterruptedException {
    BlockingQueue<byte[]> in = isInside() ? toProcess : toServer;
    return Optional.ofNullable(in.poll(timeout.toNanos(), TimeUnit.NANOSECONDS));
  }
}
