// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import io.swoole4j.server.ServerMode;
import io.swoole4j.setting.Settings;
import io.swoole4j.websocket.Frame;
import io.swoole4j.websocket.MessageHandler;
import io.swoole4j.websocket.Opcode;
import io.swoole4j.websocket.WebSocketEvent;
import io.swoole4j.websocket.WebSocketServer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The WebSocket server as a user of swoole4j writes it. */
final class SwooleWebSocketServer {
  private SwooleWebSocketServer() {}

  /** Starts a server of a mode. */
  static TestedServer start(ServerMode mode, Workload workload, int loops, int payload) {
    WebSocketServer server = new WebSocketServer("127.0.0.1", 0, mode);
    server.set(Settings.SOCKET_BUFFER_SIZE, NettyWebSocketServer.OUTPUT_BUFFER);
    List<Long> stalled = new CopyOnWriteArrayList<>();
    server.on(
        WebSocketEvent.MESSAGE,
        workload == Workload.BROADCAST ? broadcast(server, payload) : echo(stalled));
    SwooleServer started = SwooleServer.start(server, loops);
    StalledPusher pusher =
        StalledPusher.start(
            (turn, bytes) -> {
              if (!stalled.isEmpty()) {
                server.push(stalled.get(turn % stalled.size()), bytes, Opcode.BINARY);
              }
            });
    return new AccompaniedServer(started, pusher::close);
  }

  private static MessageHandler echo(List<Long> stalled) {
    return (ws, frame) -> {
      if (frame.data().length == WebSocketTraffic.STALL.length()
          && frame.text().equals(WebSocketTraffic.STALL)) {
        stalled.add(frame.fd());
      } else {
        ws.push(frame.fd(), frame);
      }
    };
  }

  private static MessageHandler broadcast(WebSocketServer server, int payload) {
    byte[] message = WebSocketTraffic.text(payload, 0);
    return (ws, frame) -> {
      Frame news = new Frame(message, Opcode.BINARY);
      for (long fd : server.connections()) {
        ws.push(fd, news);
      }
    };
  }
}
