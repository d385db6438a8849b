// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static io.swoole4j.setting.Setting.bool;
import static io.swoole4j.setting.Setting.enumSetting;
import static io.swoole4j.setting.Setting.intSetting;
import static io.swoole4j.setting.Setting.seconds;
import static io.swoole4j.setting.Setting.stringList;

import io.swoole4j.setting.Scope;
import io.swoole4j.setting.Setting;
import java.util.List;

/** The settings of WebSocket. */
public final class WebSocketSettings {
  private static final double DAY = 86_400;

  /** Whether a port speaks WebSocket; set by {@link WebSocketServer}. */
  public static final Setting<Boolean> OPEN_WEBSOCKET_PROTOCOL =
      bool(
              "open_websocket_protocol",
              false,
              "Whether the port speaks WebSocket, and HTTP; true on a WebSocketServer")
          .withScope(Scope.PROTOCOL);

  /** Whether streams of HTTP/2 may become WebSocket connections. */
  public static final Setting<Boolean> WEBSOCKET_HTTP2 =
      bool(
              "websocket_http2",
              true,
              "Whether streams of HTTP/2 may become WebSocket connections (RFC 8441), where"
                  + " open_http2_protocol is true; the server does not offer it otherwise; not in"
                  + " Swoole")
          .withScope(Scope.PORT);

  /** What the server speaks over WebSocket, the preferred first. */
  public static final Setting<List<String>> WEBSOCKET_SUBPROTOCOL =
      stringList(
              "websocket_subprotocol",
              "Subprotocols, the preferred first; the first that the client lists too is answered")
          .withScope(Scope.PORT);

  /** Whether messages may be compressed. */
  public static final Setting<Boolean> WEBSOCKET_COMPRESSION =
      bool(
              "websocket_compression",
              false,
              "Whether permessage-deflate is agreed to; a push is compressed where its flags say so")
          .withScope(Scope.PORT);

  /** Whether close frames of clients come to the message handler. */
  public static final Setting<Boolean> OPEN_WEBSOCKET_CLOSE_FRAME =
      bool(
              "open_websocket_close_frame",
              false,
              "Whether close frames of clients come to the message handler, as CloseFrame")
          .withScope(Scope.PORT);

  /** Whether pings of clients come to the message handler and are not answered. */
  public static final Setting<Boolean> OPEN_WEBSOCKET_PING_FRAME =
      bool(
              "open_websocket_ping_frame",
              false,
              "Whether pings come to the message handler, which has to answer them then")
          .withScope(Scope.PORT);

  /** Whether pongs of clients come to the message handler. */
  public static final Setting<Boolean> OPEN_WEBSOCKET_PONG_FRAME =
      bool("open_websocket_pong_frame", false, "Whether pongs come to the message handler")
          .withScope(Scope.PORT);

  /** The most frames of one message; more close the connection with 1008. */
  public static final Setting<Integer> WEBSOCKET_MAX_FRAGMENTS =
      intSetting(
              "websocket_max_fragments",
              1,
              1_000_000,
              16_384,
              "Most frames of one message; above it 1008; not in Swoole")
          .withScope(Scope.PORT);

  /** The most control frames in one second; more close the connection with 1008. */
  public static final Setting<Integer> WEBSOCKET_MAX_CONTROL_FRAMES =
      intSetting(
              "websocket_max_control_frames",
              1,
              1_000_000,
              10_000,
              "Most control frames of a client in one second; above it 1008; not in Swoole")
          .withScope(Scope.PORT);

  /** How long a client may take for a message that it has begun. */
  public static final Setting<Double> WEBSOCKET_MESSAGE_TIMEOUT =
      seconds(
              "websocket_message_timeout",
              0,
              DAY,
              60,
              "Longest time from the begin of a message to its end, and a second more for each KiB"
                  + " that has arrived; then 1008; 0 for no limit; not in Swoole")
          .withScope(Scope.PORT);

  /** What a push does when a client takes nothing. */
  public static final Setting<SlowClient> WEBSOCKET_SLOW_CLIENT =
      enumSetting(
              "websocket_slow_client",
              SlowClient.class,
              SlowClient::symbol,
              SlowClient.REFUSE,
              "What a push does when socket_buffer_size bytes wait for its client: refuse answers"
                  + " false, drop_oldest drops the oldest messages that wait, close closes with"
                  + " 1013; not in Swoole")
          .withScope(Scope.PORT);

  /** How long a client may be silent before it is pinged. */
  public static final Setting<Double> WEBSOCKET_PING_INTERVAL =
      seconds(
              "websocket_ping_interval",
              0,
              DAY,
              0,
              "Silence after which a client is pinged, and again; 0 for never; not in Swoole")
          .withScope(Scope.PORT);

  /** How long a client may be silent before it is given up. */
  public static final Setting<Double> WEBSOCKET_IDLE_TIMEOUT =
      seconds(
              "websocket_idle_timeout",
              0,
              DAY,
              0,
              "Silence after which a client is closed with 1001; 0 for twice"
                  + " websocket_ping_interval, or never without that; not in Swoole")
          .withScope(Scope.PORT);

  private WebSocketSettings() {}

  /**
   * The settings of WebSocket.
   *
   * @return all constants of this class
   */
  public static List<Setting<?>> all() {
    return List.of(
        OPEN_WEBSOCKET_PROTOCOL,
        WEBSOCKET_HTTP2,
        WEBSOCKET_SUBPROTOCOL,
        WEBSOCKET_COMPRESSION,
        OPEN_WEBSOCKET_CLOSE_FRAME,
        OPEN_WEBSOCKET_PING_FRAME,
        OPEN_WEBSOCKET_PONG_FRAME,
        WEBSOCKET_MAX_FRAGMENTS,
        WEBSOCKET_MAX_CONTROL_FRAMES,
        WEBSOCKET_MESSAGE_TIMEOUT,
        WEBSOCKET_SLOW_CLIENT,
        WEBSOCKET_PING_INTERVAL,
        WEBSOCKET_IDLE_TIMEOUT);
  }
}
