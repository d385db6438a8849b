// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.server.Event;
import io.swoole4j.setting.Scope;
import java.util.List;

/** The events of WebSocket. */
public final class WebSocketEvent {
  /** A client has become a WebSocket one. */
  public static final Event<OpenHandler> OPEN =
      Event.of("open", OpenHandler.class, Scope.PORT, "A client has become a WebSocket one.");

  /** A message has arrived. */
  public static final Event<MessageHandler> MESSAGE =
      Event.of("message", MessageHandler.class, Scope.PORT, "A WebSocket message has arrived.");

  /** A client asks to become a WebSocket one, and the handler answers. */
  public static final Event<HandshakeHandler> HANDSHAKE =
      Event.of(
          "handshake",
          HandshakeHandler.class,
          Scope.PORT,
          "A client asks for WebSocket, and the handler answers.");

  /** A client asks to become a WebSocket one, and is about to be answered. */
  public static final Event<BeforeHandshakeResponseHandler> BEFORE_HANDSHAKE_RESPONSE =
      Event.of(
          "beforeHandshakeResponse",
          BeforeHandshakeResponseHandler.class,
          Scope.PORT,
          "A client asks for WebSocket, and is about to be answered.");

  /** A connection has ended that was no WebSocket one, or was disconnected. */
  public static final Event<DisconnectHandler> DISCONNECT =
      Event.of(
          "disconnect",
          DisconnectHandler.class,
          Scope.PORT,
          "A connection has ended that was no WebSocket one, or was disconnected.");

  private WebSocketEvent() {}

  /**
   * The events of WebSocket.
   *
   * @return all constants of this class
   */
  public static List<Event<?>> all() {
    return List.of(OPEN, MESSAGE, HANDSHAKE, BEFORE_HANDSHAKE_RESPONSE, DISCONNECT);
  }
}
