// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static io.swoole4j.websocket.WebSocketFixture.close;
import static io.swoole4j.websocket.WebSocketFixture.echo;
import static io.swoole4j.websocket.WebSocketFixture.expectClose;
import static io.swoole4j.websocket.WebSocketFixture.head;
import static io.swoole4j.websocket.WebSocketFixture.open;
import static io.swoole4j.websocket.WebSocketFixture.read;
import static io.swoole4j.websocket.WebSocketFixture.readText;
import static io.swoole4j.websocket.WebSocketFixture.request;
import static io.swoole4j.websocket.WebSocketFixture.server;
import static io.swoole4j.websocket.WebSocketFixture.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.swoole4j.http.HttpEvent;
import io.swoole4j.http.HttpServer;
import io.swoole4j.http.HttpSettings;
import io.swoole4j.internal.websocket.frame.Frames;
import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.testing.ExpectErrors;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A WebSocket server tells of what clients do, and does what it is told. */
class WebSocketServerTest {
  private static final List<ServerVariant> BOTH_MODES =
      List.of(
          new ServerVariant(ServerMode.BASE, "nio"), new ServerVariant(ServerMode.PROCESS, "nio"));

  /** A client of the JDK that keeps what it gets. */
  private static final class JdkClient implements WebSocket.Listener {
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private int binary;

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        events.add("text " + text);
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      binary += data.remaining();
      if (last) {
        events.add("binary " + binary);
        binary = 0;
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onPong(WebSocket socket, ByteBuffer data) {
      events.add("pong " + UTF_8.decode(data));
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      events.add("close " + code + " " + reason);
      return null;
    }

    String next() throws InterruptedException {
      return events.poll(30, TimeUnit.SECONDS);
    }
  }

  @ServerMatrix
  void talksToTheClientOfTheJdk(ServerVariant variant) throws Exception {
    try (RunningServer running = RunningServer.start(echo(variant))) {
      JdkClient client = new JdkClient();
      WebSocket socket =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .buildAsync(URI.create("ws://127.0.0.1:" + running.port() + "/"), client)
              .get(30, TimeUnit.SECONDS);

      socket.sendText("grüße", true).get(30, TimeUnit.SECONDS);
      assertThat(client.next()).isEqualTo("text grüße");
      socket.sendText("one ", false).get(30, TimeUnit.SECONDS);
      socket.sendPing(ByteBuffer.wrap("in between".getBytes(UTF_8))).get(30, TimeUnit.SECONDS);
      socket.sendText("two", true).get(30, TimeUnit.SECONDS);
      assertThat(client.next()).isEqualTo("pong in between");
      assertThat(client.next()).isEqualTo("text one two");
      socket.sendBinary(ByteBuffer.allocate(300_000), true).get(30, TimeUnit.SECONDS);
      assertThat(client.next()).isEqualTo("binary 300000");
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye").get(30, TimeUnit.SECONDS);
      assertThat(client.next()).isEqualTo("close 1000 bye");
    }
  }

  @ServerMatrix
  void answersTheHandshakeOfTheRfc(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(echo(variant))) {
      RawClient client = running.client();
      client.send(request(""));

      assertThat(head(client))
          .containsEntry("", "101")
          .containsEntry("upgrade", "websocket")
          .containsEntry("connection", "Upgrade")
          .containsEntry("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
          .doesNotContainKeys(
              "content-length", "content-type", "sec-websocket-protocol", "transfer-encoding");
      client.send(text("hello"));
      assertThat(readText(client)).isEqualTo("hello");
    }
  }

  @ServerMatrix
  void knowsOfAClientNoLaterThanTheClientItself(ServerVariant variant) {
    WebSocketServer server = echo(variant);
    try (RunningServer running = RunningServer.start(server)) {
      for (long fd = 1; fd <= 20; fd++) {
        RawClient client = open(running);
        assertThat(server.exist(fd)).isTrue();
        assertThat(server.push(fd, "at once")).isTrue();
        assertThat(readText(client)).isEqualTo("at once");
      }
    }
  }

