// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static io.swoole4j.websocket.WebSocketFixture.open;
import static io.swoole4j.websocket.WebSocketFixture.readText;
import static io.swoole4j.websocket.WebSocketFixture.server;
import static io.swoole4j.websocket.WebSocketFixture.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.server.Event;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Message handlers on virtual threads of one worker. */
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads need JDK 21")
class WebSocketCoroutineTest {
  private static final int SECONDS = 30;

  @ServerMatrix(transports = "nio")
  void waitForEachOtherOnOneConnectionOnly(ServerVariant variant) {
    CyclicBarrier together = new CyclicBarrier(2);
    WebSocketServer server =
        server(
            variant,
            (ws, frame) -> {
              if (frame.text().equals("together")) {
                together.await(SECONDS, TimeUnit.SECONDS);
              }
              ws.push(frame.fd(), frame.text());
            });
    server.set(Settings.ENABLE_COROUTINE, true).set(Settings.WORKER_NUM, 1);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient one = open(running);
      RawClient two = open(running);
      one.send(text("together")).send(text("a"));
      two.send(text("together")).send(text("b"));

      assertThat(readText(one)).isEqualTo("together");
      assertThat(readText(one)).isEqualTo("a");
      assertThat(readText(two)).isEqualTo("together");
      assertThat(readText(two)).isEqualTo("b");
    }
  }

  @ServerMatrix(transports = "nio")
  void comeBehindOpenAndBeforeClose(ServerVariant variant) throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    Queue<String> order = new ConcurrentLinkedQueue<>();
    WebSocketServer server = server(variant, (ws, frame) -> order.add(frame.text()));
    server.set(Settings.ENABLE_COROUTINE, true).set(Settings.WORKER_NUM, 1);
    server.on(
        WebSocketEvent.OPEN,
        (ws, request) -> {
          assertThat(gate.await(SECONDS, TimeUnit.SECONDS)).isTrue();
          order.add("open");
        });
    server.on(Event.CLOSE, (s, fd, reactorId) -> order.add("close"));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = open(running);
      client.send(text("a")).send(text("b")).close();
      gate.countDown();

      Awaitility.await().until(() -> order.contains("close"));
      assertThat(order).containsExactly("open", "a", "b", "close");
    }
  }

  @ServerMatrix(transports = "nio")
  void compressWhatTheyPush(ServerVariant variant) throws Exception {
    String letters = "abc".repeat(1000);
    WebSocketServer server =
        server(
            variant,
            (ws, frame) ->
                ws.push(
                    frame.fd(),
                    letters.getBytes(UTF_8),
                    Opcode.TEXT,
                    Set.of(FrameFlag.FIN, FrameFlag.COMPRESS)));
    server.set(Settings.ENABLE_COROUTINE, true).set(Settings.WORKER_NUM, 1);
    server.set(WebSocketSettings.WEBSOCKET_COMPRESSION, true);

    try (RunningServer running = RunningServer.start(server);
        WebSocketClient client =
            new WebSocketClient("127.0.0.1", running.port()).compression(true)) {
      assertThat(client.upgrade("/")).isTrue();
      for (int i = 0; i < 3; i++) {
        client.push("?");
        assertThat(client.recv(Duration.ofSeconds(SECONDS)).orElseThrow().text())
            .isEqualTo(letters);
      }
    }
  }
}
