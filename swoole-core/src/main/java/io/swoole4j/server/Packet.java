// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/**
 * A datagram; Swoole's {@code Packet}.
 *
 * @param serverSocket the socket it arrived at, as {@link PacketInfo#serverSocket}
 * @param serverPort the number of the port it arrived at
 * @param dispatchTime when it was read and dispatched, in seconds since the epoch
 * @param address the sender's address, or the path of its Unix socket
 * @param port the sender's port, 0 for a Unix socket
 * @param data the datagram; it belongs to the handler
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record Packet(
    int serverSocket, int serverPort, double dispatchTime, String address, int port, byte[] data) {}
