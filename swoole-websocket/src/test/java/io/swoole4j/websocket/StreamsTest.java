// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static io.swoole4j.websocket.WebSocketFixture.close;
import static io.swoole4j.websocket.WebSocketFixture.server;
import static io.swoole4j.websocket.WebSocketFixture.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.swoole4j.http.Http2Client;
import io.swoole4j.http.HttpEvent;
import io.swoole4j.http.HttpServer;
import io.swoole4j.http.HttpSettings;
import io.swoole4j.internal.websocket.frame.Frames;
import io.swoole4j.server.CloseHandler;
import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.ExpectErrors;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** WebSocket connections on streams of HTTP/2 (RFC 8441), seen frame by frame. */
class StreamsTest {
  private static final ServerVariant BASE = new ServerVariant(ServerMode.BASE, "nio");
  private static final ServerVariant PROCESS = new ServerVariant(ServerMode.PROCESS, "nio");
  private static final int PROTOCOL_ERROR = 1;
  private static final int REFUSED_STREAM = 7;
  private static final int CANCEL = 8;

  /** More than the sockets take, and no more than a stream may. */
  private static final int LARGE = 1 << 20;

  private final BlockingQueue<String> journal = new LinkedBlockingQueue<>();

  private WebSocketServer http2(ServerVariant variant, MessageHandler handler) {
    WebSocketServer server = server(variant, handler);
    server.set(HttpSettings.OPEN_HTTP2_PROTOCOL, true);
    server.on(WebSocketEvent.OPEN, (ws, request) -> journal.add("open " + request.fd()));
    server.on(WebSocketEvent.DISCONNECT, (ws, fd) -> journal.add("disconnect " + fd));
    server.on(Event.CLOSE, (s, fd, reactorId) -> journal.add("close " + fd));
    return server;
  }

  private WebSocketServer echo(ServerVariant variant) {
    return http2(variant, (ws, frame) -> ws.push(frame.fd(), frame));
  }

  private String next() throws InterruptedException {
    return journal.poll(30, TimeUnit.SECONDS);
  }

  @ServerMatrix
  void speaksOnAStreamWithAnIdOfItsOwn(ServerVariant variant) throws InterruptedException {
    WebSocketServer server = echo(variant);
    server.set(WebSocketSettings.WEBSOCKET_SUBPROTOCOL, List.of("chat"));
    server.on(
        WebSocketEvent.OPEN,
        (ws, request) ->
            journal.add(
                String.join(
                    " ",
                    "open " + request.fd(),
                    request.getMethod(),
                    request.server().get("path_info").toString(),
                    request.get("room").orElse(""),
                    request.header("host").orElse(""),
                    "" + request.streamId(),
                    "" + ws.isEstablished(request.fd()))));
    try (RunningServer running = RunningServer.start(server)) {
      StreamClient client = StreamClient.on(running);

      client.ask(1, "/chat?room=1", "sec-websocket-protocol", "x, chat");

      assertThat(client.head(1))
          .containsEntry(":status", "200")
          .containsEntry("sec-websocket-protocol", "chat")
          .doesNotContainKeys(
              "content-length", "content-type", "sec-websocket-accept", "sec-websocket-extensions");
      assertThat(next()).isEqualTo("open 2 CONNECT /chat 1 a 1 true");
      assertThat(server.getClientList()).containsExactly(1L, 2L);
      assertThat(server.exist(1)).isFalse();
      assertThat(server.getClientInfo(2).orElseThrow().protocol())
          .containsEntry("websocket_status", 3);
      assertThat(server.getClientInfo(2).orElseThrow().remotePort())
          .isEqualTo(server.getClientInfo(1).orElseThrow().remotePort());

      client.sendText(1, "grüße");
      assertThat(client.readText(1)).isEqualTo("grüße");
      // The connection around it has moved as well.
      await()
          .untilAsserted(
              () ->
                  assertThat(server.getClientInfo(1).orElseThrow().lastSendTime())
                      .isPositive()
                      .isGreaterThanOrEqualTo(
                          server.getClientInfo(2).orElseThrow().lastSendTime()));
      client.send(1, Frames.masked(9, true, 0, "there?".getBytes(UTF_8)));
      assertThat(client.read(1).opcode()).isEqualTo(Opcode.PONG);
      byte[] large = text("x".repeat(300_000));
      for (int at = 0; at < large.length; at += 16_384) {
        int next = Math.min(large.length, at + 16_384);
        client.send(1, ByteBuffer.allocate(next - at).put(large, at, next - at).array());
        client.sync();
      }
      assertThat(client.readText(1)).hasSize(300_000);

      client.send(1, close(1000, "bye"));
      client.expectClose(1, 1000);
      assertThat(next()).isEqualTo("close 2");
      client.frames().data(1, new byte[0], true);
      await().until(() -> server.getClientList().equals(List.of(1L)));
      assertThat(server.push(2, "late")).isFalse();
      assertThat(server.stats()).containsEntry("websocket_connections", 0L);
    }
  }

