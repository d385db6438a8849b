// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static io.swoole4j.http.HttpFixture.get;
import static io.swoole4j.http.HttpFixture.read;
import static io.swoole4j.http.HttpFixture.server;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.http.HttpFixture.Reply;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.PythonClient;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a handler does with its response, and what the client gets. */
class ResponseTest {
  private static final ServerVariant ANY = new ServerVariant(ServerMode.PROCESS, "nio");

  /** Runs a server whose handler is this one, and asks it once. */
  private static Reply reply(ServerVariant variant, RequestHandler handler) {
    return reply(variant, "GET", handler);
  }

  private static Reply reply(ServerVariant variant, String method, RequestHandler handler) {
    try (RunningServer running = RunningServer.start(server(variant, handler))) {
      RawClient client = running.client();
      client.send(method + " / HTTP/1.1\r\nHost: a\r\n\r\n");
      Reply reply = read(client, method);
      if ("keep-alive".equals(reply.headers().get("connection"))) {
        // Nothing may follow: the next response has to begin where this one ended.
        String next = method.equals("HEAD") ? "GET" : method;
        client.send(next + " / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(read(client, next).status()).isEqualTo(reply.status());
      }
      return reply;
    }
  }

  @ServerMatrix
  void formatsHeadersUnlessToldOtherwise(ServerVariant variant) {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              response.header("x-fIRST-one", "1");
              response.header("x-second", "2", false);
              response.end();
            });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      String head = client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readUntil("\r\n\r\n");
      assertThat(head).contains("\r\nX-First-One: 1\r\nx-second: 2\r\n");
    }
  }

  @ServerMatrix
  void forgetsWhatWasSetBeforeItsHeadIsSent(ServerVariant variant) {
    Reply reply =
        reply(
            variant,
            (request, response) -> {
              response.status(404);
              response.header("a", "1");
              response.cookie("c", "1");
              response.trailer("t", "1");
              assertThat(response.initHeader()).isTrue();
              response.header("b", "2");
              response.end("x");
              assertThat(response.initHeader()).isFalse();
            });

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.headers())
        .containsEntry("b", "2")
        .containsEntry("content-length", "1")
        .doesNotContainKeys("a", "set-cookie");
    assertThat(reply.text()).isEqualTo("x");
  }

  @ServerMatrix
  void replacesRepeatsAndRemovesHeaders(ServerVariant variant) {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              assertThat(response.header("a", "1")).isTrue();
              response.header("b", "1");
              response.header("c", List.of("1", "2"));
              response.setHeader("A", "2");
              response.header("B", null);
              response.setStatusCode(500);
              response.end("body");
            });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      String head = client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readUntil("\r\n\r\n");
      assertThat(head)
          .startsWith("HTTP/1.1 500 Internal Server Error\r\nA: 2\r\nC: 1\r\nC: 2\r\nServer:");
      assertThat(client.readText(4)).isEqualTo("body");
    }
  }

  @Test
  void aliasesTakeWhatTheirMethodsTake() {
    HttpServer server =
        server(
            ANY,
            (request, response) -> {
              response.setHeader("a-B", "1", false);
              response.setHeader("c", 2);
              response.setCookie("d", "e f", 0, "/g", "", true, true);
              response.setStatusCode(503, "Later");
              response.end();
            });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readUntil("\r\n\r\n"))
          .startsWith("HTTP/1.1 503 Later\r\na-B: 1\r\nC: 2\r\n")
          .contains("Set-Cookie: d=e+f; path=/g; secure; HttpOnly\r\n");
    }
  }

  @Test
  void tellsWhatIsNull() {
    HttpServer server =
        server(
            ANY,
            (request, response) -> {
              assertNull("key: null", () -> response.header(null, "x"));
              assertNull("key: null", () -> response.trailer(null, "x"));
              assertNull("reason: null", () -> response.status(200, null));
              assertNull("url: null", () -> response.redirect(null));
              assertNull("file: null", () -> response.sendfile(null));
              assertThat(response.cookie((String) null, "x")).isFalse();
              response.end("told");
            });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(get(running.client(), "/").text()).isEqualTo("told");
    }
  }

  private static void assertNull(String words, ThrowingCallable call) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessageStartingWith(words);
  }

  @Test
  void leavesOutWhatIsNoPartOfAValue() {
    HttpServer server =
        server(
            ANY,
            (request, response) -> {
              assertThat(response.header("a", "1 \r\n")).isTrue();
              assertThat(response.header("b", Arrays.asList("1\r\n", null, "2 \t\n "))).isTrue();
              assertThat(response.header("c", "1")).isTrue();
              assertThat(response.header("c", Arrays.asList(null, null))).isTrue();
              assertThat(response.header("d", " \r\n")).isTrue();
              assertThat(response.header("x", Arrays.asList("1", "2\r\n3"))).isFalse();
              assertThat(response.header("e", 5)).isTrue();
              assertThat(response.header("f", List.of(1L, "2"))).isTrue();
              assertThatIllegalArgumentException()
                  .isThrownBy(() -> response.header("g", new byte[1]));
              response.end();
            });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      String head = client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readUntil("\r\n\r\n");
      assertThat(head)
          .startsWith(
              "HTTP/1.1 200 OK\r\nA: 1\r\nB: 1\r\nB: 2\r\nD: \r\nE: 5\r\nF: 1\r\nF: 2\r\nServer:");
    }
  }

  @ServerMatrix
  void refusesWhatWouldInjectLines(ServerVariant variant) {
    Reply reply =
        reply(
            variant,
            (request, response) -> {
              for (String evil : new String[] {"a\r\nX: 1", "a\nX: 1", "a\rb", "a\0b", "a\u007f"}) {
                assertThat(response.header("X-Evil", evil)).isFalse();
                assertThat(response.header(evil, "1")).isFalse();
                assertThat(response.status(200, evil)).isFalse();
                assertThat(response.trailer("x", evil)).isFalse();
                assertThat(response.redirect(evil)).isFalse();
              }
              assertThat(response.header("", "1")).isFalse();
              assertThat(response.header("a b", "1")).isFalse();
              assertThat(response.header("a:", "1")).isFalse();
              assertThat(response.header("x".repeat(128), "1")).isFalse();
              assertThat(response.header("Transfer-Encoding", "chunked")).isFalse();
              response.end("safe");
            });

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text()).isEqualTo("safe");
    assertThat(reply.headers().keySet())
        .containsExactly("server", "date", "connection", "content-type", "content-length");
  }

  @ServerMatrix
  void sendsStatusWithReason(ServerVariant variant) {
    Reply custom = reply(variant, (request, response) -> response.status(200, "custom reason"));
    assertThat(custom.reason()).isEqualTo("custom reason");
    assertThat(custom.headers().keySet())
        .containsExactly("server", "date", "connection", "content-type", "content-length");

    Reply usual = reply(variant, (request, response) -> response.status(404));
    assertThat(usual.status()).isEqualTo(404);
    assertThat(usual.reason()).isEqualTo("Not Found");

    reply(
        variant,
        (request, response) -> {
          assertThatIllegalArgumentException().isThrownBy(() -> response.status(100));
          assertThatIllegalArgumentException().isThrownBy(() -> response.status(600));
        });
  }

  @ServerMatrix
  void suppressesDefaultHeaderThatIsEmpty(ServerVariant variant) {
    Reply reply =
        reply(
            variant,
            (request, response) -> {
              response.header("Server", "");
              response.header("Content-Type", "");
              response.header("Date", "today");
              response.end("body");
            });

    assertThat(reply.headers().keySet()).containsExactly("date", "connection", "content-length");
    assertThat(reply.headers()).containsEntry("date", "today");
  }

  @ServerMatrix
  void correctsContentLength(ServerVariant variant) {
    Reply reply =
        reply(
            variant,
            (request, response) -> {
              response.header("Content-Length", "50");
              response.end("x".repeat(100));
            });

    assertThat(reply.headers()).containsEntry("content-length", "100");
    assertThat(reply.text()).hasSize(100);
  }

  @ServerMatrix
  void answersHeadWithoutContent(ServerVariant variant) {
    Reply own =
        reply(
            variant,
            "HEAD",
            (request, response) -> {
              response.header("Content-Length", "50");
              response.end();
            });
    assertThat(own.headers()).containsEntry("content-length", "50");

    Reply counted = reply(variant, "HEAD", (request, response) -> response.end("x".repeat(7)));
    assertThat(counted.headers()).containsEntry("content-length", "7");

    Reply streamed =
        reply(
            variant,
            "HEAD",
            (request, response) -> {
              assertThat(response.write("one")).isTrue();
              assertThat(response.write("two")).isTrue();
              response.end("three");
            });
    assertThat(streamed.headers()).containsEntry("transfer-encoding", "chunked");
  }

  @ServerMatrix
  void sendsNoContentWhereThereIsNone(ServerVariant variant) {
    for (int status : new int[] {204, 304}) {
      Reply whole =
          reply(
              variant,
              (request, response) -> {
                response.status(status);
                response.end("never seen");
              });
      Reply streamed =
          reply(
              variant,
              (request, response) -> {
                response.status(status);
                response.write("never");
                response.end("seen");
              });
      assertThat(whole.status()).isEqualTo(status);
      assertThat(whole.headers()).doesNotContainKeys("content-length", "transfer-encoding");
      assertThat(streamed.headers()).doesNotContainKeys("content-length", "transfer-encoding");
    }
    Reply reset =
        reply(
            variant,
            (request, response) -> {
              response.status(205);
              response.end("never seen");
            });
    assertThat(reset.headers()).containsEntry("content-length", "0");
  }

  @ServerMatrix
  void writesInChunksAndEndsWithTheLast(ServerVariant variant) {
    Reply reply =
        reply(
            variant,
            (request, response) -> {
              response.header("Content-Length", "3");
              assertThat(response.write("")).isFalse();
              for (int i = 0; i < 20; i++) {
                assertThat(response.write("piece " + i + "\n")).isTrue();
                assertThat(response.header("Late", "1")).isFalse();
                assertThat(response.status(500)).isFalse();
              }
              assertThat(response.end("last")).isTrue();
            });

    assertThat(reply.headers())
        .containsEntry("transfer-encoding", "chunked")
        .doesNotContainKey("content-length");
    assertThat(reply.text()).startsWith("piece 0\npiece 1\n").endsWith("piece 19\nlast");
  }

  @ServerMatrix
  void sendsTrailersBehindContent(ServerVariant variant) {
    Reply written =
        reply(
            variant,
            (request, response) -> {
              assertThat(response.header("Trailer", "grpc-status")).isTrue();
              response.write("one");
              response.trailer("grpc-status", "0");
              response.trailer("gone", "1");
              response.trailer("gone", null);
              assertThat(response.trailer("Content-Length", "1")).isFalse();
              response.end();
            });
    assertThat(written.headers()).containsEntry("trailer", "grpc-status");
    assertThat(written.trailers()).containsOnlyKeys("grpc-status");
    assertThat(written.text()).isEqualTo("one");

    Reply whole =
        reply(
            variant,
            (request, response) -> {
              response.trailer("x-sum", "12");
              response.end("two");
            });
    assertThat(whole.trailers()).containsEntry("x-sum", "12");
    assertThat(whole.text()).isEqualTo("two");
  }

  @ServerMatrix
  void endsOnce(ServerVariant variant) {
    Journal journal = new Journal();
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              journal.add("writable " + response.isWritable());
              assertThat(response.end("first")).isTrue();
              journal.add("writable " + response.isWritable());
              for (boolean again :
                  new boolean[] {
                    response.end("second"),
                    response.write("x"),
                    response.header("a", "b"),
                    response.status(404),
                    response.trailer("a", "b"),
                    response.redirect("/"),
                    response.sendfile("/etc/hostname"),
                    response.detach()
                  }) {
                assertThat(again).isFalse();
              }
              assertThat(new String(request.rawContent(), UTF_8)).isEqualTo("body");
              journal.add("done");
            });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
      assertThat(read(client).text()).isEqualTo("first");
      journal.waitFor("done");
      assertThat(journal.lines()).containsExactly("writable true", "writable false", "done");
      client.shutdownOutput().expectEof();
    }
  }

  @ServerMatrix
  void tellsWhyItRefuses(ServerVariant variant) {
    Journal journal = new Journal();
    HttpServer server = new HttpServer("127.0.0.1", 0, variant.mode());
    variant.prepare(server).set(Settings.WORKER_NUM, 1).set(Settings.BUFFER_OUTPUT_SIZE, 4096);
    server.on(
        HttpEvent.REQUEST,
        (request, response) -> {
          response.header("a", "1\n2");
          journal.add("" + server.getLastError());
          response.end("x".repeat(8192));
          journal.add("" + server.getLastError());
          response.end("fits");
          response.end();
          journal.add("" + server.getLastError());
        });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(get(running.client(), "/").text()).isEqualTo("fits");
      journal.waitFor("" + ErrorCode.HTTP_CONTEXT_UNAVAILABLE.code());
      assertThat(journal.lines()).containsExactly("505", "1202", "7106");
    }
  }

  @ServerMatrix
  void closesRatherThanPretendWhenContentWasRefused(ServerVariant variant) {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              if (request.get("begin").isPresent()) {
                assertThat(response.write("begun")).isTrue();
              }
              assertThat(response.end("x".repeat(8192))).isFalse();
            });
    server.set(Settings.BUFFER_OUTPUT_SIZE, 4096);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient begun = running.client().send("GET /?begin=1 HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(new String(begun.readUntilEof(), ISO_8859_1)).endsWith("5\r\nbegun\r\n");
      running.client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").expectEof();
    }
  }

  @ServerMatrix
  void redirects(ServerVariant variant) {
    Reply found = reply(variant, (request, response) -> response.redirect("http://a/b?c=d"));
    assertThat(found.status()).isEqualTo(302);
    assertThat(found.headers()).containsEntry("location", "http://a/b?c=d");

    Reply moved = reply(variant, (request, response) -> response.redirect("/x", 301));
    assertThat(moved.status()).isEqualTo(301);

    reply(
        variant,
        (request, response) ->
            assertThatIllegalArgumentException().isThrownBy(() -> response.redirect("/", 200)));
  }

  @Test
  void tellsTheTypeOfAFileByItsName(@TempDir Path directory) throws IOException {
    Path page = Files.writeString(directory.resolve("page.CSS"), "a{}");
    Path empty = Files.createFile(directory.resolve("empty.json"));
    Path unknown = Files.writeString(directory.resolve("file"), "x");
    AtomicReference<Server> own = new AtomicReference<>();
    HttpServer server =
        server(
            ANY,
            (request, response) -> {
              switch (request.get("what").orElseThrow()) {
                case "page" -> response.sendfile(page.toString());
                case "empty" -> response.sendfile(empty.toString());
                case "unknown" -> response.sendfile(unknown.toString());
                case "own" -> {
                  response.header("content-type", "text/own");
                  response.sendfile(page.toString());
                }
                case "detached" -> {
                  response.detach();
                  Response.create(own.get(), request.fd()).orElseThrow().sendfile(page.toString());
                }
                default -> {
                  assertThat(response.sendfile(page, 99, 0)).isFalse();
                  response.end("text");
                }
              }
            });
    own.set(server);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      Map<String, String> types =
          Map.of(
              "page", "text/css",
              "empty", "application/json",
              "unknown", MimeTypes.UNKNOWN,
              "own", "text/own",
              "detached", "text/css",
              "failed", "text/html");
      types.forEach(
          (what, type) ->
              assertThat(get(client, "/?what=" + what).headers())
                  .as(what)
                  .containsEntry("content-type", type));
    }
  }

  @ServerMatrix
  void sendsFiles(ServerVariant variant, @TempDir Path directory) throws IOException {
    byte[] content = new byte[640 * 1024];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i * 31 + i / 251);
    }
    Path file = Files.write(directory.resolve("file"), content);
    Path empty = Files.createFile(directory.resolve("empty"));
    Path link = Files.createLink(directory.resolve("link"), file);
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              response.header("Content-Type", "application/octet-stream");
              response.header("Content-Disposition", "attachment; filename=\"a\"");
              switch (request.get("what").orElseThrow()) {
                case "whole" -> assertThat(response.sendfile(file.toString())).isTrue();
                case "part" -> assertThat(response.sendfile(file, 1000, 5000)).isTrue();
                case "rest" -> assertThat(response.sendfile(file, 600 * 1024, 0)).isTrue();
                case "empty" -> assertThat(response.sendfile(empty, 0, 0)).isTrue();
                case "link" -> assertThat(response.sendfile(link.toString())).isTrue();
                default -> {
                  assertThat(response.sendfile(directory, 0, 0)).isFalse();
                  assertThat(response.sendfile("/no/such/file")).isFalse();
                  assertThat(response.sendfile(file, 1 << 30, 0)).isFalse();
                  assertThat(response.end("none")).isTrue();
                }
              }
            });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      for (int i = 0; i < 3; i++) {
        Reply whole = get(client, "/?what=whole");
        assertThat(whole.headers())
            .containsEntry("content-type", "application/octet-stream")
            .containsEntry("content-disposition", "attachment; filename=\"a\"");
        assertThat(whole.body()).isEqualTo(content);
        assertThat(get(client, "/?what=part").body())
            .isEqualTo(Arrays.copyOfRange(content, 1000, 6000));
        assertThat(get(client, "/?what=rest").body())
            .isEqualTo(Arrays.copyOfRange(content, 600 * 1024, content.length));
        Reply nothing = get(client, "/?what=empty");
        assertThat(nothing.status()).isEqualTo(200);
        assertThat(nothing.body()).isEmpty();
        assertThat(get(client, "/?what=link").body()).isEqualTo(content);
        assertThat(get(client, "/?what=none").text()).isEqualTo("none");
      }
      client.send("HEAD /?what=whole HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(read(client, "HEAD").headers()).containsEntry("content-length", "655360");
      client.send("GET /?what=whole HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertThat(read(client).body()).isEqualTo(content);
      client.expectEof();
    }
  }

  @ServerMatrix
  void isTakenOverOnceWhenDetached(ServerVariant variant) {
    Journal journal = new Journal();
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              assertThat(response.detach()).isTrue();
              assertThat(response.detach()).isFalse();
              CompletableFuture.runAsync(
                  () -> {
                    // As a task would, which knows no more than the number.
                    Response taken = Response.create(journal.server(), response.fd()).orElseThrow();
                    journal.add("again " + Response.create(journal.server(), 1).isPresent());
                    journal.add("old " + response.isWritable() + response.end("old"));
                    taken.header("x-by", "task");
                    journal.add("new " + taken.end("in task"));
                  });
            });
    journal.server(server);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      for (int i = 0; i < 2; i++) {
        Reply reply = get(client, "/");
        assertThat(reply.text()).isEqualTo("in task");
        assertThat(reply.headers()).containsEntry("x-by", "task");
        journal.waitFor("new true", i + 1);
      }
      assertThat(journal.lines())
          .containsExactly(
              "again false",
              "old falsefalse",
              "new true",
              "again false",
              "old falsefalse",
              "new true");
      assertThat(Response.create(server, 1)).isEmpty();
      assertThat(server.getLastError()).isEqualTo(7106);
      assertThat(Response.create(server, 77)).isEmpty();
      assertThat(server.getLastError()).isEqualTo(1005);
    }
  }

  @ServerMatrix
  void isReplacedByBytesOfTheUser(ServerVariant variant) {
    Journal journal = new Journal();
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              response.detach();
              journal
                  .server()
                  .send(response.fd(), "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nraw");
            });
    journal.server(server);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      for (int i = 0; i < 3; i++) {
        assertThat(get(client, "/").text()).isEqualTo("raw");
      }
    }
  }

  @ServerMatrix
  void leavesAnOpenEndToTheUser(ServerVariant variant) {
    Journal journal = new Journal();
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              response.header("Content-Type", "text/event-stream");
              response.header("Content-Length", "");
              response.header("Content-Encoding", "");
              response.end();
              for (int i = 0; i < 128; i++) {
                journal.server().send(response.fd(), "data: " + i + "\n\n");
              }
              journal.server().close(response.fd());
            });
    journal.server(server);

    try (RunningServer running = RunningServer.start(server)) {
      Reply reply = get(running.client(), "/");
      assertThat(reply.headers()).doesNotContainKeys("content-length", "transfer-encoding");
      assertThat(reply.text()).startsWith("data: 0\n\n").endsWith("data: 127\n\n");
    }
  }

  @ServerMatrix
  void streamsToPythonsClient(ServerVariant variant) {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              for (int i = 0; i < 64; i++) {
                response.write("x".repeat(1024));
              }
              response.end("!");
            });

    try (RunningServer running = RunningServer.start(server)) {
      String printed =
          PythonClient.run(
                  """
                  import http.client, sys
                  c = http.client.HTTPConnection('127.0.0.1', int(sys.argv[1]), timeout=25)
                  for i in range(3):
                      c.request('GET', '/')
                      r = c.getresponse()
                      b = r.read()
                      print(r.status, r.getheader('Transfer-Encoding'), len(b), b[-1:] == b'!')
                  """,
                  running.port())
              .requireSuccess();
      assertThat(printed.lines()).containsOnly("200 chunked 65537 True").hasSize(3);
    }
  }

  /** One of 64 pieces, a MiB each. */
  private static byte[] piece(int index) {
    byte[] piece = new byte[1 << 20];
    Arrays.fill(piece, (byte) index);
    return piece;
  }

  /** Writes all these pieces. */
  static void writePieces(Response response) {
    for (int i = 0; i < 64; i++) {
      assertThat(response.write(piece(i))).isTrue();
    }
    response.end();
  }

  /** Asks for these pieces and reads them, chunk by chunk. */
  static void readPieces(RunningServer running) {
    CRC32 expected = new CRC32();
    for (int i = 0; i < 64; i++) {
      expected.update(piece(i));
    }
    RawClient client = running.client(running.clientOptions().timeout(Duration.ofSeconds(60)));
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readUntil("\r\n\r\n");
    CRC32 read = new CRC32();
    int got = 0;
    for (int size = -1; size != 0; got += size) {
      size = Integer.parseInt(client.readUntil("\r\n").strip(), 16);
      read.update(client.readExactly(size + 2), 0, size);
    }
    assertThat(got).isEqualTo(64 << 20);
    assertThat(read.getValue()).isEqualTo(expected.getValue());
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void waitsForTheClientWithSendYield(ServerVariant variant) {
    HttpServer server = server(variant, (request, response) -> writePieces(response));
    server.set(Settings.SEND_YIELD, true);

    try (RunningServer running = RunningServer.start(server)) {
      readPieces(running);
    }
  }
}
