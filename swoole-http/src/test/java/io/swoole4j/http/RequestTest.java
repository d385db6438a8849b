// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static io.swoole4j.http.HttpFixture.read;
import static io.swoole4j.http.HttpFixture.server;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

/** What a handler finds in its request. */
class RequestTest {
  private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();

  private HttpServer keeping(ServerVariant variant) {
    return server(
        variant,
        (request, response) -> {
          requests.add(request);
          response.end("ok");
        });
  }

  private Request next() throws InterruptedException {
    Request request = requests.poll(30, TimeUnit.SECONDS);
    assertThat(request).isNotNull();
    return request;
  }

  private Request send(ServerVariant variant, String bytes) throws InterruptedException {
    try (RunningServer running = RunningServer.start(keeping(variant))) {
      assertThat(read(running.client().send(bytes)).text()).isEqualTo("ok");
    }
    return next();
  }

  /** The head of a request. */
  private static String request(String line, String... headers) {
    return line + " HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
  }

  @ServerMatrix
  void hasHeadersByLowerCaseName(ServerVariant variant) throws InterruptedException {
    Request request =
        send(
            variant,
            request(
                "GET /",
                "X-Two: 1",
                "x-two: 2",
                "Accept: a",
                "ACCEPT: b",
                "X-Text: \u00e4\u2122",
                "Cookie: c=d"));

    assertThat(request.header())
        .containsEntry("host", "a")
        .containsEntry("x-two", "1, 2")
        .containsEntry("accept", "b")
        .containsEntry("x-text", "\u00e4\u2122")
        .doesNotContainKey("cookie");
    assertThat(request.header("X-TWO")).contains("1");
    assertThat(request.headers("x-Two")).containsExactly("1", "2");
    assertThat(request.header("none")).isEmpty();
    assertThat(request.cookie("c")).contains("d");
  }

  @ServerMatrix
  void hasServerVariables(ServerVariant variant) throws InterruptedException {
    try (RunningServer running = RunningServer.start(keeping(variant))) {
      RawClient client = running.client();
      long before = System.currentTimeMillis() / 1000;
      read(client.send("POST /a%20b+c/?d=e%20f HTTP/1.1\r\nHost: a\r\n\r\n"));
      Request request = next();
      long after = System.currentTimeMillis() / 1000;

      assertThat(request.server())
          .containsEntry("request_method", "POST")
          .containsEntry("request_uri", "/a%20b+c/")
          .containsEntry("path_info", "/a b+c/")
          .containsEntry("query_string", "d=e%20f")
          .containsEntry("server_protocol", "HTTP/1.1")
          .containsEntry("server_port", running.port())
          .containsEntry("remote_port", client.localPort())
          .containsEntry("server_addr", "127.0.0.1")
          .containsEntry("remote_addr", "127.0.0.1")
          .containsKeys("request_time", "request_time_float", "master_time");
      assertThat((Long) request.server().get("request_time")).isBetween(before, after);
      assertThat(request.fd()).isEqualTo(1);
      assertThat(request.streamId()).isZero();
      assertThat(request.getMethod()).isEqualTo("POST");
      assertThat(request.isCompleted()).isTrue();
    }
  }

  @ServerMatrix
  void hasNoQueryStringWithoutQuery(ServerVariant variant) throws InterruptedException {
    Request request = send(variant, "GET http://b/x HTTP/1.1\r\nHost: a\r\n\r\n");

    assertThat(request.server())
        .containsEntry("request_uri", "/x")
        .doesNotContainKey("query_string");
    assertThat(request.header()).containsEntry("host", "b");
    assertThat(request.get()).isEmpty();
    assertThat(request.post()).isEmpty();
    assertThat(request.cookie()).isEmpty();
    assertThat(request.rawContent()).isEmpty();
  }