  @ServerMatrix
  void severalShareAConnectionWithRequests(ServerVariant variant) throws InterruptedException {
    WebSocketServer server = echo(variant);
    server.on(
        HttpEvent.REQUEST,
        (request, response) -> {
          int told = 0;
          for (long fd : server.connections()) {
            told += server.push(fd, "told") ? 1 : 0;
          }
          response.end(request.getMethod() + " " + told + " of " + request.fd());
        });
    try (RunningServer running = RunningServer.start(server)) {
      StreamClient client = StreamClient.on(running);
      client.open(1, "/");
      client.open(3, "/");
      client.sendText(3, "three").sendText(1, "one");

      assertThat(client.readText(1)).isEqualTo("one");
      assertThat(client.readText(3)).isEqualTo("three");
      client.frames().get(5, "/");
      assertThat(client.head(5)).containsEntry(":status", "200");
      assertThat(client.readText(1)).isEqualTo("told");
      assertThat(client.readText(3)).isEqualTo("told");
      assertThat(Arrays.asList(next(), next())).containsExactlyInAnyOrder("open 2", "open 3");

      client.frames().reset(1);
      assertThat(next()).isEqualTo("close 2");
      client.sendText(3, "alone");
      assertThat(client.readText(3)).isEqualTo("alone");
    }
  }

  @ServerMatrix
  void disconnectSaysGoodbyeAndEndsTheStream(ServerVariant variant) throws InterruptedException {
    WebSocketServer server =
        http2(
            variant,
            (ws, frame) -> {
              ws.push(frame.fd(), "last");
              ws.disconnect(frame.fd(), 4000, "bye");
            });
    try (RunningServer running = RunningServer.start(server)) {
      StreamClient client = StreamClient.on(running);
      client.open(1, "/");
      assertThat(next()).isEqualTo("open 2");
      client.sendText(1, "enough");

      assertThat(client.readText(1)).isEqualTo("last");
      client.expectClose(1, 4000);
      assertThat(next()).isEqualTo("disconnect 2");
      client.frames().get(3, "/");
      assertThat(client.head(3)).containsEntry(":status", "400");
    }
  }

  @ServerMatrix
  void theStopOfTheServerSaysGoodbyeOnEveryStream(ServerVariant variant) {
    WebSocketServer server = echo(variant);
    try (RunningServer running = RunningServer.start(server)) {
      // It has to say nothing any more: that might arrive when nobody is there, and be reset.
      StreamClient client = StreamClient.on(running).grantNothing();
      client.open(1, "/");
      client.open(3, "/");
      client.sendText(1, "before");
      assertThat(client.readText(1)).isEqualTo("before");

      server.shutdown();

      client.awaitGoAway();
      client.expectClose(1, 1001);
      client.expectClose(3, 1001);
    }
  }

