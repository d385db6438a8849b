// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** The kind of socket a port listens on. The host of a Unix socket is its path. */
public enum SocketType {
  /** TCP over IPv4; Swoole's {@code SWOOLE_SOCK_TCP}. */
  TCP(1),
  /** UDP over IPv4; Swoole's {@code SWOOLE_SOCK_UDP}. */
  UDP(2),
  /** TCP over IPv6; Swoole's {@code SWOOLE_SOCK_TCP6}. */
  TCP6(3),
  /** UDP over IPv6; Swoole's {@code SWOOLE_SOCK_UDP6}. */
  UDP6(4),
  /** A Unix socket for connections; Swoole's {@code SWOOLE_UNIX_STREAM}. */
  UNIX_STREAM(5),
  /** A Unix socket for datagrams; Swoole's {@code SWOOLE_UNIX_DGRAM}. */
  UNIX_DGRAM(6),
  /** TLS over TCP over IPv4; Swoole's {@code SWOOLE_SOCK_TCP | SWOOLE_SSL}. */
  TCP_SSL(1 | 512),
  /** TLS over TCP over IPv6; Swoole's {@code SWOOLE_SOCK_TCP6 | SWOOLE_SSL}. */
  TCP6_SSL(3 | 512),
  /** TLS over a Unix socket; Swoole's {@code SWOOLE_UNIX_STREAM | SWOOLE_SSL}. */
  UNIX_STREAM_SSL(5 | 512);

  private static final int SSL = 512;

  private final int number;

  SocketType(int number) {
    this.number = number;
  }

  /**
   * Swoole's number.
   *
   * @return the number, with 512 added for TLS
   */
  public int number() {
    return number;
  }

  /**
   * The same socket with TLS; Swoole's {@code | SWOOLE_SSL}.
   *
   * @return the type with TLS, itself if it has it already
   * @throws IllegalArgumentException for datagrams, for which there is no TLS
   */
  public SocketType withSsl() {
    return switch (this) {
      case TCP, TCP_SSL -> TCP_SSL;
      case TCP6, TCP6_SSL -> TCP6_SSL;
      case UNIX_STREAM, UNIX_STREAM_SSL -> UNIX_STREAM_SSL;
      case UDP, UDP6, UNIX_DGRAM ->
          throw new IllegalArgumentException(
              "type: " + this + " (expected: a stream socket for TLS)");
    };
  }

  /**
   * Whether it has connections, which carry a stream of bytes.
   *
   * @return true for TCP and Unix stream sockets
   */
  public boolean isStream() {
    return !isDatagram();
  }

  /**
   * Whether it takes datagrams, without connections.
   *
   * @return true for UDP and Unix datagram sockets
   */
  public boolean isDatagram() {
    return this == UDP || this == UDP6 || this == UNIX_DGRAM;
  }

  /**
   * Whether its addresses are IPv6 ones.
   *
   * @return true for TCP and UDP over IPv6
   */
  public boolean isIpv6() {
    return this == TCP6 || this == UDP6 || this == TCP6_SSL;
  }

  /**
   * Whether it is a Unix socket, whose host is a path and which has no port number.
   *
   * @return true for Unix stream and datagram sockets
   */
  public boolean isUnix() {
    return this == UNIX_STREAM || this == UNIX_DGRAM || this == UNIX_STREAM_SSL;
  }

  /**
   * Whether it speaks TLS.
   *
   * @return true for the types with TLS
   */
  public boolean isSsl() {
    return (number & SSL) != 0;
  }
}
