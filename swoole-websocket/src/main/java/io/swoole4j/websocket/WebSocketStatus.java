// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

/**
 * How far a connection of a WebSocket port is: {@code websocket_status} of {@code
 * Server.getClientInfo}; Swoole's {@code WEBSOCKET_STATUS_} constants.
 */
public enum WebSocketStatus {
  /** 1: it has not asked for WebSocket yet. */
  CONNECTION(1),
  /** 2: it has, and is not answered. */
  HANDSHAKE(2),
  /** 3: it speaks WebSocket. */
  FRAME(3),
  /** 4: one side has sent its close frame. */
  CLOSING(4);

  private final int number;

  WebSocketStatus(int number) {
    this.number = number;
  }

  /**
   * Swoole's number.
   *
   * @return from 1 to 4
   */
  public int number() {
    return number;
  }
}
