// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static io.swoole4j.websocket.WebSocketFixture.open;
import static io.swoole4j.websocket.WebSocketFixture.readText;
import static io.swoole4j.websocket.WebSocketFixture.server;
import static io.swoole4j.websocket.WebSocketFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

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

  @Test
  void encodesAFrameOnce() {
    Frame frame = new Frame("x".repeat(1000));
    assertThat(frame.outgoing().plain()).isSameAs(frame.outgoing().plain());
    assertThat(frame.outgoing().compressed(data -> new byte[5]))
        .isSameAs(frame.outgoing().compressed(data -> new byte[6]));
  }
}