  @Test
  void compressesWhereItIsAgreedTo() {
    WebSocketServer server = echo(PROCESS);
    server.set(WebSocketSettings.WEBSOCKET_COMPRESSION, true);
    try (RunningServer running = RunningServer.start(server)) {
      StreamClient client = StreamClient.on(running);
      client.open(1, "/", "sec-websocket-extensions", "permessage-deflate");

      assertThat(client.head(1).get("sec-websocket-extensions")).startsWith("permessage-deflate");
      // "Hello" of RFC 7692, 7.2.3.1.
      byte[] hello = {(byte) 0xf2, 0x48, (byte) 0xcd, (byte) 0xc9, (byte) 0xc9, 0x07, 0x00};
      client.send(1, Frames.masked(1, true, 4, hello));
      assertThat(client.read(1).data()).isEqualTo("Hello".getBytes(UTF_8));
    }
  }

  @Test
  void refusesWhatIsNotInOrder() throws InterruptedException {
    WebSocketServer server = echo(PROCESS);
    server.on(
        WebSocketEvent.BEFORE_HANDSHAKE_RESPONSE,
        (ws, request, response) -> {
          if (request.header("origin").isPresent()) {
            response.end("no");
          }
        });
    try (RunningServer running = RunningServer.start(server)) {
      StreamClient client = StreamClient.on(running);

      client.askWith(1, connect("websocket", "/", "8"));
      assertThat(client.head(1))
          .containsEntry(":status", "400")
          .containsEntry("sec-websocket-version", "13");
      assertThat(next()).isEqualTo("disconnect 2");
      // A success would say that the stream is open.
      client.ask(3, "/", "origin", "https://evil");
      assertThat(client.head(3)).containsEntry(":status", "400");
      assertThat(client.end(3)).isEqualTo(StreamClient.ENDED);
      assertThat(next()).isEqualTo("disconnect 3");
      client.askWith(5, connect("connect-udp", "/", "13"));
      assertThat(client.head(5)).containsEntry(":status", "501");
      client.askWith(7, connect("websocket", "no path", "13"));
      assertThat(client.end(7)).isEqualTo(PROTOCOL_ERROR);
      client.askWith(
          9,
          ":method",
          "GET",
          ":protocol",
          "websocket",
          ":scheme",
          "http",
          ":path",
          "/",
          ":authority",
          "a");
      assertThat(client.end(9)).isEqualTo(PROTOCOL_ERROR);
      client.askWith(11, ":method", "CONNECT", ":protocol", "websocket", ":authority", "a");
      assertThat(client.end(11)).isEqualTo(PROTOCOL_ERROR);
      client
          .frames()
          .frame(
              Http2Client.HEADERS,
              Http2Client.END_HEADERS | Http2Client.END_STREAM,
              13,
              client.frames().fields(connect("websocket", "/", "13")));
      assertThat(client.head(13)).containsEntry(":status", "400");
      client.open(15, "/");
      client.sendText(15, "in order");
      assertThat(client.readText(15)).isEqualTo("in order");
      await().until(() -> server.getClientList().equals(List.of(1L, 4L)));
    }
  }

  private static String[] connect(String protocol, String path, String version) {
    return new String[] {
      ":method",
      "CONNECT",
      ":protocol",
      protocol,
      ":scheme",
      "http",
      ":path",
      path,
      ":authority",
      "a",
      "sec-websocket-version",
      version
    };
  }

  @Test
  void anOwnHandshakeAnswersAndSaysSoWithItsOwnStatus() {
    WebSocketServer server = echo(PROCESS);
    server.on(
        WebSocketEvent.HANDSHAKE,
        (request, response) -> {
          if (request.get("no").isPresent()) {
            response.status(403);
            response.end();
            return false;
          }
          response.header("X-Mine", "1");
          response.header("Content-Length", "5");
          response.status(101);
          return response.end();
        });
    try (RunningServer running = RunningServer.start(server)) {
      StreamClient client = StreamClient.on(running);
      client.open(1, "/");
      assertThat(client.head(1)).containsEntry("x-mine", "1").doesNotContainKey("content-length");
      client.sendText(1, "mine");
      assertThat(client.readText(1)).isEqualTo("mine");
      client.ask(3, "/?no=1");
      assertThat(client.head(3)).containsEntry(":status", "403");
    }
  }

