// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static io.swoole4j.http.HttpFixture.server;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.http.Http2Client.Frame;
import io.swoole4j.http.Http2Client.Reply;
import io.swoole4j.server.ServerMode;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same requests and responses over HTTP/2, to clients that know the server to speak it. */
class Http2Test {
  private final Journal journal = new Journal();

  @TempDir Path directory;

  /** A server that speaks HTTP/2 too. */
  static HttpServer http2(ServerVariant variant, RequestHandler handler) {
    HttpServer server = server(variant, handler);
    server.set(HttpSettings.OPEN_HTTP2_PROTOCOL, true);
    return server;
  }

  private static final ServerVariant ANY = new ServerVariant(ServerMode.PROCESS, "nio");

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @ServerMatrix
  void answersRequestsOfOneConnectionByTheirStreams(ServerVariant variant) {
    HttpServer server =
        http2(
            variant,
            (request, response) -> {
              response.header("x-stream", String.valueOf(request.streamId()));
              response.end(
                  request.server().get("request_method")
                      + " "
                      + request.server().get("request_uri")
                      + " "
                      + request.server().get("path_info")
                      + " "
                      + request.server().get("query_string")
                      + " "
                      + request.server().get("server_protocol")
                      + " "
                      + request.header("host").orElse("")
                      + " "
                      + new String(request.rawContent(), UTF_8));
            });
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());

      Reply first = client.post(1, "/a?b=c").data(1, "body".getBytes(UTF_8), true).reply(1);
      Reply second = client.get(3, "/x%20y").reply(3);

