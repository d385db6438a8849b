// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#PACKET_OBJECT}; {@link PacketHandler} is its other form. */
@FunctionalInterface
public interface PacketObjectHandler extends EventHandler {
  /**
   * Called for every datagram; Swoole's {@code onPacket} with {@code event_object}.
   *
   * <p>Runs on a worker chosen by the dispatch mode. All else is as {@link PacketHandler#onPacket}
   * says.
   *
   * @param server the server
   * @param packet the datagram and where it came from
   * @throws Exception anything; the server and the worker go on
   */
  void onPacket(Server server, Packet packet) throws Exception;
}
