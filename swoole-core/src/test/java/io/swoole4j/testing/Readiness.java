// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits until a channel is ready for one kind of operation.
 *
 * <p>Owned by the one thread that performs that operation; the selector is opened when needed, as
 * most writes never wait.
 */
final class Readiness implements Closeable {

  private final int operation;
  private @Nullable Selector selector;

  Readiness(int operation) {
    this.operation = operation;
  }

  /** Returns false if the channel is not ready by the deadline, a {@link System#nanoTime()}. */
  boolean await(SocketChannel channel, long deadline) throws IOException {
    long left = deadline - System.nanoTime();
    if (left <= 0) {
      return false;
    }
    Selector opened = selector;
    if (opened == null) {
      opened = Selector.open();
      selector = opened;
      channel.register(opened, operation);
    }
    int ready = opened.select(TimeUnit.NANOSECONDS.toMillis(left) + 1);
    opened.selectedKeys().clear();
    return ready > 0;
  }

  @Override
  public void close() throws IOException {
    if (selector != null) {
      selector.close();
    }
  }
}