  @ServerMatrix(transports = "nio")
  void sendsNothingBeforeTheAnswer(ServerVariant variant) throws InterruptedException {
    AtomicBoolean ended = new AtomicBoolean();
    WebSocketServer server = echo(variant);
    try (RunningServer running = RunningServer.start(server)) {
      Thread pushing =
          new Thread(
              () -> {
                while (!ended.get()) {
                  server.connections().forEach(fd -> server.push(fd, "news"));
                }
              },
              "pushing");
      pushing.start();
      try {
        for (int i = 0; i < 20; i++) {
          try (RawClient client = open(running)) {
            assertThat(readText(client)).isEqualTo("news");
          }
        }
      } finally {
        ended.set(true);
        pushing.join();
      }
    }
  }

  @ServerMatrix
  void handlesWhatCameBehindTheRequestAtOnceAndInSingleBytes(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(echo(variant))) {
      byte[] request = request("").getBytes(UTF_8);
      byte[] all = Arrays.copyOf(request, request.length + 2 * text("early").length);
      System.arraycopy(text("early"), 0, all, request.length, text("early").length);
      System.arraycopy(
          text("later"), 0, all, request.length + text("early").length, text("later").length);

      for (int size : new int[] {all.length, 1}) {
        RawClient client = running.client();
        client.sendSlices(all, size);
        assertThat(head(client)).containsEntry("", "101");
        assertThat(readText(client)).isEqualTo("early");
        assertThat(readText(client)).isEqualTo("later");
      }
    }
  }