  @ServerMatrix
  void readsQueryFormAndCookies(ServerVariant variant) throws InterruptedException {
    String body = "a=1&b[c][]=2&b[c][]=%C3%A4+x";
    Request request =
        send(
            variant,
            "POST /?q=1&r[]=2&r[]=3 HTTP/1.1\r\nHost: a\r\nCookie: s=%20t; u\r\n"
                + "Content-Type: application/x-www-form-urlencoded;charset=UTF-8\r\n"
                + "Content-Length: "
                + body.length()
                + "\r\n\r\n"
                + body);

    assertThat(request.get()).isEqualTo(Map.of("q", "1", "r", List.of("2", "3")));
    assertThat(request.post())
        .isEqualTo(Map.of("a", "1", "b", Map.of("c", List.of("2", "\u00e4 x"))));
    assertThat(request.get("q")).contains("1");
    assertThat(request.get("r")).isEmpty();
    assertThat(request.post("a")).contains("1");
    assertThat(request.cookie()).isEqualTo(Map.of("s", " t", "u", ""));
    assertThat(new String(request.getContent(), UTF_8)).isEqualTo(body);
    assertThat(request.rawContent()).isEqualTo(request.getContent());
  }

  @ServerMatrix(transports = "nio")
  void readsCookiesAsSitesSetThem(ServerVariant variant) throws InterruptedException {
    Request request =
        send(
            variant,
            request(
                "GET /",
                "Cookie: __utma=122751.1187.1535; list=a,b|c; token=YWJjZA==; HttpOnly;"
                    + " json=%7B%22a%22%3A1%7D; q=%C3%A4; path=/a/b?c=d&e; sp=a+b%20c;"
                    + " dotted.name=1"));

    assertThat(request.cookie())
        .containsExactly(
            Map.entry("__utma", "122751.1187.1535"),
            Map.entry("list", "a,b|c"),
            Map.entry("token", "YWJjZA=="),
            Map.entry("HttpOnly", ""),
            Map.entry("json", "{\"a\":1}"),
            Map.entry("q", "\u00e4"),
            Map.entry("path", "/a/b?c=d&e"),
            Map.entry("sp", "a b c"),
            Map.entry("dotted.name", "1"));
  }

  @ServerMatrix
  void leavesFormsAndCookiesAloneWhenToldTo(ServerVariant variant) throws InterruptedException {
    HttpServer server = keeping(variant);
    server.set(HttpSettings.HTTP_PARSE_POST, false).set(HttpSettings.HTTP_PARSE_COOKIE, false);
    try (RunningServer running = RunningServer.start(server)) {
      read(
          running
              .client()
              .send(
                  request(
                          "POST /",
                          "Cookie: a=b",
                          "Content-Length: 3",
                          "Content-Type: application/x-www-form-urlencoded")
                      + "a=1"));
    }
    Request request = next();

    assertThat(request.post()).isEmpty();
    assertThat(request.cookie()).isEmpty();
    assertThat(request.header()).containsEntry("cookie", "a=b");
    assertThat(new String(request.rawContent(), UTF_8)).isEqualTo("a=1");
  }

