// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.swoole4j.error.PortBindException;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One port as the life cycle and the layer above see it, be it for connections or for datagrams.
 * Bound and closed by the life cycle's threads.
 */
public interface Port {
  /** How long closing may take when a bind has failed. */
  long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /**
   * Binds; nothing is taken in before {@link #open}.
   *
   * @param sockets how many sockets share the port, where its kind can
   * @throws PortBindException if the port cannot be had; nothing is left open then
   */
  void bind(int sockets);

  /** Begins to take in connections or datagrams. */
  void open();

  /**
   * Takes nothing more in. What came in before can still be answered.
   *
   * @param nanos how long to wait for it
   */
  void stop(long nanos);

  /**
   * Closes the sockets of the port and removes what it has made in the file system; connections
   * stay.
   *
   * @param nanos how long to wait for it
   */
  void close(long nanos);

  /**
   * What it listens on.
   *
   * @return the specification
   */
  ListenerSpec spec();

  /**
   * The port number it is bound to.
   *
   * @return 0 before it is bound, and for a Unix socket
   */
  int boundPort();

  /**
   * The descriptor of its first socket.
   *
   * @return -1 before it is bound and where the transport does not tell
   */
  int descriptor();

  /**
   * What its first socket is bound to.
   *
   * @return null before it is bound; a {@link java.net.UnixDomainSocketAddress} for a Unix socket
   */
  @Nullable SocketAddress localAddress();
}
