// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#PACKET}; {@link PacketObjectHandler} is its other form. */
@FunctionalInterface
public interface PacketHandler extends EventHandler {
  /**
   * Called for every datagram, empty ones included; Swoole's {@code onPacket}. Required on a port
   * for datagrams.
   *
   * <p>Runs on a worker chosen by the dispatch mode, by the sender's address where the mode goes by
   * connection; in BASE mode on the worker whose loop reads the socket. What it throws is logged
   * and reported to {@link Event#ERROR}.
   *
   * @param server the server; {@link Server#sendto(String, int, byte[])} answers
   * @param data the datagram; it belongs to the handler
   * @param client who sent it, and to which socket
   * @throws Exception anything; the server and the worker go on
   */
  void onPacket(Server server, byte[] data, PacketInfo client) throws Exception;
}
