// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** The kind of socket a port listens on. */
public enum SocketType {
  /** TCP over IPv4; Swoole's {@code SWOOLE_SOCK_TCP}. */
  TCP(1),
  /** TCP over IPv6; Swoole's {@code SWOOLE_SOCK_TCP6}. */
  TCP6(3);

  private final int number;

  SocketType(int number) {
    this.number = number;
  }

  /**
   * Swoole's number.
   *
   * @return the number
   */
  public int number() {
    return number;
  }

  boolean isIpv6() {
    return this == TCP6;
  }
}
