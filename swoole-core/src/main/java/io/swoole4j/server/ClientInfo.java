// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What is known about a connection at one moment; the map that Swoole's {@code getClientInfo}
 * answers, typed.
 *
 * @param serverPort the local port it came in by
 * @param serverFd the descriptor of the listening socket, -1 where the transport does not tell
 * @param socketFd the descriptor of the connection, -1 where the transport does not tell
 * @param socketType Swoole's number of the socket type
 * @param remoteIp the peer's address
 * @param remotePort the peer's port
 * @param reactorId the number of its reactor
 * @param connectTime when it was accepted, in seconds since the epoch
 * @param lastTime when bytes arrived last, in whole seconds since the epoch
 * @param lastRecvTime the same with fractions
 * @param lastSendTime when bytes were written last, in seconds since the epoch, 0 if never
 * @param lastDispatchTime when a packet was handed to a worker last, 0 if never
 * @param closeErrno 0: the connection ended in good order or is open
 * @param recvQueuedBytes bytes waiting for workers; 0 in BASE mode
 * @param sendQueuedBytes bytes waiting for the client
 * @param uid the user it is bound to
 * @param workerId the worker it is fixed to, in dispatch mode 8
 * @param sslClientCert the certificate that a TLS client presented, as PEM; not told to task
 *     workers
 * @param protocol what the protocol of its port tells, such as websocket_status
 */
public record ClientInfo(
    int serverPort,
    int serverFd,
    int socketFd,
    int socketType,
    String remoteIp,
    int remotePort,
    int reactorId,
    long connectTime,
    long lastTime,
    double lastRecvTime,
    double lastSendTime,
    double lastDispatchTime,
    int closeErrno,
    long recvQueuedBytes,
    long sendQueuedBytes,
    OptionalLong uid,
    OptionalInt workerId,
    Optional<String> sslClientCert,
    Map<String, Object> protocol) {

  /**
   * The same as a map with Swoole's keys; {@code uid}, {@code worker_id} and {@code
   * ssl_client_cert} are absent when there is none; what the protocol tells is behind them.
   *
   * @return a map in Swoole's order
   */
  public Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("server_port", serverPort);
    map.put("server_fd", serverFd);
    map.put("socket_fd", socketFd);
    map.put("socket_type", socketType);
    map.put("remote_port", remotePort);
    map.put("remote_ip", remoteIp);
    map.put("reactor_id", reactorId);
    map.put("connect_time", connectTime);
    map.put("last_time", lastTime);
    map.put("last_recv_time", lastRecvTime);
    map.put("last_send_time", lastSendTime);
    map.put("last_dispatch_time", lastDispatchTime);
    map.put("close_errno", closeErrno);
    map.put("recv_queued_bytes", recvQueuedBytes);
    map.put("send_queued_bytes", sendQueuedBytes);
    uid.ifPresent(value -> map.put("uid", value));
    workerId.ifPresent(value -> map.put("worker_id", value));
    sslClientCert.ifPresent(value -> map.put("ssl_client_cert", value));
    map.putAll(protocol);
    return map;
  }
}
