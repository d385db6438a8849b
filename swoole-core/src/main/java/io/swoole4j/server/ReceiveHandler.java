// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#RECEIVE}. */
@FunctionalInterface
public interface ReceiveHandler extends EventHandler {
  /**
   * Called for every packet, or for every chunk of at most 65536 bytes where no framing is set;
   * Swoole's {@code onReceive}. Required on a stream port without another protocol.
   *
   * <p>Runs on a worker chosen by the dispatch mode. What it throws is logged and reported to
   * {@link Event#ERROR}.
   *
   * @param server the server
   * @param fd the session id
   * @param reactorId the number of its reactor
   * @param data the packet; it belongs to the handler
   * @throws Exception anything; the server and the worker go on
   */
  void onReceive(Server server, long fd, int reactorId, byte[] data) throws Exception;
}
