// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/**
 * Chooses the worker of a packet, {@code dispatch_func}; it overrides {@code dispatch_mode}.
 * PROCESS mode only.
 */
@FunctionalInterface
public interface DispatchFunction {
  /** Bytes of a client. */
  int TYPE_DATA = 0;

  /** A datagram. */
  int TYPE_PACKET = 1;

  /** The end of a connection. */
  int TYPE_CLOSE = 3;

  /** The beginning of a connection. */
  int TYPE_CONNECT = 4;

  /** Answer: drop the packet. */
  int DISCARD = -1;

  /** Answer: drop the packet and close the connection. */
  int CLOSE = -2;

  /** Answer: let {@code dispatch_mode} choose. */
  int FALLBACK = -3;

  /**
   * Chooses. Runs on reactor threads, several at a time, and for the end of a connection also on
   * the thread that closes it; must neither block nor change the data. About one end it may be
   * asked several times and has to answer the same. What it throws is logged and its packet left to
   * {@code dispatch_mode}, as is an answer that names no worker.
   *
   * @param server the server
   * @param fd the session id; for a datagram the sender's address as a number, an IPv4 one as
   *     {@link PacketInfo#fd} tells it
   * @param type {@link #TYPE_DATA}, {@link #TYPE_PACKET}, {@link #TYPE_CLOSE} or {@link
   *     #TYPE_CONNECT}
   * @param data the packet, at most its first 8180 bytes; empty for the last two types
   * @return a worker's id, {@link #DISCARD}, {@link #CLOSE} or {@link #FALLBACK}
   * @throws Exception anything
   */
  int dispatch(Server server, long fd, int type, byte[] data) throws Exception;
}
