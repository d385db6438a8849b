// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/**
 * What happened to a connection; Swoole's {@code Event}.
 *
 * @param reactorId the number of its reactor, -1 when the server has closed it
 * @param fd the session id
 * @param dispatchTime when a packet of it was handed to a worker last, in seconds since the epoch;
 *     0 before the first one
 * @param data the packet of a receive event, which belongs to the handler; else empty
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record ConnectionEvent(int reactorId, long fd, double dispatchTime, byte[] data) {
  private static final byte[] NOTHING = {};

  static ConnectionEvent of(Server server, long fd, int reactorId, byte[] data) {
    double time = server.getClientInfo(fd).map(ClientInfo::lastDispatchTime).orElse(0.0);
    return new ConnectionEvent(reactorId, fd, time, data);
  }

  static ConnectionEvent of(Server server, long fd, int reactorId) {
    return of(server, fd, reactorId, NOTHING);
  }
}
