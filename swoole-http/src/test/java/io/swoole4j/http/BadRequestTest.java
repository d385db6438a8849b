// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static io.swoole4j.http.HttpFixture.get;
import static io.swoole4j.http.HttpFixture.sendUntilClosed;
import static io.swoole4j.http.HttpFixture.server;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * What is no request gets exactly one error and the end of its connection; what is sent behind it
 * never reaches a handler.
 */
class BadRequestTest {
  private static final String SECOND = "GET /second HTTP/1.1\r\nHost: a\r\n\r\n";

  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");

  private final Queue<String> handled = new ConcurrentLinkedQueue<>();

  private HttpServer counting(ServerVariant variant) {
    return server(
        variant,
        (request, response) -> {
          handled.add(request.getMethod() + " " + request.server().get("request_uri"));
          response.end("ok");
        });
  }

  private static String post(String headers, String body) {
    return "POST / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body;
  }

  private static Map<String, Integer> cases() {
    Map<String, Integer> cases = new LinkedHashMap<>();
    // Smuggling: two readers of the same bytes could see different requests.
    cases.put(post("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nG"), 400);
    cases.put(post("Transfer-Encoding: chunked\r\nContent-Length: 6\r\n", "0\r\n\r\nG"), 400);
    cases.put(post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400);
    cases.put(post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400);
    cases.put(post("Content-Length: 5, 5\r\n", "hello"), 400);
    cases.put(post("Content-Length: +3\r\n", "abc"), 400);
    cases.put(post("Content-Length: -1\r\n", ""), 400);
    cases.put(post("Content-Length: 0x3\r\n", "abc"), 400);
    cases.put(post("Content-Length: \r\n", ""), 400);
    cases.put(post("Content-Length: 99999999999999999999999\r\n", "abc"), 400);
    cases.put(post("Content-Length: 3 3\r\n", "abc"), 400);
    cases.put(post("Transfer-Encoding: chunked, xchunked\r\n", "0\r\n\r\n"), 400);
    cases.put(post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 400);
    cases.put(post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"), 400);
    cases.put(post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 400);
    cases.put(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n", "0\r\n\r\n"), 400);
    cases.put(post("Transfer-Encoding: \r\n", "0\r\n\r\n"), 400);
    cases.put(post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), 400);
    cases.put(post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"), 400);
    cases.put(post("Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n"), 400);
    cases.put(post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), 400);
    cases.put(post("Transfer-Encoding: \u000bchunked\r\n", "0\r\n\r\n"), 400);
    cases.put(post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501);
    cases.put("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
    // Chunks.
    String chunked = "Transfer-Encoding: chunked\r\n";
    cases.put(post(chunked, "0x1\r\na\r\n0\r\n\r\n"), 400);
    cases.put(post(chunked, "+1\r\na\r\n0\r\n\r\n"), 400);
    cases.put(post(chunked, "-1\r\na\r\n0\r\n\r\n"), 400);
    cases.put(post(chunked, "1 \r\na\r\n0\r\n\r\n"), 400);
    cases.put(post(chunked, " 1\r\na\r\n0\r\n\r\n"), 400);
    cases.put(post(chunked, "1\na\r\n0\r\n\r\n"), 400);
    cases.put(post(chunked, "1\r\nab\r\n0\r\n\r\n"), 400);
    cases.put(post(chunked, "1\r\na0\r\n\r\n"), 400);
    cases.put(post(chunked, "1\r\na\n0\r\n\r\n"), 400);
    cases.put(post(chunked, "\r\n0\r\n\r\n"), 400);
    cases.put(post(chunked, "g\r\n0\r\n\r\n"), 400);
    cases.put(post(chunked, "1;a=\"\r\n\r\n\"\r\na\r\n0\r\n\r\n"), 400);
    cases.put(post(chunked, "1;a=b\nc\r\na\r\n0\r\n\r\n"), 400);
    cases.put(post(chunked, "ffffffffffffffff1\r\na\r\n0\r\n\r\n"), 400);
    cases.put(post(chunked, "0\r\nbad trailer\r\n\r\n"), 400);
    cases.put(post(chunked, "1\r\na\r\n0\r\nX: a\r\n b\r\n\r\n"), 400);
    cases.put(post(chunked, "1\r\na\r\n0\r\n X: a\r\n\r\n"), 400);
    cases.put(post(chunked, "0\r\nX\u00e9: a\r\n\r\n"), 400);
    // Line ends and white space.
    cases.put("GET / HTTP/1.1\nHost: a\n\n", 400);
    cases.put("GET / HTTP/1.1\r\nHost: a\n\r\n", 400);
    cases.put("GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n", 400);
    cases.put("GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", 400);
    cases.put("GET / HTTP/1.1\r\nHost: a\r\n X: b\r\n\r\n", 400);
    cases.put("GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400);
    cases.put("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    cases.put("GET /  HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    cases.put("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400);
    cases.put(" GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    cases.put("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    cases.put("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    cases.put("\n\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    // Request line.
    cases.put("GET /\u00e2\u0084\u00a2 HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    cases.put("GET /\u0001 HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    cases.put("GET /#top HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    cases.put("GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    cases.put("GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    cases.put("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    cases.put("GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    cases.put("G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    cases.put("GET /\r\nHost: a\r\n\r\n", 400);
    cases.put("GET / http/1.1\r\nHost: a\r\n\r\n", 400);
    cases.put("GET / HTTP/1\r\nHost: a\r\n\r\n", 400);
    cases.put("GET / HTTP/1.1x\r\nHost: a\r\n\r\n", 400);
    cases.put("GET / HTTP/11.1\r\nHost: a\r\n\r\n", 400);
    cases.put("GET / FTP/1.1\r\nHost: a\r\n\r\n", 400);
    cases.put("GET / HTTP/9.9\r\nHost: a\r\n\r\n", 505);
    cases.put("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505);
    cases.put("GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505);
    cases.put("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", 501);
    cases.put("\u0016\u0003\u0001\u0000garbage\r\n\r\n", 400);
    // Host and other headers.
    cases.put("GET / HTTP/1.1\r\n\r\n", 400);
    cases.put("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400);
    cases.put("GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n", 400);
    cases.put("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400);
    cases.put("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400);
    cases.put("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400);
    cases.put("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400);
    cases.put("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400);
    cases.put("GET / HTTP/1.1\r\nHost: a:x\r\n\r\n", 400);
    cases.put("GET / HTTP/1.1\r\nHost: %zz\r\n\r\n", 400);
    cases.put("GET / HTTP/1.1\r\nHost: []\r\n\r\n", 400);
    cases.put("GET / HTTP/1.1\r\nHost: [a]:80\r\n\r\n", 400);
    cases.put("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400);
    cases.put("GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400);
    cases.put("GET / HTTP/1.1\r\nHost: a\r\n: no name\r\n\r\n", 400);
    cases.put("GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n", 400);
    cases.put("GET / HTTP/1.1\r\nHost: a\r\nX\u00e9: b\r\n\r\n", 400);
    cases.put("GET / HTTP/1.1\r\nHost: a\r\nX: b\u0000c\r\n\r\n", 400);
    cases.put("GET / HTTP/1.1\r\nHost: a\r\nX: b\u007fc\r\n\r\n", 400);
    cases.put(post("Expect: 200-ok\r\nContent-Length: 2\r\n", "ab"), 417);
    cases.put(post("Expect: 100-continue\r\nExpect: x\r\nContent-Length: 2\r\n", "ab"), 417);
    return cases;
  }

  private static String shown(String request) {
    return request.replace("\r", "\\r").replace("\n", "\\n");
  }

  /** The statuses of all responses up to the end of the connection. */
  private static String statuses(RawClient client) {
    return statuses(client.readUntilEof());
  }

  private static String statuses(byte[] answers) {
    String all = new String(answers, ISO_8859_1);
    return STATUS.matcher(all).results().map(found -> found.group(1)).collect(joining(" "));
  }

  private static RawClient within20Seconds(RunningServer running) {
    return running.client(running.clientOptions().timeout(Duration.ofSeconds(20)));
  }

  private static void note(
      Map<String, String> wrong, String request, int status, Supplier<byte[]> answers) {
    String statuses;
    try {
      statuses = statuses(answers.get());
    } catch (AssertionError e) {
      statuses = e.getMessage();
    }
    if (!statuses.equals("" + status)) {
      wrong.put(shown(request), statuses + " instead of " + status);
    }
  }

  @ServerMatrix
  void refusesOnceAndCloses(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(counting(variant))) {
      Map<String, String> wrong = new LinkedHashMap<>();
      cases()
          .forEach(
              (request, status) -> {
                try (RawClient client = within20Seconds(running)) {
                  client.send((request + SECOND).getBytes(ISO_8859_1));
                  note(wrong, request, status, client::readUntilEof);
                }
              });
      assertThat(wrong).isEmpty();
      assertThat(handled).isEmpty();
      assertThat(get(running.client(), "/after").status()).isEqualTo(200);
    }
  }

  @ServerMatrix
  void refusesTheSameByteByByte(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(counting(variant))) {
      Map<String, String> wrong = new LinkedHashMap<>();
      cases()
          .forEach(
              (request, status) -> {
                try (RawClient client = within20Seconds(running)) {
                  sendUntilClosed(client, (request + SECOND).getBytes(ISO_8859_1), 1);
                  // Whoever is held up is still sending when the server waits no longer.
                  note(wrong, request, status, client::readUntilClosed);
                }
              });
      assertThat(wrong).isEmpty();
      assertThat(handled).isEmpty();
    }
  }

  @ServerMatrix
  void answersWhatCameBeforeGarbage(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(counting(variant))) {
      RawClient client = running.client();
      client.send("GET /first HTTP/1.1\r\nHost: a\r\n\r\ngarbage\r\n\r\n" + SECOND);

      assertThat(statuses(client)).isEqualTo("200 400");
      assertThat(handled).containsExactly("GET /first");
    }
  }

  @ServerMatrix
  void refusesHeadAboveItsLimits(ServerVariant variant) {
    HttpServer server = counting(variant);
    server.set(HttpSettings.HTTP_MAX_HEADER_SIZE, 1024).set(HttpSettings.HTTP_MAX_HEADERS, 10);

    try (RunningServer running = RunningServer.start(server)) {
      String uri = "GET /" + "a".repeat(1100) + " HTTP/1.1\r\nHost: a\r\n\r\n";
      String header = "GET / HTTP/1.1\r\nHost: a\r\nX: " + "b".repeat(1100) + "\r\n\r\n";
      String together =
          "GET /" + "a".repeat(600) + " HTTP/1.1\r\nHost: a\r\nX: " + "b".repeat(600) + "\r\n\r\n";
      String many = "GET / HTTP/1.1\r\nHost: a\r\n" + "X: b\r\n".repeat(10) + "\r\n";
      String fits = "GET / HTTP/1.1\r\nHost: a\r\n" + "X: b\r\n".repeat(9) + "\r\n";
      assertThat(statuses(running.client().send(uri + SECOND))).isEqualTo("414");
      assertThat(statuses(running.client().send(header + SECOND))).isEqualTo("431");
      assertThat(statuses(running.client().send(together + SECOND))).isEqualTo("431");
      assertThat(statuses(running.client().send(many + SECOND))).isEqualTo("431");
      assertThat(statuses(running.client().send("\r\n".repeat(600)))).isEqualTo("414");
      String chunks = "Transfer-Encoding: chunked\r\n";
      String extension = post(chunks, "1;" + "a".repeat(1100) + "\r\na\r\n0\r\n\r\n");
      String trailers = post(chunks, "1\r\na\r\n0\r\n" + "X: b\r\n".repeat(11) + "\r\n");
      assertThat(statuses(running.client().send(extension + SECOND))).isEqualTo("400");
      assertThat(statuses(running.client().send(trailers + SECOND))).isEqualTo("431");
      assertThat(handled).isEmpty();
      assertThat(statuses(running.client().send(fits).shutdownOutput())).isEqualTo("200");
    }
  }

  @ServerMatrix
  void refusesBodyAboveItsLimit(ServerVariant variant) {
    HttpServer server = counting(variant);
    server.set(Settings.PACKAGE_MAX_LENGTH, 1024);

    try (RunningServer running = RunningServer.start(server)) {
      String announced = post("Content-Length: 2000\r\n", "");
      String waiting = post("Content-Length: 2000\r\nExpect: 100-continue\r\n", "");
      String huge = post("Content-Length: 999999999999999999\r\n", "");
      String chunks =
          post("Transfer-Encoding: chunked\r\n", ("200\r\n" + "a".repeat(512) + "\r\n").repeat(3));
      String small = post("Transfer-Encoding: chunked\r\n", "1\r\na\r\n".repeat(200));
      for (String request : new String[] {announced, waiting, huge, chunks, small}) {
        RawClient client = running.client();
        assertThat(statuses(client.send(request))).as(shown(request)).isEqualTo("413");
      }
      assertThat(handled).isEmpty();
    }
  }

  @ServerMatrix
  void takesWhatIsOnlyUnusual(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(counting(variant))) {
      String[] requests = {
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHOST:a:80\r\n\r\n",
        "GET / HTTP/1.1\r\nHost:\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [2001:db8::1.2.3.4]\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: %41.b:\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX:\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: \t b\tc \t\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: \u00e9\r\n\r\n",
        "GET / HTTP/1.9\r\nHost: a\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n",
        "GET http://a HTTP/1.1\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        "PURGE / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        post("Content-Length: 3\r\n", "abc"),
        post("Content-Length: 0003\r\n", "abc"),
        post("Transfer-Encoding: CHUNKED\r\n", "3\r\nabc\r\n0\r\n\r\n"),
        post("Transfer-Encoding: chunked\r\n", "003;a=b\r\nabc\r\n000\r\nTrailer: x\r\n\r\n"),
        post("Transfer-Encoding: chunked\r\n", "a\r\n0\r\n\r\n0\r\n b\r\n0;x\r\nA: b\r\n\r\n"),
        post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0;x\r\n\r\n"),
      };
      for (String request : requests) {
        try (RawClient client = running.client()) {
          client.send((request + SECOND).getBytes(ISO_8859_1)).shutdownOutput();
          assertThat(statuses(client)).as(shown(request)).isEqualTo("200 200");
        }
      }
      assertThat(handled).hasSize(2 * requests.length);
    }
  }
}