  @Test
  void whatComesBeforeTheAnswerWaitsForIt() {
    try (RunningServer running = RunningServer.start(echo(BASE))) {
      StreamClient client = StreamClient.on(running);
      client.ask(1, "/").sendText(1, "early").frames().data(1, text("and last"), true);

      assertThat(client.head(1)).containsEntry(":status", "200");
      assertThat(client.readText(1)).isEqualTo("early");
      assertThat(client.readText(1)).isEqualTo("and last");
      assertThat(client.end(1)).isEqualTo(StreamClient.ENDED);
    }
  }

  @Test
  void noDeadlineOfARequestIsThatOfAStream() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    WebSocketServer server = echo(PROCESS);
    server.set(Settings.REACTOR_NUM, 1).set(Settings.WORKER_NUM, 2);
    server.set(HttpSettings.HTTP_BODY_TIMEOUT, 0.3);
    server.on(
        WebSocketEvent.BEFORE_HANDSHAKE_RESPONSE,
        (ws, request, response) -> {
          if (request.get("slow").isPresent()) {
            journal.add("asked");
            release.await(30, TimeUnit.SECONDS);
          }
        });
    try (RunningServer running = RunningServer.start(server)) {
      StreamClient client = StreamClient.on(running);
      client.open(1, "/");
      assertThat(next()).isEqualTo("open 2");
      client.ask(3, "/?slow=1");
      assertThat(next()).isEqualTo("asked");

      // Its body begins later, on the same event loop, and has the same time.
      running
          .client()
          .send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n")
          .readUntilEof();
      release.countDown();

      assertThat(client.head(3)).containsEntry(":status", "200");
      client.sendText(1, "one").sendText(3, "three");
      assertThat(client.readText(1)).isEqualTo("one");
      assertThat(client.readText(3)).isEqualTo("three");
    }
  }

  @Test
  void silenceOfAStreamIsNotHeldAgainstTheConnectionAroundIt() {
    WebSocketServer server = echo(PROCESS);
    server.set(Settings.HEARTBEAT_IDLE_TIME, 1);
    try (RunningServer running = RunningServer.start(server)) {
      StreamClient client = StreamClient.on(running);
      client.open(1, "/");
      client.open(3, "/");
      assertThat(server.protect(2)).isTrue();

      await().until(() -> server.heartbeat(false).contains(3L));
      assertThat(server.heartbeat(true)).containsExactly(3L);

      await().until(() -> server.getClientList().equals(List.of(1L, 2L)));
      client.sendText(1, "protected");
      assertThat(client.readText(1)).isEqualTo("protected");
      // Once it carries nothing it is one as any other.
      client.frames().reset(1);
      await().until(() -> server.heartbeat(false).equals(List.of(1L)));
    }
  }

  @Test
  void aClientMayStallForLongerThanOneThatWaitsForAResponse() {
    WebSocketServer server = echo(BASE);
    server.set(Settings.WORKER_NUM, 1).set(HttpSettings.HTTP_WRITE_TIMEOUT, 0.2);
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 32 * 1024);
    server.on(HttpEvent.REQUEST, (request, response) -> response.end(new byte[LARGE]));
    try (RunningServer running = RunningServer.start(server)) {
      StreamClient client = StreamClient.on(running);
      client.open(1, "/");
      int messages = 60;
      for (int i = 0; i < messages; i++) {
        assertThat(server.push(2, numbered(i), Opcode.BINARY)).isTrue();
      }

      // One behind the other, and behind the pushes.
      for (long fd : new long[] {3, 4}) {
        StreamClient.on(running).frames().get(1, "/");
        await().until(() -> server.stats().get("accept_count").equals(fd));
        await().until(() -> !server.exists(fd));
      }

      for (int i = 0; i < messages; i++) {
        assertThat(ByteBuffer.wrap(client.read(1).data()).getInt()).isEqualTo(i);
      }
    }
  }

  @Test
  void aClientThatStallsAndAsksThenHasTheWholeTime() throws InterruptedException {
    BlockingQueue<Long> closed = new LinkedBlockingQueue<>();
    WebSocketServer server = echo(BASE);
    server.set(Settings.WORKER_NUM, 1).set(HttpSettings.HTTP_WRITE_TIMEOUT, 0.3);
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 32 * 1024);
    server.on(HttpEvent.REQUEST, (request, response) -> response.end(new byte[LARGE]));
    server.on(
        Event.CLOSE,
        (CloseHandler)
            (s, fd, reactorId) -> {
              if (fd == 2) {
                closed.add(System.nanoTime());
              }
            });
    try (RunningServer running = RunningServer.start(server)) {
      StreamClient client = StreamClient.on(running);
      client.open(1, "/");
      for (int i = 0; i < 60; i++) {
        assertThat(server.push(2, numbered(i), Opcode.BINARY)).isTrue();
      }
      // The time passes once.
      StreamClient.on(running).frames().get(1, "/");
      await().until(() -> server.stats().get("accept_count").equals(3L));
      await().until(() -> !server.exists(3));

      long asked = System.nanoTime();
      client.frames().get(3, "/");

      Long end = closed.poll(30, TimeUnit.SECONDS);
      assertThat(end).isNotNull();
      assertThat(end - asked).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(300));
    }
  }

  @Test
  void aProtectedStreamKeepsTheConnectionAroundItThatIsStuck() {
    WebSocketServer server = echo(BASE);
    server.set(Settings.WORKER_NUM, 1).set(Settings.MAX_IDLE_TIME, 0.3);
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 32 * 1024);
    server.on(HttpEvent.REQUEST, (request, response) -> response.end(new byte[LARGE]));
    // Until they are stuck, in the event loop itself; a third has no such time.
    server.on(Event.CONNECT, (s, fd, reactorId) -> s.protect(fd, fd <= 3));
    try (RunningServer running = RunningServer.start(server)) {
      StreamClient kept = StreamClient.on(running);
      kept.open(1, "/");
      kept.frames().get(3, "/");
      assertThat(server.protect(2)).isTrue();
      StreamClient dropped = StreamClient.on(running);
      dropped.open(1, "/");
      dropped.frames().get(3, "/");
      await().until(() -> isStuck(server, 1) && isStuck(server, 3));

      assertThat(server.protect(1, false) && server.protect(3, false)).isTrue();

      await().until(() -> !server.exists(3));
      running.client().readUntilEof();
      assertThat(kept.head(3)).containsEntry(":status", "200");
      kept.readUntil(() -> kept.unread(3) == LARGE);
      kept.sendText(1, "protected");
      assertThat(kept.readText(1)).isEqualTo("protected");
    }
  }

  private static boolean isStuck(Server server, long fd) {
    return server.getClientInfo(fd).orElseThrow().sendQueuedBytes() > 0;
  }

  @Test
  void aStreamMayStallForLongerThanAResponse() {
    WebSocketServer server = echo(PROCESS);
    server.set(HttpSettings.HTTP_WRITE_TIMEOUT, 0.2);
    server.on(HttpEvent.REQUEST, (request, response) -> response.end(new byte[30_000]));
    try (RunningServer running = RunningServer.start(server)) {
      StreamClient client = StreamClient.on(running, 20_000).grantNothing();
      client.open(1, "/");
      server.push(2, numbered(0), Opcode.BINARY);
      server.push(2, numbered(1), Opcode.BINARY);
      client.readUntil(() -> client.unread(1) == 20_000);

      client.frames().get(3, "/");
      assertThat(client.end(3)).isEqualTo(CANCEL);

      client.frames().windowUpdate(1, 1 << 20);
      assertThat(ByteBuffer.wrap(client.read(1).data()).getInt()).isZero();
      assertThat(ByteBuffer.wrap(client.read(1).data()).getInt()).isEqualTo(1);
    }
  }

  @Test
  void aBrokenRuleEndsItsStreamAlone() {
    try (RunningServer running = RunningServer.start(echo(PROCESS))) {
      StreamClient client = StreamClient.on(running);
      client.open(1, "/");
      client.open(3, "/");
      client.send(1, new byte[] {(byte) 0x81, 1, 'x'});

      client.expectClose(1, 1002);
      client.sendText(3, "fine");
      assertThat(client.readText(3)).isEqualTo("fine");
      client.askWith(3, connect("websocket", "/", "13"));
      assertThat(client.end(3)).isEqualTo(PROTOCOL_ERROR);
    }
  }

  @ServerMatrix(transports = "nio")
  void aClientThatGrantsNoRoomIsRefusedAndLosesNothing(ServerVariant variant) {
    WebSocketServer server = echo(variant);
    server.set(Settings.SOCKET_BUFFER_SIZE, 256 * 1024);
    try (RunningServer running = RunningServer.start(server)) {
      StreamClient client = StreamClient.on(running, 20_000).grantNothing();
      client.open(1, "/");
      client.open(3, "/");

      int accepted = 0;
      while (server.push(2, numbered(accepted), Opcode.BINARY)) {
        accepted++;
      }

      assertThat(server.getLastError()).isEqualTo(1008);
      assertThat(accepted).isBetween(15, 18);
      client.sendText(3, "still served");
      assertThat(client.readText(3)).isEqualTo("still served");
      client.frames().windowUpdate(1, 1 << 20);
      for (int i = 0; i < accepted; i++) {
        assertThat(ByteBuffer.wrap(client.read(1).data()).getInt()).isEqualTo(i);
      }
      await().until(() -> server.push(2, "again"));
      assertThat(client.readText(1)).isEqualTo("again");
    }
  }

  @Test
  void theOldestGiveWayWhereThatIsThePolicy() {
    WebSocketServer server = echo(BASE);
    server.set(Settings.SOCKET_BUFFER_SIZE, 256 * 1024);
    server.set(WebSocketSettings.WEBSOCKET_SLOW_CLIENT, SlowClient.DROP_OLDEST);
    try (RunningServer running = RunningServer.start(server)) {
      StreamClient client = StreamClient.on(running, 20_000).grantNothing();
      client.open(1, "/");
      for (int i = 0; i < 100; i++) {
        assertThat(server.push(2, numbered(i), Opcode.BINARY)).isTrue();
      }

      client.frames().windowUpdate(1, 1 << 20);
      int count = 0;
      int number = -1;
      while (number < 99) {
        int next = ByteBuffer.wrap(client.read(1).data()).getInt();
        assertThat(next).isGreaterThan(number);
        number = next;
        count++;
      }
      assertThat(count).isBetween(15, 25);
    }
  }

  @Test
  void oneThatTakesNothingIsClosedWhereThatIsThePolicyAndItsStreamCut() throws Exception {
    WebSocketServer server = echo(PROCESS);
    server.set(Settings.SOCKET_BUFFER_SIZE, 256 * 1024);
    server.set(Settings.CLOSE_STALL_TIME, 0.2);
    server.set(WebSocketSettings.WEBSOCKET_SLOW_CLIENT, SlowClient.CLOSE);
    try (RunningServer running = RunningServer.start(server)) {
      StreamClient client = StreamClient.on(running, 20_000).grantNothing();
      client.open(1, "/");
      client.open(3, "/");
      server.push(2, numbered(0), Opcode.BINARY);
      server.push(2, numbered(1), Opcode.BINARY);
      // What is on its way cannot be dropped.
      client.readUntil(() -> client.unread(1) == 20_000);
      while (server.push(2, numbered(2), Opcode.BINARY)) {
        assertThat(server.exist(2)).isTrue();
      }

      assertThat(client.end(1)).isEqualTo(CANCEL);
      assertThat(List.of(next(), next(), next())).contains("open 2", "close 2");
      assertThat(server.stats()).containsEntry("websocket_slow_closed", 1L);
      client.sendText(3, "fine");
      assertThat(client.readText(3)).isEqualTo("fine");
    }
  }

  private static byte[] numbered(int number) {
    return ByteBuffer.allocate(16 * 1024).putInt(number).array();
  }

  @Test
  void oneThatIsNotReadKeepsItsRoomAndNotThatOfOthers() {
    WebSocketServer server = echo(PROCESS);
    try (RunningServer running = RunningServer.start(server)) {
      StreamClient client = StreamClient.on(running);
      client.open(1, "/");
      client.open(3, "/");
      assertThat(server.pause(2)).isTrue();
      // What it sends from now on comes behind the pause.
      client.sync();
      byte[] message = text("x".repeat(9_990));

      for (int i = 0; i < 6; i++) {
        client.send(1, message);
      }
      for (int i = 0; i < 12; i++) {
        client.send(3, message);
        assertThat(client.readText(3)).hasSize(9_990);
      }

      assertThat(client.granted(1)).isZero();
      assertThat(client.granted(3)).isPositive();
      server.resume(2);
      for (int i = 0; i < 6; i++) {
        assertThat(client.readText(1)).hasSize(9_990);
      }
      client.readUntil(() -> client.granted(1) > 0);
    }
  }

  @Test
  void crumbsOfOneThatIsNotReadAreKeptTogether() {
    WebSocketServer server = echo(PROCESS);
    try (RunningServer running = RunningServer.start(server)) {
      StreamClient client = StreamClient.on(running);
      client.open(1, "/");
      server.pause(2);
      client.sync();
      byte[] message = text("crumbs ".repeat(60));
      ByteBuf frames = Unpooled.buffer();
      for (byte crumb : message) {
        frames.writeBytes(Http2Client.bytes(Http2Client.DATA, 0, 1, new byte[] {crumb}));
      }
      client.frames().raw().send(ByteBufUtil.getBytes(frames));
      client.sync();
      server.resume(2);

      assertThat(client.readText(1)).isEqualTo("crumbs ".repeat(60));
    }
  }

  @Test
  void isOfferedOnlyWhereThePortIsThereForIt() {
    HttpServer http = new HttpServer("127.0.0.1", 0, ServerMode.PROCESS, SocketType.TCP);
    PROCESS.prepare(http).set(HttpSettings.OPEN_HTTP2_PROTOCOL, true);
    http.on(HttpEvent.REQUEST, (request, response) -> response.end("http"));
    takesNoStreams(http);
  }

  @Test
  void isNotOfferedWhereItIsSwitchedOff() {
    WebSocketServer server = echo(PROCESS);
    server.set(WebSocketSettings.WEBSOCKET_HTTP2, false);
    takesNoStreams(server);
  }

  private static void takesNoStreams(Server server) {
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());
      ByteBuf settings = Unpooled.wrappedBuffer(client.awaitType(Http2Client.SETTINGS).payload());
      while (settings.isReadable()) {
        assertThat(settings.readUnsignedShort()).isNotEqualTo(8);
        settings.skipBytes(4);
      }
      client.frame(
          Http2Client.HEADERS,
          Http2Client.END_HEADERS,
          1,
          client.fields(connect("websocket", "/", "13")));
      assertThat(client.reply(1).resetCode()).isEqualTo(PROTOCOL_ERROR);
    }
  }

  @Test
  void countsAsAConnectionWhereThoseAreLimited() {
    WebSocketServer server = echo(PROCESS);
    server.set(Settings.MAX_CONNECTION, 2);
    try (RunningServer running = RunningServer.start(server)) {
      StreamClient client = StreamClient.on(running);
      client.open(1, "/");

      assertThat(client.ask(3, "/").end(3)).isEqualTo(REFUSED_STREAM);

      client.frames().reset(1);
      await().until(() -> server.getClientList().equals(List.of(1L)));
      client.open(5, "/");
      Map<String, Object> stats = server.stats();
      assertThat(stats).containsEntry("accept_count", 3L).containsEntry("connection_num", 2);
    }
  }

  @ServerMatrix(transports = "nio")
  void closingTheConnectionEndsItsStreams(ServerVariant variant) throws InterruptedException {
    WebSocketServer server = echo(variant);
    try (RunningServer running = RunningServer.start(server)) {
      StreamClient client = StreamClient.on(running);
      client.open(1, "/");
      assertThat(next()).isEqualTo("open 2");

      assertThat(server.close(1)).isTrue();

      assertThat(Arrays.asList(next(), next()))
          .containsExactlyInAnyOrder("disconnect 1", "close 2");
      assertThat(client.end(1)).isEqualTo(StreamClient.ENDED);
      // Another one in its place would keep it open.
      client.ask(3, "/");
      assertThat(client.end(3)).isEqualTo(REFUSED_STREAM);
      client.frames().data(1, new byte[0], true);
      client.frames().raw().expectEof();
    }
  }

  @Test
  @ExpectErrors("handler of close threw")
  void anErrorInTheCloseEventOfAStreamEndsTheWorkerOnly() throws InterruptedException {
    WebSocketServer server = echo(BASE);
    server.on(
        Event.CLOSE,
        (s, fd, reactorId) -> {
          if (fd == 2) {
            throw new AssertionError("asked for");
          }
        });
    server.on(Event.WORKER_ERROR, (s, id, pid, code, signal) -> journal.add("error of " + id));
    try (RunningServer running = RunningServer.start(server)) {
      StreamClient client = StreamClient.on(running);
      client.open(1, "/");
      assertThat(next()).isEqualTo("open 2");

      assertThat(server.close(1)).isTrue();

      assertThat(Arrays.asList(next(), next()))
          .containsExactlyInAnyOrder("disconnect 1", "error of 0");
      StreamClient.on(running).open(1, "/");
      assertThat(next()).isEqualTo("open 4");
    }
  }

  @Test
  void theEndOfTheConnectionIsThatOfItsStreams() throws InterruptedException {
    WebSocketServer server = echo(PROCESS);
    try (RunningServer running = RunningServer.start(server)) {
      StreamClient client = StreamClient.on(running);
      client.open(1, "/");
      assertThat(next()).isEqualTo("open 2");
      client.grantNothing().sendText(1, "last");
      client.frames().raw().shutdownOutput();

      assertThat(client.readText(1)).isEqualTo("last");
      assertThat(client.end(1)).isEqualTo(StreamClient.ENDED);
      assertThat(Arrays.asList(next(), next()))
          .containsExactlyInAnyOrder("close 2", "disconnect 1");

      StreamClient other = StreamClient.on(running);
      other.open(1, "/");
      assertThat(next()).isEqualTo("open 4");
      other.frames().raw().abort();
      assertThat(Arrays.asList(next(), next()))
          .containsExactlyInAnyOrder("close 4", "disconnect 3");
    }
  }

  @Test
  void aForcedCloseIsAReset() throws InterruptedException {
    WebSocketServer server = http2(BASE, (ws, frame) -> ws.server().close(frame.fd(), true));
    try (RunningServer running = RunningServer.start(server)) {
      StreamClient client = StreamClient.on(running);
      client.open(1, "/");
      client.sendText(1, "go");

      assertThat(client.end(1)).isEqualTo(CANCEL);
      assertThat(next()).isEqualTo("open 2");
      assertThat(next()).isEqualTo("close 2");
    }
  }

  @Test
  void aSilentOneIsPingedAndGivenUp() {
    WebSocketServer server = echo(PROCESS);
    server.set(WebSocketSettings.WEBSOCKET_PING_INTERVAL, 0.1);
    server.set(WebSocketSettings.WEBSOCKET_IDLE_TIMEOUT, 0.3);
    try (RunningServer running = RunningServer.start(server)) {
      StreamClient client = StreamClient.on(running);
      client.open(1, "/");

      assertThat(client.read(1).opcode()).isEqualTo(Opcode.PING);
      Frame frame = client.read(1);
      while (frame.opcode() == Opcode.PING) {
        frame = client.read(1);
      }
      assertThat(((CloseFrame) frame).code()).isEqualTo(1001);
      assertThat(client.end(1)).isEqualTo(StreamClient.ENDED);
      client.sync();
    }
  }
}
