// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static io.swoole4j.http.HttpFixture.read;
import static io.swoole4j.http.HttpFixture.sendUntilClosed;
import static io.swoole4j.http.HttpFixture.server;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.swoole4j.http.HttpFixture.Reply;
import io.swoole4j.server.ServerMode;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.PythonClient;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

/** Files of forms: read from memory when asked for, or as they arrive, and gone afterwards. */
class UploadTest {

  @TempDir private Path uploads;
  @TempDir private Path kept;

  private HttpServer uploadServer(ServerVariant variant, RequestHandler handler) {
    HttpServer server = server(variant, handler);
    server.set(HttpSettings.UPLOAD_TMP_DIR, uploads.toString());
    return server;
  }

  /** Larger than a packet may be, and read as they arrive. */
  private HttpServer streaming(ServerVariant variant, RequestHandler handler) {
    HttpServer server = uploadServer(variant, handler);
    server.set(HttpSettings.UPLOAD_MAX_FILESIZE, 8 << 20);
    server.set(Settings.PACKAGE_MAX_LENGTH, 64 * 1024);
    return server;
  }

  private List<Path> stored() {
    try (Stream<Path> found = Files.list(uploads)) {
      return found.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitNothingStored() {
    await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(stored()).isEmpty());
  }

  private static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(5).nextBytes(bytes);
    return bytes;
  }

  private static String part(String name, String rest, String content) {
    return "--XX\r\nContent-Disposition: form-data; name=\""
        + name
        + "\""
        + rest
        + "\r\n\r\n"
        + content
        + "\r\n";
  }

  private static String file(String name, String fileName, String content) {
    return part(name, "; filename=\"" + fileName + "\"\r\nContent-Type: a/b", content);
  }

  private static byte[] post(String method, String latinBody) {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    byte[] body = latinBody.getBytes(ISO_8859_1);
    request.writeBytes(
        (method
                + " / HTTP/1.1\r\nHost: a\r\nContent-Length: "
                + body.length
                + "\r\nContent-Type: multipart/form-data; boundary=XX;charset=UTF-8\r\n\r\n")
            .getBytes(ISO_8859_1));
    request.writeBytes(body);
    return request.toByteArray();
  }

  private static byte[] contentOf(UploadedFile file) throws IOException {
    return Files.readAllBytes(Path.of(file.tmpName()));
  }

  private static void describe(Request request, Response response) throws IOException {
    UploadedFile file = request.file("f").orElseThrow();
    response.end(
        request.post("a").orElse("none")
            + "|"
            + file.name()
            + "|"
            + file.type()
            + "|"
            + file.error()
            + "|"
            + file.size()
            + "|"
            + Arrays.hashCode(contentOf(file))
            + "|"
            + request.isUploadedFile(file.tmpName())
            + request.isUploadedFile("/etc/passwd")
            + "|"
            + request.tmpfiles().size());
  }

  @ServerMatrix
  void takesFormsFromMemoryAndAsTheyArrive(ServerVariant variant) {
    byte[] content = noise(40_000);
    String latin = new String(content, ISO_8859_1);
    byte[] request =
        post("POST", part("a", "", "1") + file("f", "../x/IMG(17)-+=.png", latin) + "--XX--\r\n");
    String expected = "1|IMG(17)-+=.png|a/b|0|40000|" + Arrays.hashCode(content) + "|truefalse|1";

    for (HttpServer server :
        List.of(
            uploadServer(variant, UploadTest::describe),
            streaming(variant, UploadTest::describe))) {
      try (RunningServer running = RunningServer.start(server)) {
        RawClient client = running.client();
        assertThat(read(client.send(request), "POST").text()).isEqualTo(expected);
        assertThat(read(client.sendSlices(request, 250), "POST").text()).isEqualTo(expected);
        awaitNothingStored();
      }
    }
  }

