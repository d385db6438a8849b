// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static io.swoole4j.websocket.WebSocketFixture.head;
import static io.swoole4j.websocket.WebSocketFixture.open;
import static io.swoole4j.websocket.WebSocketFixture.read;
import static io.swoole4j.websocket.WebSocketFixture.readText;
import static io.swoole4j.websocket.WebSocketFixture.request;
import static io.swoole4j.websocket.WebSocketFixture.server;
import static io.swoole4j.websocket.WebSocketFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.internal.websocket.deflate.MessageInflater;
import io.swoole4j.internal.websocket.frame.FrameException;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** One frame goes to many clients. */
class BroadcastTest {
  @ServerMatrix
  void reachesEveryClientInTheOrderOfThePushes(ServerVariant variant) {
    WebSocketServer server =
        server(
            variant,
            (ws, frame) -> {
              for (int i = 0; i < 3; i++) {
                Frame news = new Frame("news " + i);
                for (long fd : ws.server().connections()) {
                  ws.push(fd, news);
                }
              }
            });
    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        clients.add(open(running));
      }
      clients.get(0).send(text("go"));
      for (RawClient client : clients) {
        for (int i = 0; i < 3; i++) {
          assertThat(readText(client)).isEqualTo("news " + i);
        }
      }
    }
  }

  /** The data is changed where it must not be: who still gets the old is sent what was encoded. */
  @ServerMatrix(transports = "nio")
  void encodesAFrameOnceForAllWhoArePushedIt(ServerVariant variant) throws FrameException {
    WebSocketServer server = server(variant, (ws, frame) -> ws.joinGroup(frame.fd(), "all"));
    server.set(WebSocketSettings.WEBSOCKET_COMPRESSION, true);
    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> clients = List.of(compressing(running), compressing(running));
      for (RawClient client : clients) {
        client.send(text("join"));
      }
      await().until(() -> server.groupMembers("all").size() == 2);

      for (Set<FrameFlag> flags :
          List.of(Set.of(FrameFlag.FIN), Set.of(FrameFlag.FIN, FrameFlag.COMPRESS))) {
        byte[] data = new byte[1000];
        Frame pushed = new Frame(data, Opcode.BINARY, flags);
        for (long fd : server.getClientList()) {
          assertThat(server.push(fd, pushed)).isTrue();
          data[0]++;
        }
        byte[] others = new byte[1000];
        Frame toGroup = new Frame(others, Opcode.BINARY, flags);
        for (int i = 0; i < 2; i++) {
          assertThat(server.pushToGroup("all", toGroup)).isEqualTo(2);
          others[0]++;
        }

        for (RawClient client : clients) {
          for (int i = 0; i < 3; i++) {
            Frame got = read(client);
            boolean compressed = got.flags().contains(FrameFlag.RSV1);
            assertThat(compressed).isEqualTo(flags.contains(FrameFlag.COMPRESS));
            assertThat(
                    compressed
                        ? MessageInflater.inflate(got.data(), got.data().length, 1000)
                        : got.data())
                .isEqualTo(new byte[1000]);
          }
        }
      }
    }
  }

  private static RawClient compressing(RunningServer running) {
    RawClient client = running.client();
    client.send(request("Sec-WebSocket-Extensions: permessage-deflate\r\n"));
    assertThat(head(client)).containsKey("sec-websocket-extensions");
    return client;
  }
}
