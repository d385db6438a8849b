// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static io.swoole4j.http.HttpFixture.get;
import static io.swoole4j.http.HttpFixture.read;
import static io.swoole4j.http.HttpFixture.server;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The access log: what is in its lines, and that it neither loses nor forges any. */
class AccessLogTest {
  private static final String TIME = "\\[\\d\\d/\\w{3}/\\d{4}:\\d\\d:\\d\\d:\\d\\d [+-]\\d{4}]";

  private static void answer(Request request, Response response) {
    switch ((String) request.server().get("request_uri")) {
      case "/pieces" -> {
        response.write("12345");
        response.end("678");
      }
      default -> response.end("hello");
    }
  }

  private static String request(String target, String... headers) {
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
  }

  /** Its thread may be held up even longer than a server waits for it at its end. */
  private static void awaitLines(Path log, int count) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(Files.readAllLines(log, US_ASCII)).hasSize(count));
  }

  @ServerMatrix
  void hasALineForEachRequest(ServerVariant variant, @TempDir Path directory) throws IOException {
    Path root = Files.createDirectory(directory.resolve("root"));
    Files.writeString(root.resolve("file.txt"), "0123456789");
    Path log = directory.resolve("access.log");
    HttpServer server = server(variant, (request, response) -> {});
    server.on(
        HttpEvent.REQUEST,
        (request, response) -> {
          if (request.server().get("request_uri").equals("/later")) {
            response.detach();
            Response later = Response.create(server, request.fd()).orElseThrow();
            later.status(404);
            later.end("gone");
          } else {
            answer(request, response);
          }
        });
    server
        .set(HttpSettings.HTTP_ACCESS_LOG, log.toString())
        .set(HttpSettings.ENABLE_STATIC_HANDLER, true)
        .set(HttpSettings.DOCUMENT_ROOT, root.toString());

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send(request("/a?b=c", "Referer: http://r/", "User-Agent: \"quoted\\\" \u00e4"));
      assertThat(read(client).text()).isEqualTo("hello");
      assertThat(get(client, "/pieces").text()).isEqualTo("12345678");
      assertThat(get(client, "/later").status()).isEqualTo(404);
      assertThat(get(client, "/file.txt").text()).isEqualTo("0123456789");
      client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
      read(client, "HEAD");
      // Of what a worker has answered and what an event loop refuses, either may be logged first.
      awaitLines(log, 5);
      client.send("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
      assertThat(read(client).status()).isEqualTo(400);
    }

    // The end of the server is the end of the log, with all that was waiting.
    awaitLines(log, 6);
    assertThat(Files.readAllLines(log, US_ASCII))
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .matches(
                        "127\\.0\\.0\\.1 - - "
                            + TIME
                            + Pattern.quote(
                                " \"GET /a?b=c HTTP/1.1\" 200 5 \"http://r/\""
                                    + " \"\\x22quoted\\x5c\\x22 \\xc3\\xa4\"")),
            line -> assertThat(line).contains("\"GET /pieces HTTP/1.1\" 200 8 \"-\" \"-\""),
            line -> assertThat(line).contains("\"GET /later HTTP/1.1\" 404 4 "),
            line -> assertThat(line).contains("\"GET /file.txt HTTP/1.1\" 200 10 "),
            line -> assertThat(line).contains("\"HEAD / HTTP/1.1\" 200 0 "),
            line -> assertThat(line).contains("\"-\" 400 0 \"-\" \"-\""));
  }

  @Test
  void writesALineForARequestOfHttp2ThatReachesNoHandler(@TempDir Path directory)
      throws IOException {
    Path log = directory.resolve("access.log");
    HttpServer server = new HttpServer("127.0.0.1", 0);
    server.on(HttpEvent.REQUEST, AccessLogTest::answer);
    server
        .set(HttpSettings.HTTP_ACCESS_LOG, log.toString())
        .set(HttpSettings.OPEN_HTTP2_PROTOCOL, true);

    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());
      client.post(1, "/large", "content-length", "1000000000");
      assertThat(client.reply(1).status()).isEqualTo(413);
      client.post(3, "/negative", "content-length", "-1");
      assertThat(client.reply(3).status()).isEqualTo(413);
      client.post(5, "/none", "content-length", "x");
      assertThat(client.reply(5).status()).isEqualTo(400);
      client.get(7, "/", "x", "y".repeat(12_500));
      assertThat(client.reply(7).status()).isEqualTo(431);
      // Of what a worker has answered and what an event loop refuses, either may be logged first.
      awaitLines(log, 4);
      client
          .post(9, "/trailers")
          .frame(Http2Client.HEADERS, 5, 9, client.fields("x", "y".repeat(12_500)));
      assertThat(client.reply(9).status()).isEqualTo(431);
      awaitLines(log, 5);
      assertThat(client.get(11, "/").reply(11).text()).isEqualTo("hello");
    }

    awaitLines(log, 6);
    assertThat(Files.readAllLines(log, US_ASCII))
        .satisfiesExactly(
            line -> assertThat(line).contains("\"POST /large HTTP/2\" 413 0 \"-\" \"-\""),
            line -> assertThat(line).contains("\"-\" 413 0 \"-\" \"-\""),
            line -> assertThat(line).contains("\"-\" 400 0 \"-\" \"-\""),
            line -> assertThat(line).contains("\"-\" 431 0 \"-\" \"-\""),
            line -> assertThat(line).contains("\"POST /trailers HTTP/2\" 431 0 \"-\" \"-\""),
            line -> assertThat(line).contains("\"GET / HTTP/2\" 200 5 "));
  }

  @Test
  void writesJsonAndIsMadeAnewWhenItIsRenamed(@TempDir Path directory) throws IOException {
    Path log = directory.resolve("access.json");
    HttpServer server = new HttpServer("127.0.0.1", 0);
    server.on(HttpEvent.REQUEST, AccessLogTest::answer);
    server
        .set(HttpSettings.HTTP_ACCESS_LOG, log.toString())
        .set(HttpSettings.HTTP_ACCESS_LOG_FORMAT, "json");

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send("POST /x HTTP/1.1\r\nHost: a\r\nUser-Agent: \"\r\nContent-Length: 0\r\n\r\n");
      read(client, "POST");
      awaitLines(log, 1);
      assertThat(Files.readString(log, US_ASCII))
          .matches(
              "\\{\"time\":\"[0-9T:.-]+Z\",\"remote\":\"127\\.0\\.0\\.1\",\"fd\":1,"
                  + "\"method\":\"POST\",\"target\":\"/x\",\"protocol\":\"HTTP/1\\.1\","
                  + "\"host\":\"a\",\"referer\":\"-\",\"user_agent\":\"\\\\u0022\","
                  + "\"status\":200,\"bytes\":5,\"duration_us\":\\d+}\n");

      Files.move(log, directory.resolve("access.json.1"));

      await()
          .untilAsserted(
              () -> {
                get(client, "/y");
                assertThat(log).isNotEmptyFile();
              });
    }
  }

  @Test
  void isAnErrorAtStartIfItCannotBeWritten(@TempDir Path directory) {
    HttpServer server = new HttpServer("127.0.0.1", 0);
    server.on(HttpEvent.REQUEST, AccessLogTest::answer);
    server.set(HttpSettings.HTTP_ACCESS_LOG, directory.resolve("none/access.log").toString());

    assertThatIllegalArgumentException()
        .isThrownBy(server::startAsync)
        .withMessageContaining("http_access_log: ")
        .withMessageContaining("(expected: a file that can be written to)");
  }

  @Test
  void ownsNoThreadWhenTheStartFails(@TempDir Path directory) {
    HttpServer server = new HttpServer("127.0.0.1", 0);
    server.on(HttpEvent.REQUEST, AccessLogTest::answer);
    server
        .set(HttpSettings.HTTP_ACCESS_LOG, directory.resolve("access.log").toString())
        .set(HttpSettings.ENABLE_STATIC_HANDLER, true)
        .set(HttpSettings.DOCUMENT_ROOT, directory.resolve("none").toString());

    assertThatIllegalArgumentException().isThrownBy(server::startAsync);

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(
                        List.copyOf(Thread.getAllStackTraces().keySet()).stream()
                            .filter(Thread::isAlive)
                            .map(Thread::getName))
                    .doesNotContain("swoole-access-log"));
  }
}
