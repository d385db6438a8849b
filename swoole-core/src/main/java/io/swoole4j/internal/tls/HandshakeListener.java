// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.tls;

import io.netty.channel.Channel;

/** Where handshakes report to. On the event loop of their channel. */
public interface HandshakeListener {
  /**
   * A handshake has succeeded: adds the handlers behind that of TLS, before anything is read.
   *
   * @param channel which
   * @param session what came of it
   */
  void secured(Channel channel, TlsSession session);

  /**
   * A handshake has failed; the channel is being closed.
   *
   * @param channel which
   * @param failure what kind of failure it was
   * @param cause the failure
   */
  void failed(Channel channel, Failure failure, Throwable cause);

  /** Why a handshake fails, as far as somebody wants to know. */
  enum Failure {
    /** What came was not TLS. */
    NOT_TLS,
    /** It was not done in time. */
    TIMEOUT,
    /** The client's certificate is missing or is not good enough. */
    CERTIFICATE,
    /** The two sides could not agree, or the peer broke the protocol. */
    PROTOCOL,
    /** The peer went away. */
    GONE
  }
}
