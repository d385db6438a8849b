// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import io.swoole4j.internal.tls.TlsSession;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The orderly end of a connection's way out: waits for what is left to be taken, says so to the
 * peer, and waits for the peer's own end. Owned by the event loop.
 */
final class OutboundEnd {
  /** How long a closed connection is read from and ignored so that its peer sees an orderly end. */
  private static final long LINGER_MILLIS = 2_000;

  /** The same while the server stops. */
  private static final long STOPPING_LINGER_MILLIS = 100;

  private final Connection connection;
  private final Inbound inbound;
  private final Channel channel;
  private final LongSupplier progress;
  private boolean said;
  private @Nullable Future<?> deadline;

  /**
   * The end of one connection.
   *
   * @param connection which
   * @param inbound its server
   * @param channel its channel
   * @param progress a number that changes whenever the kernel has taken something
   */
  OutboundEnd(Connection connection, Inbound inbound, Channel channel, LongSupplier progress) {
    this.connection = connection;
    this.inbound = inbound;
    this.channel = channel;
    this.progress = progress;
  }

  /** Everything was taken: ends this side, and lets the peer end its own. */
  void allTaken() {
    if (said) {
      return;
    }
    said = true;
    cancel();
    if (!(channel instanceof DuplexChannel duplex) || isEnded(duplex)) {
      channel.close();
      return;
    }
    // Closing a socket that still has unread bytes sends a reset, which may overtake our answer.
    connection.ignoreInput();
    TlsSession tls = connection.ownTls();
    if (tls == null) {
      duplex.shutdownOutput();
    } else {
      // Its own end comes first: without it the peer could not tell an end from a cut.
      tls.closeOutput(channel).addListener(told -> duplex.shutdownOutput());
    }
    long linger = inbound.isStopping() ? STOPPING_LINGER_MILLIS : LINGER_MILLIS;
    deadline = channel.eventLoop().schedule(this::closeNow, linger, TimeUnit.MILLISECONDS);
  }

  /**
   * Whether nothing of the peer's own end is left to wait for. A stream is told to be cut short
   * when it is given up before that, whatever its protocol has agreed on.
   */
  private boolean isEnded(DuplexChannel duplex) {
    return connection.isCarried() ? duplex.isInputShutdown() : connection.inputEnded();
  }

  /** Something is left: gives it up when nothing of it is taken for too long. */
  void watchProgress() {
    if (deadline == null) {
      long before = progress.getAsLong();
      deadline =
          channel
              .eventLoop()
              .schedule(
                  () -> closeIfStalled(before),
                  inbound.rules().closeStallMillis(),
                  TimeUnit.MILLISECONDS);
    }
  }

  private void closeIfStalled(long before) {
    deadline = null;
    if (progress.getAsLong() == before) {
      // What it has is not the whole, and must not look like it.
      connection.outbound().reset();
    } else {
      watchProgress();
    }
  }

  private void closeNow() {
    connection.closeChannel();
  }

  /** The peer has ended its side: nothing is left to wait for after our own end. */
  void peerEnded() {
    if (said) {
      connection.closeChannel();
    }
  }

  void cancel() {
    Future<?> waiting = deadline;
    deadline = null;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }
}
