// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;

/** What the Autobahn test suite talks to: echoes on the port that it is given, in either mode. */
final class AutobahnServer {
  private static final int LONGEST = 16 * 1024 * 1024;
  private static final int MANY = 1_000_000;

  private AutobahnServer() {}

  /** In BASE mode. */
  public static final class InBase {
    private InBase() {}

    /** Serves until the JVM ends. */
    public static void main(String[] arguments) {
      start(ServerMode.BASE, Integer.parseInt(arguments[0]));
    }
  }

  /** In PROCESS mode. */
  public static final class InProcess {
    private InProcess() {}

    /** Serves until the JVM ends. */
    public static void main(String[] arguments) {
      start(ServerMode.PROCESS, Integer.parseInt(arguments[0]));
    }
  }

  private static void start(ServerMode mode, int port) {
    WebSocketServer server = new WebSocketServer("0.0.0.0", port, mode, SocketType.TCP);
    server.set(Settings.PACKAGE_MAX_LENGTH, LONGEST);
    server.set(Settings.BUFFER_OUTPUT_SIZE, LONGEST + 1024);
    server.set(Settings.SOCKET_BUFFER_SIZE, 4 * LONGEST);
    server.set(WebSocketSettings.WEBSOCKET_MAX_FRAGMENTS, MANY);
    server.set(WebSocketSettings.WEBSOCKET_COMPRESSION, true);
    server.on(WebSocketEvent.MESSAGE, (ws, frame) -> ws.push(frame.fd(), frame));
    server.startAsync();
  }
}
