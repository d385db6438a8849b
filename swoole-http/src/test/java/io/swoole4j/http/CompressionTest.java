// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static io.swoole4j.http.HttpFixture.read;
import static io.swoole4j.http.HttpFixture.sendUntilClosed;
import static io.swoole4j.http.HttpFixture.server;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.http.HttpFixture.Reply;
import io.swoole4j.internal.http.coding.BodyInflater;
import io.swoole4j.internal.http.coding.ContentCoding;
import io.swoole4j.internal.http.coding.ContentEncoder;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Responses are compressed for those who ask, and bodies inflated only under a limit. */
class CompressionTest {

  private static final String TEXT = "compress me, ".repeat(2000);

  private static Reply ask(RawClient client, String path, String acceptEncoding) {
    return read(
        client.send(
            "GET "
                + path
                + " HTTP/1.1\r\nHost: a\r\nAccept-Encoding: "
                + acceptEncoding
                + "\r\n\r\n"));
  }

  private static String decoded(Reply reply, String coding) throws Exception {
    assertThat(reply.headers()).containsEntry("content-encoding", coding);
    return new String(BodyInflater.inflate(reply.body(), coding, 1 << 20), UTF_8);
  }

  @ServerMatrix
  void usesTheCodingThatTheClientAsksFor(ServerVariant variant) throws Exception {
    HttpServer server = server(variant, (request, response) -> response.end(TEXT));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      for (ContentCoding coding : ContentCoding.values()) {
        Reply reply = ask(client, "/", coding.token());
        assertThat(decoded(reply, coding.token())).isEqualTo(TEXT);
        assertThat(reply.body()).hasSizeLessThan(TEXT.length() / 2);
        assertThat(reply.headers()).containsEntry("vary", "Accept-Encoding");
      }
      assertThat(decoded(ask(client, "/", "gzip;q=0.9, br;q=0.1"), "gzip")).isEqualTo(TEXT);
      for (String none : List.of("gzip;q=0", "identity", "compress", "")) {
        Reply reply = ask(client, "/", none);
        assertThat(reply.text()).isEqualTo(TEXT);
        assertThat(reply.headers())
            .doesNotContainKey("content-encoding")
            .containsEntry("vary", "Accept-Encoding");
      }
    }
  }

  private static String path(Request request) {
    return String.valueOf(request.server().get("request_uri"));
  }

  @ServerMatrix
  void leavesAloneWhatIsNotToBeCompressed(ServerVariant variant) {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              switch (path(request)) {
                case "/own" -> response.header("Content-Encoding", "gzip");
                case "/empty" -> response.header("Content-Encoding", "");
                case "/part" -> response.status(206);
                case "/image" -> response.header("Content-Type", "image/png");
                case "/asis" -> response.header("Cache-Control", "private, no-transform");
                default -> {
                  response.end("x".repeat(path(request).length()));
                  return;
                }
              }
              response.end(TEXT);
            });
    server.set(HttpSettings.COMPRESSION_MIN_LENGTH, 64);
    server.set("compression_types", List.of("text/html", "text/plain"));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      Reply own = ask(client, "/own", "br, gzip");
      assertThat(own.text()).isEqualTo(TEXT);
      assertThat(own.headers()).containsEntry("content-encoding", "gzip");
      for (String path : List.of("/empty", "/part", "/image", "/asis")) {
        Reply reply = ask(client, path, "gzip");
        assertThat(reply.text()).as(path).isEqualTo(TEXT);
        assertThat(reply.headers()).as(path).doesNotContainKeys("content-encoding", "vary");
      }
      assertThat(ask(client, "/" + "x".repeat(62), "gzip").headers())
          .doesNotContainKey("content-encoding");
      assertThat(ask(client, "/" + "x".repeat(63), "gzip").headers())
          .containsEntry("content-encoding", "gzip");
    }
  }

  @ServerMatrix
  void saysThatBytesAreOthersThanThoseOfTheTag(ServerVariant variant) {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              response.header("ETag", "\"1\"");
              response.header("Vary", "Cookie");
              response.end(TEXT);
            });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(ask(client, "/", "gzip").headers())
          .containsEntry("etag", "W/\"1\"")
          .containsEntry("vary", "Cookie, Accept-Encoding");
      assertThat(ask(client, "/", "identity").headers()).containsEntry("etag", "\"1\"");
    }
  }

  @ServerMatrix
  void compressesNothingWhenSwitchedOff(ServerVariant variant) throws Exception {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              if (path(request).equals("/gzip")) {
                response.gzip(9);
              }
              response.end(TEXT);
            });
    server.set(HttpSettings.HTTP_COMPRESSION, false);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      Reply plain = ask(client, "/", "gzip");
      assertThat(plain.text()).isEqualTo(TEXT);
      assertThat(plain.headers()).doesNotContainKeys("content-encoding", "vary");
      assertThat(decoded(ask(client, "/gzip", "br, gzip"), "gzip")).isEqualTo(TEXT);
      assertThat(ask(client, "/gzip", "br").text()).isEqualTo(TEXT);
    }
  }

  @ServerMatrix
  void compressesPieceByPieceWhenToldTo(ServerVariant variant) throws Exception {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              response.gzip();
              for (int i = 0; i < 20; i++) {
                response.write("event " + i + "\n");
              }
              response.end("end");
            });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      Reply reply = ask(client, "/", "gzip");
      assertThat(reply.headers()).containsEntry("transfer-encoding", "chunked");
      assertThat(decoded(reply, "gzip")).startsWith("event 0\nevent 1\n").endsWith("event 19\nend");
      assertThat(ask(client, "/", "br").text()).endsWith("event 19\nend");
    }
  }

  @ServerMatrix(transports = "nio")
  void compressesWhatTrailersFollow(ServerVariant variant) throws Exception {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              response.trailer("x-sum", "1");
              response.end(TEXT);
            });
    server.set(HttpSettings.OPEN_HTTP2_PROTOCOL, true);

    try (RunningServer running = RunningServer.start(server)) {
      Reply reply = ask(running.client(), "/", "gzip");
      assertThat(decoded(reply, "gzip")).isEqualTo(TEXT);
      assertThat(reply.trailers()).containsEntry("x-sum", "1");
      Http2Client.Reply other =
          Http2Client.on(running.client()).get(1, "/", "accept-encoding", "gzip").reply(1);
      assertThat(other.headers())
          .containsEntry("content-encoding", "gzip")
          .containsEntry("content-length", String.valueOf(other.body().length));
      assertThat(other.trailers()).containsEntry("x-sum", "1");
    }
  }

  /** What was too much for a client was compressed, what it gets in its place is not. */
  @ServerMatrix(transports = "nio")
  void namesNoCodingOfContentThatWasRefused(ServerVariant variant) {
    Queue<Response> waiting = new ConcurrentLinkedQueue<>();
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              response.detach();
              waiting.add(response);
            });
    server.set(Settings.SOCKET_BUFFER_SIZE, 64 * 1024);
    byte[] noise = new byte[100_000];
    new Random(7).nextBytes(noise);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n".repeat(3));
      await().atMost(Duration.ofSeconds(30)).until(() -> waiting.size() == 3);
      Response first = waiting.remove();
      Response second = waiting.remove();
      Response third = waiting.remove();

      assertThat(second.end("second")).isTrue();
      assertThat(third.end(noise)).isFalse();
      assertThat(third.write("short")).isTrue();
      assertThat(third.end()).isTrue();
      assertThat(first.end("first")).isTrue();

      assertThat(read(client).text()).isEqualTo("first");
      assertThat(read(client).text()).isEqualTo("second");
      Reply reply = read(client);
      assertThat(reply.text()).isEqualTo("short");
      assertThat(reply.headers()).doesNotContainKey("content-encoding");
    }
  }

  @ServerMatrix
  void refusesGzipTooLateAndWithFiles(ServerVariant variant) throws InterruptedException {
    LinkedBlockingQueue<String> refused = new LinkedBlockingQueue<>();
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              try {
                response.gzip(10);
              } catch (IllegalArgumentException e) {
                refused.add("level");
              }
              response.gzip();
              try {
                response.sendfile("/any");
              } catch (IllegalStateException e) {
                refused.add("file");
              }
              response.write("a");
              try {
                response.gzip();
              } catch (IllegalStateException e) {
                refused.add("late");
              }
              response.end("b");
            });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(ask(running.client(), "/", "identity").text()).isEqualTo("ab");
      for (String expected : List.of("level", "file", "late")) {
        assertThat(refused.poll(30, TimeUnit.SECONDS)).isEqualTo(expected);
      }
    }
  }

  private static byte[] post(String coding, byte[] body) {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: "
                + coding
                + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(ISO_8859_1));
    request.writeBytes(body);
    return request.toByteArray();
  }

  /** A server that tells what it has inflated, at most 64 KiB. */
  private static HttpServer inflating(ServerVariant variant) {
    HttpServer server =
        server(
            variant,
            (request, response) ->
                response.end(
                    request.post("a").orElse("")
                        + request.header("content-encoding").orElse("none")
                        + request.rawContent().length));
    server.set(HttpSettings.HTTP_BODY_DECOMPRESSION, true);
    server.set(Settings.PACKAGE_MAX_LENGTH, 64 * 1024);
    return server;
  }

  @ServerMatrix
  void inflatesBodiesUnderALimitOnWhatComesOut(ServerVariant variant) {
    HttpServer server = inflating(variant);

    try (RunningServer running = RunningServer.start(server)) {
      for (ContentCoding coding : ContentCoding.values()) {
        String token = coding.token();
        byte[] small = ContentEncoder.encode(coding, 5, "a=hello".getBytes(UTF_8));
        byte[] bomb = ContentEncoder.encode(coding, 5, new byte[1 << 20]);
        RawClient client = running.client();
        assertThat(read(client.send(post(token, small)), "POST").text()).isEqualTo("hellonone7");
        assertThat(read(client.sendSlices(post(token, small), 1), "POST").text())
            .isEqualTo("hellonone7");
        byte[] request = post(token, bomb);
        for (int size : new int[] {request.length, 512, 1}) {
          // Byte by byte only so far that its first bytes come like that.
          int slices = Math.min(request.length, size == 1 ? 300 : request.length);
          RawClient bomber = running.client();
          sendUntilClosed(bomber, Arrays.copyOf(request, slices), size);
          sendUntilClosed(bomber, Arrays.copyOfRange(request, slices, request.length));
          assertThat(read(bomber, "POST").status()).as(token + " " + size).isEqualTo(413);
          bomber.expectEof();
        }
        RawClient other = running.client();
        byte[] garbage = "garbage garbage".getBytes(UTF_8);
        assertThat(read(other.send(post(token, garbage)), "POST").status()).isEqualTo(400);
        other.expectEof();
      }
      RawClient client = running.client();
      assertThat(read(client.send(post("compress", new byte[3])), "POST").status()).isEqualTo(415);
      client.expectEof();
    }
  }

  @ServerMatrix(transports = "nio")
  void inflatesBodiesOfHttp2UnderTheSameLimit(ServerVariant variant) {
    HttpServer server = inflating(variant);
    server.set(HttpSettings.OPEN_HTTP2_PROTOCOL, true);
    byte[] small = ContentEncoder.encode(ContentCoding.GZIP, 5, "a=hello".getBytes(UTF_8));
    byte[] bomb = ContentEncoder.encode(ContentCoding.GZIP, 5, new byte[1 << 20]);
    byte[] garbage = "garbage garbage".getBytes(UTF_8);

    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());
      assertThat(post(client, 1, small).text()).isEqualTo("hellonone7");
      assertThat(post(client, 3, bomb).status()).isEqualTo(413);
      assertThat(post(client, 5, garbage).status()).isEqualTo(400);
      assertThat(post(client, 7, small).text()).isEqualTo("hellonone7");
    }
  }

  private static Http2Client.Reply post(Http2Client client, int streamId, byte[] gzipped) {
    return client
        .post(
            streamId,
            "/",
            "content-encoding",
            "gzip",
            "content-type",
            "application/x-www-form-urlencoded")
        .data(streamId, gzipped, true)
        .reply(streamId);
  }

  @ServerMatrix
  void leavesBodiesCompressedByDefault(ServerVariant variant) {
    HttpServer server =
        server(variant, (request, response) -> response.end(request.rawContent().length + ""));

    try (RunningServer running = RunningServer.start(server)) {
      byte[] bomb = ContentEncoder.encode(ContentCoding.GZIP, 5, new byte[1 << 20]);
      assertThat(read(running.client().send(post("gzip", bomb)), "POST").text())
          .isEqualTo(bomb.length + "");
    }
  }

  @Test
  void knowsTheSettingsByAllTheirNames() {
    HttpServer server = new HttpServer("127.0.0.1", 0);
    server.set("http_gzip_level", 9);
    server.set("http_compression_min_length", "1K");

    assertThat(server.setting())
        .containsEntry("http_compression_level", 9)
        .containsEntry("compression_min_length", 1024);
  }
}