  @ServerMatrix
  void takesFilesLargerThanAPacketInChunksToo(ServerVariant variant) {
    byte[] content = noise(3 << 20);
    String body = file("f", "a", new String(content, ISO_8859_1)) + "--XX--\r\n";
    HttpServer server = streaming(variant, UploadTest::describe);
    String expected =
        "none|a|a/b|0|" + content.length + "|" + Arrays.hashCode(content) + "|truefalse|1";

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(read(client.send(post("POST", body)), "POST").text()).isEqualTo(expected);

      client.send(
          String.join(
              "\r\n",
              "POST / HTTP/1.1",
              "Host: a",
              "Transfer-Encoding: chunked",
              "Content-Type: multipart/form-data; boundary=\"XX\"",
              "",
              ""));
      byte[] bytes = body.getBytes(ISO_8859_1);
      client.send(Integer.toHexString(bytes.length) + "\r\n").send(bytes).send("\r\n0\r\n\r\n");
      assertThat(read(client, "POST").text()).isEqualTo(expected);
      awaitNothingStored();
    }
  }

  @ServerMatrix
  void keepsWhatWasMovedAndRemovesTheRestOnceTheHandlerHasReturned(ServerVariant variant)
      throws Exception {
    CountDownLatch answered = new CountDownLatch(1);
    LinkedBlockingQueue<Boolean> there = new LinkedBlockingQueue<>();
    HttpServer server =
        uploadServer(
            variant,
            (request, response) -> {
              UploadedFile moved = request.file("f[]").orElseThrow();
              UploadedFile left = (UploadedFile) ((List<?>) request.files().get("f")).get(1);
              moved.moveTo(kept.resolve("moved"));
              there.add(request.isUploadedFile(moved.tmpName()));
              response.end("x");
              assertThat(answered.await(30, TimeUnit.SECONDS)).isTrue();
              there.add(Files.exists(Path.of(left.tmpName())));
              there.add(request.isUploadedFile(left.tmpName()));
            });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      String body = file("f[]", "a", "one") + file("f[]", "b", "two") + "--XX--";
      client.send(post("POST", body));
      if (variant.mode() == ServerMode.PROCESS) {
        assertThat(read(client, "POST").text()).isEqualTo("x");
      }
      answered.countDown();
      assertThat(there.poll(30, TimeUnit.SECONDS)).isFalse();
      assertThat(there.poll(30, TimeUnit.SECONDS)).isTrue();
      assertThat(there.poll(30, TimeUnit.SECONDS)).isTrue();
      awaitNothingStored();
      assertThat(kept.resolve("moved")).hasContent("one");
    }
  }

  @ServerMatrix
  void keepsFilesForADetachedResponseUntilItEnds(ServerVariant variant) throws Exception {
    LinkedBlockingQueue<Response> detached = new LinkedBlockingQueue<>();
    HttpServer server =
        streaming(
            variant,
            (request, response) -> {
              response.detach();
              detached.add(response);
            });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send(post("POST", file("f", "a", "one") + "--XX--"));
      Response response = detached.poll(30, TimeUnit.SECONDS);
      assertThat(response).isNotNull();
      assertThat(stored()).hasSize(1);

      assertThat(response.end("later")).isTrue();

      assertThat(read(client, "POST").text()).isEqualTo("later");
      awaitNothingStored();
    }
  }

  @ServerMatrix
  void leavesNothingOfAnUploadThatIsBrokenOff(ServerVariant variant) {
    HttpServer server = streaming(variant, (request, response) -> response.end("handled"));

    try (RunningServer running = RunningServer.start(server)) {
      byte[] request = post("POST", file("f", "a", "x".repeat(300_000)) + "--XX--");
      for (boolean reset : new boolean[] {true, false}) {
        RawClient client = running.client();
        client.send(Arrays.copyOf(request, 200_000));
        await().untilAsserted(() -> assertThat(stored()).hasSize(1));
        if (reset) {
          client.abort();
        } else {
          client.close();
        }
        awaitNothingStored();
      }
    }
  }

  @ServerMatrix(transports = "nio")
  void leavesNothingOfAnUploadThatIsGivenUpWhileItWaitsForItsTurn(ServerVariant variant) {
    LinkedBlockingQueue<Response> detached = new LinkedBlockingQueue<>();
    HttpServer server =
        streaming(
            variant,
            (request, response) -> {
              response.detach();
              detached.add(response);
            });
    server.set(Settings.WORKER_NUM, 1).set(HttpSettings.WORKER_MAX_CONCURRENCY, 1);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient first = running.client().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      await().until(() -> detached.size() == 1);
      RawClient waiting = running.client().send(post("POST", file("f", "a", "one") + "--XX--"));
      await().untilAsserted(() -> assertThat(server.stats()).containsEntry("concurrency", 2));
      assertThat(stored()).hasSize(1);

      waiting.abort();

      awaitNothingStored();
      assertThat(detached.remove().end("ok")).isTrue();
      assertThat(read(first).text()).isEqualTo("ok");
    }
  }

  @ServerMatrix
  void refusesWhatIsTooLarge(ServerVariant variant) {
    HttpServer server = streaming(variant, (request, response) -> response.end("handled"));
    server.set(HttpSettings.UPLOAD_MAX_FILESIZE, 100_000);

    try (RunningServer running = RunningServer.start(server)) {
      for (String body :
          List.of(
              file("f", "a", "x".repeat(100_001)),
              part("a", "", "x".repeat(70_000)),
              "--XX\r\nX: " + "x".repeat(9000),
              "--XX\r\n\r\n\r\n".repeat(1100))) {
        RawClient client = running.client();
        sendUntilClosed(client, post("POST", body + "--XX--"));
        Reply reply = read(client, "POST");
        assertThat(reply.status()).isEqualTo(body.startsWith("--XX\r\nC") ? 413 : 400);
        assertThat(reply.body()).isEmpty();
        client.expectClosed();
      }
      awaitNothingStored();
      String fits = file("f", "a", "x".repeat(100_000)) + "--XX--";
      assertThat(read(running.client().send(post("POST", fits)), "POST").text())
          .isEqualTo("handled");
    }
  }

  /** As behind every other body. */
  @ServerMatrix
  void refusesTrailersThatAreNoneBehindAFormThatIsReadAsItArrives(ServerVariant variant) {
    String head =
        String.join(
            "\r\n",
            "POST / HTTP/1.1",
            "Host: a",
            "Transfer-Encoding: chunked",
            "Content-Type: multipart/form-data; boundary=XX",
            "",
            "");
    String body = file("f", "a", "content") + "--XX--";
    String first = Integer.toHexString(body.length()) + "\r\n" + body + "\r";
    HttpServer server = streaming(variant, (request, response) -> response.end("handled"));

    try (RunningServer running = RunningServer.start(server)) {
      for (String trailers : List.of("", "X: a\r\n", "X: a\r\nY:\r\n")) {
        String whole = head + first + "\n00;a=b\r\n" + trailers + "\r\n";
        RawClient client = running.client().send(whole);
        assertThat(read(client, "POST").text()).isEqualTo("handled");
        client.sendSlices(whole.getBytes(ISO_8859_1), 1);
        assertThat(read(client, "POST").text()).isEqualTo("handled");
      }
      for (String trailers : List.of("X: a\r\n b\r\n", " X: a\r\n", "X : a\r\n")) {
        RawClient client = running.client().send(head + first + "\n0\r\n" + trailers + "\r\n");
        assertThat(read(client, "POST").status()).as(trailers).isEqualTo(400);
      }
      awaitNothingStored();
    }
  }

  @ServerMatrix
  void refusesFormsLargerThanAPacketUnlessFilesMayBe(ServerVariant variant) {
    HttpServer server = uploadServer(variant, (request, response) -> response.end("handled"));
    server.set(Settings.PACKAGE_MAX_LENGTH, 64 * 1024);

    try (RunningServer running = RunningServer.start(server)) {
      String body = file("f", "a", "x".repeat(64 * 1024)) + "--XX--";
      RawClient client = running.client();
      sendUntilClosed(client, post("POST", body));
      Reply reply = read(client, "POST");
      assertThat(reply.status()).isEqualTo(413);
      assertThat(reply.body()).isEmpty();
      client.expectClosed();
    }
  }

  @ServerMatrix
  void parsesNoBodyOfGetAndNoneWhenSwitchedOff(ServerVariant variant) {
    RequestHandler count =
        (request, response) ->
            response.end(
                request.post().size() + " " + request.files().size() + " " + stored().size());
    String body = part("a", "", "1") + file("f", "a", "x") + "--XX--";
    HttpServer off = uploadServer(variant, count);
    off.set(HttpSettings.HTTP_PARSE_POST, false);

    for (HttpServer server : List.of(uploadServer(variant, count), streaming(variant, count))) {
      try (RunningServer running = RunningServer.start(server)) {
        assertThat(read(running.client().send(post("GET", body)), "GET").text()).isEqualTo("0 0 0");
        assertThat(read(running.client().send(post("PUT", body)), "PUT").text()).isEqualTo("1 1 1");
        awaitNothingStored();
        assertThat(read(running.client().send(post("POST", "--XX--\r\n")), "POST").text())
            .isEqualTo("0 0 0");
      }
    }
    try (RunningServer running = RunningServer.start(off)) {
      assertThat(read(running.client().send(post("POST", body)), "POST").text()).isEqualTo("0 0 0");
    }
  }

  @ServerMatrix
  void nestsFilesByNameOrAsPhpDoes(ServerVariant variant) throws Exception {
    LinkedBlockingQueue<Map<String, Object>> seen = new LinkedBlockingQueue<>();
    String body =
        file("file", "a", "1")
            + file("form[file]", "b", "22")
            + file("form[group][file]", "c", "333")
            + "--XX--";
    RequestHandler handler =
        (request, response) -> {
          seen.add(request.files());
          response.end();
        };
    HttpServer asPhp = uploadServer(variant, handler);
    asPhp.set(HttpSettings.HTTP_PARSE_FILES, true);

    try (RunningServer running = RunningServer.start(uploadServer(variant, handler))) {
      read(running.client().send(post("POST", body)), "POST");
      Map<String, Object> files = seen.poll(30, TimeUnit.SECONDS);
      assertThat(files).isNotNull().containsOnlyKeys("file", "form");
      assertThat(((UploadedFile) files.get("file")).name()).isEqualTo("a");
      Map<?, ?> form = (Map<?, ?>) files.get("form");
      assertThat(((UploadedFile) form.get("file")).size()).isEqualTo(2);
      UploadedFile nested = (UploadedFile) ((Map<?, ?>) form.get("group")).get("file");
      assertThat(nested.tmpName()).contains("swoole.upfile.");
    }
    try (RunningServer running = RunningServer.start(asPhp)) {
      read(running.client().send(post("POST", body)), "POST");
      Map<String, Object> files = seen.poll(30, TimeUnit.SECONDS);
      assertThat(files).isNotNull();
      Map<?, ?> single = (Map<?, ?>) files.get("file");
      assertThat(single).hasSize(5);
      assertThat(single.get("name")).isEqualTo("a");
      Map<?, ?> form = (Map<?, ?>) files.get("form");
      assertThat(form.get("name")).isEqualTo(Map.of("file", "b", "group", Map.of("file", "c")));
      assertThat(form.get("size")).isEqualTo(Map.of("file", 2L, "group", Map.of("file", 3L)));
      assertThat(form.get("error")).isEqualTo(Map.of("file", 0, "group", Map.of("file", 0)));
    }
  }

  @ServerMatrix
  void takesManyFormsOfPythonAtOnce(ServerVariant variant) {
    HttpServer server =
        streaming(
            variant,
            (request, response) ->
                response.end(
                    request.post("a").orElse("")
                        + request.file("f").orElseThrow().size()
                        + request.file("f").orElseThrow().name()));
    String script =
        """
        import http.client, sys, threading
        bad = []
        def run(n):
            try:
                c = http.client.HTTPConnection('127.0.0.1', int(sys.argv[1]), timeout=60)
                for i in range(5):
                    content = bytes([n]) * (200000 + i)
                    body = (b'--bb\\r\\nContent-Disposition: form-data; name="a"\\r\\n\\r\\nv\\r\\n'
                        b'--bb\\r\\nContent-Disposition: form-data; name="f"; filename="n.x"\\r\\n\\r\\n'
                        + content + b'\\r\\n--bb--\\r\\n')
                    c.request('POST', '/', body, {'Content-Type': 'multipart/form-data; boundary=bb'})
                    got = c.getresponse().read().decode()
                    if got != 'v%dn.x' % len(content):
                        bad.append(got)
            except Exception as e:
                bad.append(repr(e))
        threads = [threading.Thread(target=run, args=(n,)) for n in range(8)]
        [t.start() for t in threads]; [t.join() for t in threads]
        print(bad or 'ok')
        """;

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(PythonClient.run(Duration.ofSeconds(90), script, running.port()).requireSuccess())
          .isEqualTo("ok");
      awaitNothingStored();
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void removesFilesOfHandlersThatNeverReturn(ServerVariant variant) throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    HttpServer server =
        uploadServer(
            variant,
            (request, response) -> {
              assertThat(request.file("f")).isPresent();
              entered.countDown();
              boolean released = false;
              while (!released) {
                try {
                  release.await();
                  released = true;
                } catch (InterruptedException e) {
                  // As handlers are that cannot be ended.
                  released = false;
                }
              }
            });
    server.set(Settings.MAX_WAIT_TIME, 0.2);

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send(post("POST", file("f", "a", "b") + "--XX--\r\n"));
      assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(stored()).hasSize(1);

      server.shutdown();
      running.awaitTerminated();

      assertThat(stored()).isEmpty();
    } finally {
      release.countDown();
    }
  }

  @Test
  void refusesToStartWithoutItsDirectory() throws IOException {
    Path file = Files.createFile(kept.resolve("file"));
    // not even root may write into the last
    for (Path wrong : List.of(uploads.resolve("none"), file, Path.of("/proc/sys"))) {
      HttpServer server = new HttpServer("127.0.0.1", 0);
      server.on(HttpEvent.REQUEST, (request, response) -> response.end());
      server.set(HttpSettings.UPLOAD_TMP_DIR, wrong.toString());

      assertThatIllegalArgumentException()
          .isThrownBy(server::startAsync)
          .withMessageStartingWith("upload_tmp_dir: " + wrong);
    }
  }

  /** 150 of each kind that is limited to 128, and a file. */
  private static byte[] requestFullOfThings(String path, String type, String body) {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 150; i++) {
      many.append('v').append(i).append("=1&");
    }
    String form = body.isEmpty() ? many.toString() : body;
    String request =
        "POST "
            + path
            + "?"
            + many
            + " HTTP/1.1\r\nHost: a\r\nCookie: "
            + many.toString().replace('&', ';')
            + "\r\nContent-Type: "
            + type
            + "\r\nContent-Length: "
            + form.length()
            + "\r\n\r\n"
            + form;
    return request.getBytes(ISO_8859_1);
  }

  @ServerMatrix(transports = "nio")
  void readsNothingThatNobodyAsksFor(ServerVariant variant) {
    StringBuilder parts = new StringBuilder();
    for (int i = 0; i < 150; i++) {
      parts.append(part("v" + i, "", "1"));
    }
    parts.append(file("f", "a.txt", "content")).append("--XX--\r\n");
    byte[][] requests = new byte[4][];
    for (int i = 0; i < 4; i++) {
      String path = i < 2 ? "/path" : "/all";
      requests[i] =
          i % 2 == 0
              ? requestFullOfThings(path, "application/x-www-form-urlencoded", "")
              : requestFullOfThings(path, "multipart/form-data; boundary=XX", parts.toString());
    }
    HttpServer server =
        uploadServer(
            variant,
            (request, response) -> {
              if (request.server().get("path_info").equals("/all")) {
                request.get();
                request.post();
                request.cookie();
                request.files();
              }
              response.end("" + stored().size());
            });

    try (LogCapture log = LogCapture.of(Request.class);
        RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      for (int i = 0; i < 2; i++) {
        assertThat(read(client.send(requests[i]), "POST").text()).isEqualTo("0");
      }
      assertThat(log.messages()).isEmpty();

      // There was something to be read.
      assertThat(read(client.send(requests[2]), "POST").text()).isEqualTo("0");
      assertThat(log.messages(Level.WARN)).hasSize(3);
      assertThat(read(client.send(requests[3]), "POST").text()).isEqualTo("1");
      assertThat(log.messages(Level.WARN)).hasSize(6);
    }
  }
}
