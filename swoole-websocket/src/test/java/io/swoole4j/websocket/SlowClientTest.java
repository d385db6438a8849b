// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static io.swoole4j.websocket.WebSocketFixture.open;
import static io.swoole4j.websocket.WebSocketFixture.read;
import static io.swoole4j.websocket.WebSocketFixture.readText;
import static io.swoole4j.websocket.WebSocketFixture.request;
import static io.swoole4j.websocket.WebSocketFixture.server;
import static io.swoole4j.websocket.WebSocketFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.server.ServerMode;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A client that stops reading costs no more than socket_buffer_size, and what follows is chosen.
 */
class SlowClientTest {
  /** More than kernel and channel take at once, so that something waits when it is full. */
  private static final int BUFFER = 512 * 1024;

  private static final int PAYLOAD = 16 * 1024;

  private static WebSocketServer slow(
      ServerVariant variant, SlowClient policy, List<String> journal) {
    WebSocketServer server = server(variant, (ws, frame) -> ws.push(frame.fd(), "echo"));
    server.set(WebSocketSettings.WEBSOCKET_SLOW_CLIENT, policy);
    server.set(Settings.SOCKET_BUFFER_SIZE, BUFFER);
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 32 * 1024);
    server.on(WebSocketEvent.DISCONNECT, (ws, fd) -> journal.add("disconnect"));
    server.on(io.swoole4j.server.Event.CLOSE, (s, fd, reactorId) -> journal.add("close"));
    return server;
  }

  private static RawClient slowClient(RunningServer running) {
    RawClient client = running.client(running.clientOptions().receiveBuffer(32 * 1024));
    client.send(request(""));
    assertThat(WebSocketFixture.head(client)).containsEntry("", "101");
    return client;
  }

  private static byte[] numbered(int number) {
    return ByteBuffer.allocate(PAYLOAD).putInt(number).array();
  }

  private static int numberOf(Frame frame) {
    return ByteBuffer.wrap(frame.data()).getInt();
  }

  @ServerMatrix
  void refusesByDefaultAndLosesNothingThatWasAccepted(ServerVariant variant) {
    List<String> journal = new CopyOnWriteArrayList<>();
    WebSocketServer server = slow(variant, SlowClient.REFUSE, journal);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = slowClient(running);
      long fd = server.getClientList().get(0);

      int accepted = 0;
      while (server.push(fd, numbered(accepted), Opcode.BINARY)) {
        accepted++;
      }

      assertThat(server.getLastError()).isEqualTo(1008);
      assertThat(server.getClientInfo(fd).orElseThrow().sendQueuedBytes())
          .isLessThanOrEqualTo(BUFFER);
      assertThat((long) server.stats().get("websocket_slow_pushes")).isPositive();
      RawClient other = open(running);
      other.send(text("still served"));
      assertThat(readText(other)).isEqualTo("echo");
      for (int i = 0; i < accepted; i++) {
        assertThat(numberOf(read(client))).isEqualTo(i);
      }
      await().until(() -> server.push(fd, "again"));
      assertThat(readText(client)).isEqualTo("again");
    }
  }

  @Test
  void makesNothingOfWhatItRefuses() throws InterruptedException {
    BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    Frame frame = new Frame(numbered(0), Opcode.BINARY, Set.of(FrameFlag.FIN, FrameFlag.COMPRESS));
    // The worker is the event loop, so that there is no more room while the handler runs.
    WebSocketServer server =
        slow(
            new ServerVariant(ServerMode.BASE, "nio"),
            SlowClient.REFUSE,
            new CopyOnWriteArrayList<>());
    server.set(WebSocketSettings.WEBSOCKET_COMPRESSION, true);
    server.on(
        WebSocketEvent.MESSAGE,
        (ws, message) -> {
          while (ws.push(message.fd(), numbered(0), Opcode.BINARY)) {
            // Until there is no room.
          }
          answers.add(ws.push(message.fd(), frame) + " " + ws.server().getLastError());
        });
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(32 * 1024));
      client.send(request("Sec-WebSocket-Extensions: permessage-deflate\r\n"));
      assertThat(WebSocketFixture.head(client)).containsKey("sec-websocket-extensions");
      client.send(text("go"));

      assertThat(answers.poll(30, TimeUnit.SECONDS)).isEqualTo("false 1008");
      // It would have been kept.
      assertThat(frame.outgoing().compressed(data -> new byte[5])).hasSize(7);
    }
  }

  @Test
  void closesNobodyForWhatFitsOnceItIsCompressed() throws InterruptedException {
    BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    Set<FrameFlag> flags = Set.of(FrameFlag.FIN, FrameFlag.COMPRESS);
    Frame frame = new Frame(new byte[BUFFER], Opcode.BINARY, flags);
    // The worker is the event loop, so that the first message waits while the handler runs.
    WebSocketServer server =
        slow(
            new ServerVariant(ServerMode.BASE, "nio"),
            SlowClient.CLOSE,
            new CopyOnWriteArrayList<>());
    server.set(WebSocketSettings.WEBSOCKET_COMPRESSION, true);
    server.on(
        WebSocketEvent.MESSAGE,
        (ws, message) ->
            answers.add(
                ws.push(message.fd(), numbered(0), Opcode.BINARY)
                    + " "
                    + ws.push(message.fd(), frame)));
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send(request("Sec-WebSocket-Extensions: permessage-deflate\r\n"));
      assertThat(WebSocketFixture.head(client)).containsKey("sec-websocket-extensions");
      client.send(text("go"));

      assertThat(answers.poll(30, TimeUnit.SECONDS)).isEqualTo("true true");
      assertThat(read(client).data()).hasSize(PAYLOAD);
    }
  }

  @ServerMatrix
  void dropsTheOldestWhenToldTo(ServerVariant variant) {
    List<String> journal = new CopyOnWriteArrayList<>();
    WebSocketServer server = slow(variant, SlowClient.DROP_OLDEST, journal);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = slowClient(running);
      long fd = server.getClientList().get(0);

      int last = 500;
      for (int i = 0; i <= last; i++) {
        assertThat(server.push(fd, numbered(i), Opcode.BINARY)).isTrue();
        assertThat(server.getClientInfo(fd).orElseThrow().sendQueuedBytes())
            .isLessThanOrEqualTo(BUFFER);
      }

      long dropped = (long) server.stats().get("websocket_dropped_messages");
      assertThat(dropped).isPositive();
      int before = -1;
      int count = 0;
      while (before < last) {
        int number = numberOf(read(client));
        assertThat(number).isGreaterThan(before);
        before = number;
        count++;
      }
      assertThat(count + dropped).isEqualTo(last + 1L);
    }
  }

  @ServerMatrix
  void runsNoHandlerWithinTheOneWhosePushClosesAClient(ServerVariant variant) {
    List<String> journal = new CopyOnWriteArrayList<>();
    WebSocketServer server = slow(variant, SlowClient.CLOSE, journal);
    server.set(Settings.WORKER_NUM, 1);
    server.on(
        WebSocketEvent.MESSAGE,
        (ws, frame) -> {
          long slow = Long.parseLong(frame.text());
          while (ws.push(slow, numbered(0), Opcode.BINARY)) {
            assertThat(journal).isEmpty();
          }
          journal.add("pushed");
        });
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = slowClient(running);
      long fd = server.getClientList().get(0);
      RawClient other = open(running);
      other.send(text(Long.toString(fd)));
      await().until(() -> journal.size() == 2);
      assertThat(journal).containsExactly("pushed", "close");
      client.close();
    }
  }

  @ServerMatrix
  void countsAClientThatManyGiveUpOnce(ServerVariant variant) throws Exception {
    WebSocketServer server = slow(variant, SlowClient.CLOSE, new CopyOnWriteArrayList<>());
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = slowClient(running);
      long fd = server.getClientList().get(0);
      List<Thread> pushing = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Thread thread =
            new Thread(
                () -> {
                  while (server.push(fd, numbered(0), Opcode.BINARY)) {
                    // Until there is no room.
                  }
                },
                "pushing-" + i);
        pushing.add(thread);
        thread.start();
      }
      for (Thread thread : pushing) {
        thread.join();
      }
      assertThat(server.stats()).containsEntry("websocket_slow_closed", 1L);
      client.close();
    }
  }

  @ServerMatrix
  void closesWith1013WhenToldTo(ServerVariant variant) {
    List<String> journal = new CopyOnWriteArrayList<>();
    WebSocketServer server = slow(variant, SlowClient.CLOSE, journal);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = slowClient(running);
      long fd = server.getClientList().get(0);

      int accepted = 0;
      while (server.push(fd, numbered(accepted), Opcode.BINARY)) {
        accepted++;
      }

      assertThat(server.exist(fd)).isFalse();
      await().until(() -> !journal.isEmpty());
      assertThat(server.stats()).containsEntry("websocket_slow_closed", 1L);
      Frame frame = read(client);
      int messages = 0;
      while (frame.opcode() == Opcode.BINARY) {
        messages++;
        frame = read(client);
      }
      assertThat(messages).isLessThan(accepted);
      assertThat(((CloseFrame) frame).code()).isEqualTo(1013);
      client.expectClosed();
    }
  }
}