      assertThat(first.status()).isEqualTo(200);
      assertThat(first.text()).isEqualTo("POST /a /a b=c HTTP/2 localhost body");
      assertThat(first.headers())
          .containsEntry("x-stream", "1")
          .containsEntry("content-length", String.valueOf(first.body().length))
          .containsEntry("server", "swoole-http-server")
          .containsKey("date")
          .doesNotContainKeys("connection", "transfer-encoding");
      assertThat(second.text()).isEqualTo("GET /x%20y /x y null HTTP/2 localhost ");
      assertThat(second.headers()).containsEntry("x-stream", "3");
    }
  }

  @ServerMatrix
  void sendsLargeResponsesAsTheClientGrantsRoom(ServerVariant variant) {
    byte[] large = random(265_537);
    HttpServer server = http2(variant, (request, response) -> response.end(large));
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());

      Reply reply = client.get(1, "/").reply(1);

      assertThat(reply.body()).isEqualTo(large);
    }
  }

  @ServerMatrix
  void takesBodiesAcrossFramesAndStreams(ServerVariant variant) {
    HttpServer server = http2(variant, (request, response) -> response.end(request.rawContent()));
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());
      byte[] body = random(60_000);

      client.post(1, "/").post(3, "/");
      for (int at = 0; at < body.length; at += 10_000) {
        byte[] piece = Arrays.copyOfRange(body, at, at + 10_000);
        boolean last = at + 10_000 == body.length;
        client.data(1, piece, last).data(3, piece, last).windowUpdate(0, 1);
        // Both streams share the window of the connection.
        if (at == 20_000) {
          client.await(frame -> frame.type() == Http2Client.WINDOW_UPDATE && frame.streamId() == 0);
        }
      }
      Map<Integer, byte[]> bodies = new HashMap<>();
      byte[] all = new byte[0];
      bodies.put(1, all);
      bodies.put(3, all);
      int ended = 0;
      while (ended < 2) {
        Frame frame = client.read();
        if (frame.type() == Http2Client.DATA) {
          bodies.merge(frame.streamId(), frame.payload(), Http2Test::join);
          client.windowUpdate(0, Math.max(1, frame.payload().length));
          ended += frame.isLast() ? 1 : 0;
        }
      }
      assertThat(bodies.get(1)).isEqualTo(body);
      assertThat(bodies.get(3)).isEqualTo(body);
    }
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  @ServerMatrix
  void streamsWritesAndTrailersBehindThem(ServerVariant variant) {
    HttpServer server =
        http2(
            variant,
            (request, response) -> {
              response.trailer("grpc-status", "0");
              response.trailer("grpc-message", "ok");
              response.trailer("gone", "x");
              response.trailer("gone", null);
              response.write("one ");
              response.write("two ");
              response.end("three");
            });
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());

      for (int streamId = 1; streamId <= 3; streamId += 2) {
        Reply reply = client.get(streamId, "/").reply(streamId);

        assertThat(reply.text()).isEqualTo("one two three");
        assertThat(reply.headers()).doesNotContainKey("content-length");
        assertThat(reply.trailers())
            .containsExactlyInAnyOrderEntriesOf(Map.of("grpc-status", "0", "grpc-message", "ok"));
      }
    }
  }

  @ServerMatrix
  void sendsFilesAndPartsOfThem(ServerVariant variant) throws IOException {
    Path file = Files.write(directory.resolve("file"), random(300_000));
    Path empty = Files.createFile(directory.resolve("empty"));
    byte[] bytes = Files.readAllBytes(file);
    HttpServer server =
        http2(
            variant,
            (request, response) -> {
              switch (String.valueOf(request.server().get("path_info"))) {
                case "/part" -> response.sendfile(file.toString(), 100, 150_000);
                case "/rest" -> response.sendfile(file.toString(), 299_990, 0);
                case "/empty" -> response.sendfile(empty.toString());
                case "/trailer" -> {
                  response.trailer("x-sum", "1");
                  response.sendfile(file.toString());
                }
                case "/range" -> {
                  response.status(206);
                  response.header("Content-Range", "bytes 0-9/300000");
                  response.sendfile(file.toString(), 0, 10);
                }
                default -> response.sendfile(file.toString());
              }
            });
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());

      Reply whole = client.get(1, "/").reply(1);
      assertThat(whole.body()).isEqualTo(bytes);
      assertThat(whole.headers()).containsEntry("content-length", "300000");
      assertThat(whole.headers()).doesNotContainKey("content-range");
      assertThat(client.get(3, "/part").reply(3).body())
          .isEqualTo(Arrays.copyOfRange(bytes, 100, 150_100));
      assertThat(client.get(5, "/rest").reply(5).body())
          .isEqualTo(Arrays.copyOfRange(bytes, 299_990, 300_000));
      Reply none = client.get(7, "/empty").reply(7);
      assertThat(none.headers()).containsEntry("content-length", "0");
      assertThat(none.body()).isEmpty();
      Reply behind = client.get(9, "/trailer").reply(9);
      assertThat(behind.body()).isEqualTo(bytes);
      assertThat(behind.trailers()).containsEntry("x-sum", "1");
      Reply range = client.get(11, "/range").reply(11);
      assertThat(range.status()).isEqualTo(206);
      assertThat(range.headers()).containsEntry("content-range", "bytes 0-9/300000");
      assertThat(range.body()).isEqualTo(Arrays.copyOf(bytes, 10));
    }
  }

  @Test
  void answersHeadWithoutContent() {
    HttpServer server = http2(ANY, (request, response) -> response.end("content"));
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());

      client.frame(
          Http2Client.HEADERS,
          Http2Client.END_HEADERS | Http2Client.END_STREAM,
          1,
          client.request("HEAD", "/"));
      Reply reply = client.reply(1);

      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.headers()).containsEntry("content-length", "7");
      assertThat(reply.body()).isEmpty();
    }
  }

  @ServerMatrix
  void answersDetachedRequestsByTheirStreams(ServerVariant variant) {
    List<Integer> detached = Collections.synchronizedList(new ArrayList<>());
    HttpServer server =
        http2(
            variant,
            (request, response) -> {
              response.detach();
              detached.add(request.streamId());
              if (detached.size() == 2) {
                Server2.answer(journal, request.fd(), 3);
                Server2.answer(journal, request.fd(), 1);
              }
            });
    journal.server(server);
    server.set("worker_num", 1);
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());

      client.get(1, "/").get(3, "/");
      Frame first = client.awaitType(Http2Client.DATA);
      Frame second = client.awaitType(Http2Client.DATA);

      assertThat(first.streamId()).isEqualTo(3);
      assertThat(new String(first.payload(), UTF_8)).isEqualTo("stream 3");
      assertThat(second.streamId()).isEqualTo(1);
    }
  }

  /** Answers from elsewhere. */
  private static final class Server2 {
    static void answer(Journal journal, long fd, int streamId) {
      Response response = Response.create(journal.server(), fd, streamId).orElseThrow();
      assertThat(Response.create(journal.server(), fd, streamId)).isEmpty();
      response.end("stream " + streamId);
    }
  }

  @ServerMatrix
  void letsOtherStreamsPassOneThatIsNotRead(ServerVariant variant) {
    HttpServer server =
        http2(
            variant,
            (request, response) ->
                response.end(
                    new byte[request.server().get("path_info").equals("/big") ? 200_000 : 9]));
    try (RunningServer running = RunningServer.start(server)) {
      // The connection's window is wide, that of each stream is not.
      Http2Client client =
          Http2Client.on(running.client(), Http2Client.INITIAL_WINDOW_SIZE, 10)
              .windowUpdate(0, 1 << 20);

      client.get(1, "/big");
      client.await(frame -> frame.streamId() == 1 && frame.type() == Http2Client.DATA);
      client.get(3, "/small");
      Frame small =
          client.await(frame -> frame.streamId() == 3 && frame.type() == Http2Client.DATA);

      assertThat(small.payload()).hasSize(9);
      client.windowUpdate(1, 1 << 20);
      int rest = 200_000 - 10;
      while (rest > 0) {
        rest -= client.awaitType(Http2Client.DATA).payload().length;
      }
    }
  }

  @Test
  void joinsCookiesThatComeInCrumbs() {
    HttpServer server =
        http2(
            ANY,
            (request, response) -> response.end(new java.util.TreeMap<>(request.cookie()) + ""));
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());

      Reply reply = client.get(1, "/", "cookie", "a=1", "cookie", "b=2; c=3").reply(1);

      assertThat(reply.text()).isEqualTo("{a=1, b=2, c=3}");
    }
  }

  @Test
  void stillSpeaksHttp1OnThePort() {
    HttpServer server = http2(ANY, (request, response) -> response.end("one"));
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      // A beginning that both protocols have in common.
      client.send("P");
      client.send("OST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
      assertThat(HttpFixture.read(client).text()).isEqualTo("one");
      assertThat(HttpFixture.get(client, "/").text()).isEqualTo("one");
    }
  }
}