  @ServerMatrix
  void keepsAtMost128VariablesOfEachKind(ServerVariant variant) throws InterruptedException {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 150; i++) {
      many.append("v").append(i).append("=1&");
    }
    String body = many.toString();
    try (LogCapture log = LogCapture.of(Request.class)) {
      Request request =
          send(
              variant,
              "POST /?"
                  + body
                  + " HTTP/1.1\r\nHost: a\r\nCookie: "
                  + body.replace('&', ';')
                  + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                  + body.length()
                  + "\r\n\r\n"
                  + body);

      assertThat(request.get()).hasSize(128);
      assertThat(request.post()).hasSize(128);
      assertThat(request.cookie()).hasSize(128);
      assertThat(log.messages(Level.WARN))
          .hasSize(3)
          .allMatch(message -> message.contains("22 variables"));
    }
  }

  @ServerMatrix
  void ignoresBodyOfGetAsForm(ServerVariant variant) throws InterruptedException {
    Request request =
        send(
            variant,
            request("GET /", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 3")
                + "a=1");

    assertThat(request.post()).isEmpty();
    assertThat(new String(request.rawContent(), UTF_8)).isEqualTo("a=1");
  }

  @ServerMatrix
  void hasExactBytesHoweverTheyArrive(ServerVariant variant) throws InterruptedException {
    List<String> sent = new ArrayList<>();
    sent.add("GET /?a=b HTTP/1.1\r\nHOST:  a \r\nX: y\r\n\r\n");
    sent.add("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello\r\nbody");
    sent.add(
        request("POST /", "Transfer-Encoding: chunked")
            + "3;x=y\r\nFOO\r\n4\r\nBARS\r\n0\r\nX-Sum: 1\r\n\r\n");
    sent.add("DELETE / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    List<String> bodies = List.of("", "hello\r\nbody", "FOOBARS", "");

    try (RunningServer running = RunningServer.start(keeping(variant))) {
      RawClient client = running.client();
      client.send(String.join("", sent));
      for (int i = 0; i < sent.size(); i++) {
        read(client);
        Request request = next();
        assertThat(new String(request.getData(), UTF_8)).isEqualTo(sent.get(i));
        assertThat(new String(request.rawContent(), UTF_8)).isEqualTo(bodies.get(i));
      }
      for (int i = 0; i < sent.size(); i++) {
        client.sendSlices(sent.get(i).getBytes(UTF_8), i + 1);
        read(client);
        Request request = next();
        assertThat(new String(request.getData(), UTF_8)).isEqualTo(sent.get(i));
        assertThat(new String(request.rawContent(), UTF_8)).isEqualTo(bodies.get(i));
      }
    }
  }

  @ServerMatrix
  void asksForBodyOfClientThatWaits(ServerVariant variant) throws InterruptedException {
    try (RunningServer running = RunningServer.start(keeping(variant))) {
      RawClient client = running.client();
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
      assertThat(client.readUntil("\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      assertThat(read(client.send("body")).text()).isEqualTo("ok");
      assertThat(new String(next().rawContent(), UTF_8)).isEqualTo("body");
      // With nothing to wait for there is nothing to ask for.
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n");
      assertThat(read(client).status()).isEqualTo(200);
    }
  }

  @ServerMatrix
  void isFramedForReceiveHandlerOfPlainServer(ServerVariant variant) {
    Server server = variant.newServer();
    server.set("open_http_protocol", true);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          Response response = Response.create(s, fd).orElseThrow();
          response.header("X-Server", "own");
          response.end("got " + data.length);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      String request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";
      client.sendSlices((request + request).getBytes(UTF_8), 7);
      for (int i = 0; i < 2; i++) {
        HttpFixture.Reply reply = read(client);
        assertThat(reply.text()).isEqualTo("got " + request.length());
        assertThat(reply.headers()).containsEntry("x-server", "own");
      }
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void isAnsweredOnPortWithoutHttp(ServerVariant variant, @TempDir Path directory)
      throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "0123456789");
    Server server = variant.newServer();
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          Response response = Response.create(s, fd).orElseThrow();
          response.status(201);
          if (new String(data, UTF_8).startsWith("GET /file ")) {
            response.sendfile(file, 2, 3);
            return;
          }
          // Of what cannot be sent nothing is sent.
          assertThat(response.sendfile(directory, 0, 0)).isFalse();
          assertThat(response.sendfile(file, -1, 0)).isFalse();
          assertThat(response.sendfile(file, 10, 0)).isFalse();
          assertThat(response.sendfile(file, 1, 10)).isFalse();
          response.end("plain");
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      HttpFixture.Reply reply = HttpFixture.get(client, "/");
      assertThat(reply.status()).isEqualTo(201);
      assertThat(reply.text()).isEqualTo("plain");
      assertThat(HttpFixture.get(client, "/file").text()).isEqualTo("234");
    }
  }
}