  @ServerMatrix(transports = "nio")
  void takesTokensOfUpgradeAndConnectionInAnyPlace(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(echo(variant))) {
      for (String upgrade : List.of("websocket, abc", "abc, WebSocket", "abc, websocket, def")) {
        RawClient client = running.client();
        client.send(
            request("")
                .replace("Upgrade: websocket", "Upgrade: " + upgrade)
                .replace("Connection: Upgrade", "Connection: keep-alive, Upgrade"));
        assertThat(head(client)).as(upgrade).containsEntry("", "101");
      }
    }
  }

  @Test
  void refusesHandshakesThatAreNotInOrder() {
    try (RunningServer running = RunningServer.start(echo(BOTH_MODES.get(0)))) {
      String key = "Sec-WebSocket-Key: " + WebSocketFixture.KEY + "\r\n";
      Map<String, String> refused =
          Map.of(
              request("").replace("Version: 13", "Version: 8"),
              "426",
              request("").replace("Sec-WebSocket-Version: 13\r\n", ""),
              "400",
              request("").replace(key, ""),
              "400",
              request("").replace(WebSocketFixture.KEY, "c2hvcnQ="),
              "400",
              request("").replace(key, key + key),
              "400",
              request("").replace("Connection: Upgrade\r\n", ""),
              "400",
              request("").replace("HTTP/1.1", "HTTP/1.0"),
              "400",
              request("").replace("GET", "POST"),
              "400",
              "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
              "400");
      refused.forEach(
          (request, status) -> {
            RawClient client = running.client();
            client.send(request);
            Map<String, String> head = head(client);
            assertThat(head).as(request).containsEntry("", status);
            if (status.equals("426")) {
              assertThat(head).containsEntry("sec-websocket-version", "13");
            }
            client.expectClosed();
          });
    }
  }

  @ServerMatrix
  void tellsOfOpenMessageAndClose(ServerVariant variant) {
    List<String> journal = new CopyOnWriteArrayList<>();
    WebSocketServer server =
        server(variant, (ws, frame) -> journal.add("message " + frame.text() + frame.finish()));
    server.on(
        WebSocketEvent.OPEN,
        (ws, request) -> {
          journal.add("open " + request.get("room").orElse("") + ws.exist(request.fd()));
          ws.push(request.fd(), "welcome " + request.get());
        });
    server.on(Event.CLOSE, (s, fd, reactorId) -> journal.add("close " + (reactorId >= 0)));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send(request("").replace("room=1", "room=1&test=a&b=hello"));
      assertThat(head(client)).containsEntry("", "101");
      assertThat(readText(client)).isEqualTo("welcome {room=1, test=a, b=hello}");
      client.send(text("hi"));
      client.send(close(1000, "bye"));
      Frame answer = read(client);
      assertThat(((CloseFrame) answer).code()).isEqualTo(1000);
      assertThat(((CloseFrame) answer).reason()).isEqualTo("bye");
      client.expectEof();
      await()
          .untilAsserted(
              () ->
                  assertThat(journal)
                      .containsExactly("open 1true", "message hitrue", "close true"));
    }
  }

  @Test
  void tellsOfEveryConnectionAndHowFarItCame() {
    List<String> journal = new CopyOnWriteArrayList<>();
    WebSocketServer server = echo(new ServerVariant(ServerMode.PROCESS, "nio"));
    server.on(Event.CONNECT, (s, fd, reactorId) -> journal.add("connect " + fd));
    server.on(WebSocketEvent.OPEN, (ws, request) -> journal.add("open " + request.fd()));
    server.on(WebSocketEvent.DISCONNECT, (ws, fd) -> journal.add("disconnect " + fd));
    server.on(Event.CLOSE, (s, fd, reactorId) -> journal.add("close " + fd));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient plain = running.client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(new String(plain.readUntilEof(), UTF_8)).contains("HTTP 400 Bad Request");
      await().untilAsserted(() -> assertThat(journal).contains("disconnect 1"));
      open(running).close();
      await()
          .untilAsserted(
              () ->
                  assertThat(journal)
                      .containsExactly(
                          "connect 1", "disconnect 1", "connect 2", "open 2", "close 2"));
    }
  }

  @ServerMatrix
  void servesHttpBesideIt(ServerVariant variant) {
    List<String> journal = new CopyOnWriteArrayList<>();
    WebSocketServer server = echo(variant);
    server.on(HttpEvent.REQUEST, (request, response) -> response.end("plain"));
    server.on(WebSocketEvent.DISCONNECT, (ws, fd) -> journal.add("disconnect"));
    server.on(Event.CLOSE, (s, fd, reactorId) -> journal.add("close"));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(head(client)).containsEntry("", "200");
      assertThat(client.readText(5)).isEqualTo("plain");
      long fd = server.getClientList().get(0);
      assertThat(server.exists(fd)).isTrue();
      assertThat(server.exist(fd)).isFalse();
      assertThat(server.isEstablished(fd)).isFalse();
      assertThat(server.push(fd, "no")).isFalse();
      assertThat(server.getLastError()).isEqualTo(8503);
      assertThat(server.getClientInfo(fd).orElseThrow().asMap())
          .containsEntry("websocket_status", 1);

      client.send(request(""));
      assertThat(head(client)).containsEntry("", "101");
      assertThat(server.exist(fd)).isTrue();
      assertThat(server.getClientInfo(fd).orElseThrow().protocol())
          .containsEntry("websocket_status", 3);
      client.close();
      await().untilAsserted(() -> assertThat(journal).containsExactly("close"));
      await().until(() -> !server.exists(fd));
      assertThat(server.exist(fd)).isFalse();
      assertThat(server.isEstablished(fd)).isFalse();

      RawClient other = running.client();
      other.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(head(other)).containsEntry("", "200");
      other.readText(5);
      other.close();
      await().untilAsserted(() -> assertThat(journal).containsExactly("close", "disconnect"));
      // It is forgotten when its channel is closed too.
      await().until(() -> !server.push(fd, "gone") && server.getLastError() == 1004);
      assertThat(server.push(999, "never")).isFalse();
      assertThat(server.getLastError()).isEqualTo(1005);
    }
  }

  @ServerMatrix
  void disconnectsWithCodeAndReason(ServerVariant variant) {
    List<String> journal = new CopyOnWriteArrayList<>();
    WebSocketServer server =
        server(
            variant,
            (ws, frame) -> {
              ws.push(frame.fd(), "last");
              journal.add("" + ws.disconnect(frame.fd(), 3999, ""));
              journal.add("" + ws.disconnect(frame.fd(), 4000, "r".repeat(124)));
              journal.add("" + ws.disconnect(frame.fd(), 4000, "shutdown received"));
              journal.add("" + ws.push(frame.fd(), "too late"));
              journal.add("" + ws.server().getLastError());
            });
    server.on(WebSocketEvent.DISCONNECT, (ws, fd) -> journal.add("disconnect"));
    server.on(Event.CLOSE, (s, fd, reactorId) -> journal.add("close"));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = open(running);
      client.send(text("go"));
      assertThat(readText(client)).isEqualTo("last");
      CloseFrame frame = (CloseFrame) read(client);
      assertThat(frame.code()).isEqualTo(4000);
      assertThat(frame.reason()).isEqualTo("shutdown received");
      client.send(close(4000, "shutdown received"));
      client.expectEof();
      await()
          .untilAsserted(
              () ->
                  assertThat(journal)
                      .containsExactly("false", "false", "disconnect", "true", "false", "1001"));
    }
  }

  @ServerMatrix
  void sendsMessagesInPartsAndRefusesWhatDoesNotFit(ServerVariant variant) {
    List<Boolean> answers = new CopyOnWriteArrayList<>();
    WebSocketServer server =
        server(
            variant,
            (ws, frame) -> {
              long fd = frame.fd();
              byte[] umlaut = "ü".getBytes(UTF_8);
              answers.add(ws.push(fd, new byte[] {'x'}, Opcode.CONTINUATION, true));
              answers.add(ws.push(fd, new byte[] {'a', umlaut[0]}, Opcode.TEXT, false));
              answers.add(ws.push(fd, "in between"));
              answers.add(ws.ping(fd, "p"));
              answers.add(ws.push(fd, new byte[] {'y'}, Opcode.CONTINUATION, false));
              answers.add(ws.push(fd, new byte[] {umlaut[1]}, Opcode.CONTINUATION, false));
              answers.add(ws.push(fd, new byte[0], Opcode.CONTINUATION, true));
              answers.add(ws.push(fd, new byte[] {umlaut[0]}, Opcode.TEXT));
              answers.add(ws.ping(fd, "p".repeat(126)));
              answers.add(ws.push(fd, "whole"));
            });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = open(running);
      client.send(text("go"));

      assertThat(client.readExactly(4)).isEqualTo(new byte[] {1, 2, 'a', (byte) 0xc3});
      assertThat(read(client).opcode()).isEqualTo(Opcode.PING);
      assertThat(client.readExactly(3)).isEqualTo(new byte[] {0, 1, (byte) 0xbc});
      assertThat(client.readExactly(2)).isEqualTo(new byte[] {(byte) 0x80, 0});
      assertThat(readText(client)).isEqualTo("whole");
      // The last is noted behind its push, which the client may see first.
      await().until(() -> answers.size() == 10);
      assertThat(answers)
          .containsExactly(false, true, false, true, false, true, true, false, false, true);
    }
  }

  @ServerMatrix(modes = ServerMode.BASE, transports = "nio")
  void sendsTextWithAnOpcodeAndInParts(ServerVariant variant) {
    WebSocketServer server =
        server(
            variant,
            (ws, frame) -> {
              ws.push(frame.fd(), "ping", Opcode.PING);
              ws.push(frame.fd(), "ü", Opcode.TEXT, false);
              ws.push(frame.fd(), "b", Opcode.CONTINUATION, true);
            });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = open(running);
      client.send(text("go"));

      assertThat(client.readExactly(6))
          .isEqualTo(WebSocketServer.pack("ping", Opcode.PING, true, false));
      assertThat(client.readExactly(4))
          .isEqualTo(WebSocketServer.pack("ü", Opcode.TEXT, false, false));
      assertThat(client.readExactly(3)).isEqualTo(new byte[] {(byte) 0x80, 1, 'b'});
    }
  }

  @ServerMatrix
  void putsMessagesOfManyFramesTogether(ServerVariant variant) {
    WebSocketServer server =
        server(
            variant,
            (ws, frame) ->
                ws.push(frame.fd(), frame.opcode() + " " + frame.finish() + " " + frame.text()));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = open(running);
      for (int round = 0; round < 2; round++) {
        StringBuilder whole = new StringBuilder();
        for (int i = 0; i < 40; i++) {
          String part = "part " + i + " of ü, ";
          whole.append(part);
          client.send(Frames.masked(i == 0 ? 1 : 0, i == 39, 0, part.getBytes(UTF_8)));
        }
        assertThat(readText(client)).isEqualTo("TEXT true " + whole);
      }
    }
  }

  @ServerMatrix
  void answersPingsItselfAndKeepsThemFromTheHandler(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(echo(variant))) {
      RawClient client = open(running);
      for (int i = 0; i < 100; i++) {
        client.send(Frames.masked(9, true, 0, ("ping " + i).getBytes(UTF_8)));
        Frame pong = read(client);
        assertThat(pong.opcode()).isEqualTo(Opcode.PONG);
        assertThat(pong.text()).isEqualTo("ping " + i);
      }
      client.send(Frames.masked(10, true, 0, new byte[0]));
      client.send(text("next"));
      assertThat(readText(client)).isEqualTo("next");
    }
  }

  @ServerMatrix
  void handsPingsAndPongsOverWhereAskedTo(ServerVariant variant) {
    WebSocketServer server =
        server(
            variant,
            (ws, frame) -> {
              if (frame.opcode() == Opcode.PING) {
                ws.push(frame.fd(), "pong".getBytes(UTF_8), Opcode.PONG);
              } else {
                ws.push(frame.fd(), frame.opcode() + " " + frame.text());
              }
            });
    server.set(WebSocketSettings.OPEN_WEBSOCKET_PING_FRAME, true);
    server.set(WebSocketSettings.OPEN_WEBSOCKET_PONG_FRAME, true);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = open(running);
      for (int i = 0; i < 100; i++) {
        client.send(Frames.masked(9, true, 0, new byte[] {'a'}));
        Frame pong = read(client);
        assertThat(pong.opcode()).isEqualTo(Opcode.PONG);
        assertThat(pong.text()).isEqualTo("pong");
      }
      client.send(Frames.masked(10, true, 0, new byte[] {'b'}));
      assertThat(readText(client)).isEqualTo("PONG b");
    }
  }

  @ServerMatrix
  void handsCloseFramesOverWhereAskedTo(ServerVariant variant) {
    List<String> journal = new CopyOnWriteArrayList<>();
    WebSocketServer server =
        server(
            variant,
            (ws, frame) -> {
              if (frame instanceof CloseFrame closing) {
                journal.add(closing.code() + " " + closing.reason());
                if (closing.code() == 4001) {
                  ws.push(frame.fd(), closing);
                } else if (closing.code() == 4002) {
                  ws.disconnect(frame.fd());
                } else if (closing.code() == 4003) {
                  ws.disconnect(frame.fd(), 4444);
                }
              }
            });
    server.set(WebSocketSettings.OPEN_WEBSOCKET_CLOSE_FRAME, true);

    try (RunningServer running = RunningServer.start(server)) {
      for (int code : new int[] {1000, 1001, 3000, 4001, 4002, 4003, 4999}) {
        RawClient client = open(running);
        client.send(close(code, "reason " + code));
        expectClose(client, Map.of(4002, 1000, 4003, 4444).getOrDefault(code, code));
      }
      RawClient client = open(running);
      client.send(Frames.masked(8, true, 0, new byte[0]));
      assertThat(((CloseFrame) read(client)).code()).isEqualTo(1005);
      assertThat(journal)
          .containsExactly(
              "1000 reason 1000",
              "1001 reason 1001",
              "3000 reason 3000",
              "4001 reason 4001",
              "4002 reason 4002",
              "4003 reason 4003",
              "4999 reason 4999",
              "1005 ");
    }
  }

  @ServerMatrix
  void saysGoodbyeWhenItStops(ServerVariant variant) {
    RunningServer running = RunningServer.start(echo(variant));
    RawClient client = open(running);
    client.send(text("hello"));
    assertThat(readText(client)).isEqualTo("hello");

    assertThat(running.server().shutdown()).isTrue();

    assertThat(((CloseFrame) read(client)).code()).isEqualTo(1001);
    client.close();
    running.close();
  }

  @ServerMatrix
  void letsAHandlerDoTheHandshake(ServerVariant variant) {
    List<String> journal = new CopyOnWriteArrayList<>();
    WebSocketServer server = echo(variant);
    server.on(WebSocketEvent.OPEN, (ws, request) -> journal.add("open"));
    server.on(
        "HandShake",
        (HandshakeHandler)
            (request, response) -> {
              switch (request.get("how").orElse("")) {
                case "full" -> {
                  response.header("X-Asdf", "1");
                  response.cookie("a", "b");
                  response.cookie("c", "d");
                  response.header("Sec-WebSocket-Protocol", "mine");
                  response.status(101);
                  response.end();
                  server.defer(() -> server.push(request.fd(), "deferred"));
                  return true;
                }
                case "short" -> {
                  return true;
                }
                case "own" -> {
                  response.status(403);
                  response.end("no");
                  return false;
                }
                default -> {
                  return false;
                }
              }
            });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient full = running.client();
      full.send(request("").replace("room=1", "how=full"));
      assertThat(head(full))
          .containsEntry("", "101")
          .containsEntry("connection", "Upgrade")
          .containsEntry("x-asdf", "1")
          .containsEntry("sec-websocket-protocol", "mine")
          .containsEntry("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
          .hasEntrySatisfying("set-cookie", cookies -> assertThat(cookies).contains("a=b", "c=d"));
      assertThat(readText(full)).isEqualTo("deferred");
      full.send(text("hi"));
      assertThat(readText(full)).isEqualTo("hi");

      RawClient brief = running.client();
      brief.send(request("").replace("room=1", "how=short"));
      assertThat(head(brief)).containsEntry("", "101");
      brief.send(text("hi"));
      assertThat(readText(brief)).isEqualTo("hi");

      RawClient own = running.client();
      own.send(request("").replace("room=1", "how=own"));
      assertThat(head(own)).containsEntry("", "403").containsEntry("connection", "close");
      assertThat(own.readText(2)).isEqualTo("no");
      own.expectClosed();

      RawClient none = running.client();
      none.send(request(""));
      assertThat(head(none)).containsEntry("", "400");
      none.expectClosed();
      assertThat(journal).isEmpty();
    }
  }

  @ServerMatrix
  void letsAHandlerAddToTheHandshakeOrRefuse(ServerVariant variant) {
    WebSocketServer server = echo(variant);
    server.on(
        WebSocketEvent.BEFORE_HANDSHAKE_RESPONSE,
        (ws, request, response) -> {
          if (request.get("room").orElse("").equals("2")) {
            response.status(403);
            response.end();
          }
          response.cookie("abc", "def");
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send(request(""));
      assertThat(head(client))
          .containsEntry("", "101")
          .hasEntrySatisfying("set-cookie", cookie -> assertThat(cookie).startsWith("abc=def"));

      RawClient refused = running.client();
      refused.send(request("").replace("room=1", "room=2"));
      assertThat(head(refused)).containsEntry("", "403");
      refused.send(request(""));
      assertThat(head(refused)).containsEntry("", "101");
    }
  }

  @Test
  void choosesTheSubprotocolThatTheClientListsToo() {
    WebSocketServer server = echo(BOTH_MODES.get(1));
    server.set(WebSocketSettings.WEBSOCKET_SUBPROTOCOL, List.of("chat", "superchat"));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send(request("Sec-WebSocket-Protocol: other, superchat\r\n"));
      assertThat(head(client)).containsEntry("sec-websocket-protocol", "superchat");
      RawClient other = running.client();
      other.send(request("Sec-WebSocket-Protocol: other\r\n"));
      assertThat(head(other)).doesNotContainKey("sec-websocket-protocol");
    }
  }

  @ServerMatrix
  void upgradesOnAPlainHttpServer(ServerVariant variant) {
    HttpServer http = new HttpServer("127.0.0.1", 0, variant.mode(), SocketType.TCP);
    variant.prepare(http);
    http.on(
        HttpEvent.REQUEST,
        (request, response) -> {
          response.header("X-Before", "1");
          response.cookie("a", "b");
          response.end(response.upgrade() ? "" : "not asked for");
        });
    http.on(WebSocketEvent.MESSAGE, (ws, frame) -> ws.push(frame.fd(), "got " + frame.text()));

    try (RunningServer running = RunningServer.start(http)) {
      RawClient client = running.client();
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(head(client)).containsEntry("content-length", "13");
      client.readText(13);
      client.send(request(""));
      assertThat(head(client))
          .containsEntry("", "101")
          .containsEntry("x-before", "1")
          .hasEntrySatisfying("set-cookie", cookie -> assertThat(cookie).startsWith("a=b"));
      client.send(text("hi"));
      assertThat(readText(client)).isEqualTo("got hi");
      long fd = http.getClientList().get(0);
      assertThat(WebSockets.of(http).isEstablished(fd)).isTrue();
      assertThat(WebSockets.of(http).push(fd, "from outside")).isTrue();
      assertThat(readText(client)).isEqualTo("from outside");
    }
  }

  @ServerMatrix(transports = "nio")
  void handsControlFramesOverOnAPlainHttpServerAndEndsItsConnections(ServerVariant variant) {
    List<String> journal = new CopyOnWriteArrayList<>();
    HttpServer http = new HttpServer("127.0.0.1", 0, variant.mode(), SocketType.TCP);
    variant.prepare(http);
    http.set(
        Map.of(
            "open_websocket_ping_frame", true,
            "open_websocket_pong_frame", true,
            "open_websocket_close_frame", true));
    http.on(HttpEvent.REQUEST, (request, response) -> response.upgrade());
    http.on(
        WebSocketEvent.MESSAGE,
        (ws, frame) -> {
          journal.add(frame.opcode() + " " + frame.text());
          switch (frame.text()) {
            case "ping me" -> ws.ping(frame.fd(), "there?");
            case "disconnect" -> ws.disconnect(frame.fd(), 4000, "enough");
            case "close" -> ws.close(frame.fd());
            default -> {
              if (frame instanceof CloseFrame closing) {
                journal.add(closing.code() + " " + closing.reason());
              }
            }
          }
        });

    try (RunningServer running = RunningServer.start(http)) {
      RawClient client = open(running);
      client.send(text("ping me"));
      assertThat(read(client).text()).isEqualTo("there?");
      client.send(Frames.masked(10, true, 0, "here".getBytes(UTF_8)));
      client.send(Frames.masked(9, true, 0, "and you?".getBytes(UTF_8)));
      client.send(close(4001, "bye"));
      expectClose(client, 4001);
      assertThat(journal)
          .startsWith("TEXT ping me", "PONG here", "PING and you?")
          .endsWith("4001 bye");

      RawClient ended = open(running);
      ended.send(text("disconnect"));
      expectClose(ended, 4000);
      RawClient cut = open(running);
      cut.send(text("close"));
      cut.expectEof();
    }
  }

  @Test
  void speaksWebSocketOnAPortOfAPlainServer() {
    Server server = new Server("127.0.0.1", 0, ServerMode.BASE, SocketType.TCP);
    server.set("open_websocket_protocol", true);
    server.on(WebSocketEvent.MESSAGE, (ws, frame) -> ws.push(frame.fd(), "got " + frame.text()));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = open(running);
      client.send(text("hi"));
      assertThat(readText(client)).isEqualTo("got hi");
    }
  }

  @Test
  void goesOnWithHttpWhenARequestIsNotUpgradedAndReleasesItsPlace() {
    WebSocketServer server = echo(BOTH_MODES.get(1));
    server.set(HttpSettings.MAX_CONCURRENCY, 1);
    server.on(HttpEvent.REQUEST, (request, response) -> response.end("plain"));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient first = open(running);
      awaitNothingInFlight(server);
      RawClient second = open(running);
      awaitNothingInFlight(server);
      RawClient third = running.client();
      third.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(head(third)).containsEntry("", "200");
      first.send(text("a"));
      second.send(text("b"));
      assertThat(readText(first)).isEqualTo("a");
      assertThat(readText(second)).isEqualTo("b");
      awaitNothingInFlight(server);
      assertThat(server.stats()).containsEntry("websocket_connections", 2L);
    }
  }

  /** A client may see its answer before the server counts that as given. */
  private static void awaitNothingInFlight(WebSocketServer server) {
    await().until(() -> server.stats().get("concurrency").equals(0));
  }

  @Test
  void requiresAMessageHandler() {
    WebSocketServer server = new WebSocketServer("127.0.0.1", 0);

    assertThatIllegalStateException()
        .isThrownBy(server::startAsync)
        .withMessageContaining("require onMessage callback");
  }

  @ServerMatrix
  @ExpectErrors("handler of message threw")
  void keepsConnectionWhoseHandlerThrows(ServerVariant variant) {
    WebSocketServer server =
        server(
            variant,
            (ws, frame) -> {
              if (frame.text().equals("bad")) {
                throw new IllegalStateException("asked for");
              }
              ws.push(frame.fd(), frame.text());
            });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = open(running);
      client.send(text("bad"));
      client.send(text("good"));
      assertThat(readText(client)).isEqualTo("good");
    }
  }

  @ServerMatrix
  void closesWithoutCloseFrameWhenToldTo(ServerVariant variant) {
    WebSocketServer server = server(variant, (ws, frame) -> ws.close(frame.fd()));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = open(running);
      client.send(text("go"));
      client.expectEof();
    }
  }
}
