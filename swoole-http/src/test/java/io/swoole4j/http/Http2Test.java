// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static io.swoole4j.http.HttpFixture.server;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.swoole4j.http.Http2Client.Frame;
import io.swoole4j.http.Http2Client.Reply;
import io.swoole4j.server.Event;
import io.swoole4j.server.ServerMode;
import io.swoole4j.testing.ExpectErrors;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import io.swoole4j.timer.Timer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
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
              response.header("Content-Length", 3);
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
  void tellsTheLengthOfAWholeResponseWithTrailers() {
    HttpServer server =
        http2(
            ANY,
            (request, response) -> {
              response.header("Content-Type", "application/srpc");
              assertThat(response.header("Trailer", "srpc-status, srpc-message")).isTrue();
              response.trailer("srpc-status", "0");
              response.trailer("srpc-message", "");
              response.end("x".repeat(32));
            });
    try (RunningServer running = RunningServer.start(server)) {
      Reply reply = Http2Client.on(running.client()).get(1, "/").reply(1);

      assertThat(reply.headers())
          .containsEntry("content-type", "application/srpc")
          .containsEntry("trailer", "srpc-status, srpc-message")
          .containsEntry("content-length", "32");
      assertThat(reply.body()).hasSize(32);
      assertThat(reply.trailers())
          .containsOnly(Map.entry("srpc-status", "0"), Map.entry("srpc-message", ""));
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
                answerFromElsewhere(request.fd(), 3);
                answerFromElsewhere(request.fd(), 1);
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

  @ServerMatrix(modes = ServerMode.PROCESS)
  void lateAnswersAreWaitedForAtShutdown(ServerVariant variant) {
    HttpServer server =
        http2(
            variant,
            (request, response) -> {
              response.detach();
              Timer.after(200, () -> response.end("late"));
              journal.server().shutdown();
            });
    journal.server(server);
    server.set("max_wait_time", 60);
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());

      client.get(1, "/");

      Frame data = client.awaitType(Http2Client.DATA);
      assertThat(new String(data.payload(), UTF_8)).isEqualTo("late");
      running.awaitTerminated();
    }
  }

  /** With the numbers alone, as a task would. */
  private void answerFromElsewhere(long fd, int streamId) {
    Response response = Response.create(journal.server(), fd, streamId).orElseThrow();
    assertThat(Response.create(journal.server(), fd, streamId)).isEmpty();
    response.end("stream " + streamId);
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

  @ServerMatrix(transports = "nio")
  void joinsCookiesThatComeInCrumbs(ServerVariant variant) {
    HttpServer server =
        http2(
            variant,
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

  @ServerMatrix
  void piecesArriveAsTheyAreWritten(ServerVariant variant) throws Exception {
    BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    HttpServer server =
        http2(
            variant,
            (request, response) -> {
              response.write("one");
              response.detach();
              new Thread(
                      () -> {
                        response.write(poll(lines));
                        response.end(poll(lines).equals("end") ? "" : "three");
                      })
                  .start();
            });
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());

      client.get(1, "/");
      assertThat(payload(client)).isEqualTo("one");
      lines.add("two");
      assertThat(payload(client)).isEqualTo("two");
      lines.add("three");
      Frame last = client.awaitType(Http2Client.DATA);

      assertThat(new String(last.payload(), UTF_8)).isEqualTo("three");
      assertThat(last.isLast()).isTrue();
    }
  }

  private static String payload(Http2Client client) {
    return new String(client.awaitType(Http2Client.DATA).payload(), UTF_8);
  }

  private static String poll(BlockingQueue<String> lines) {
    try {
      return Objects.requireNonNull(lines.poll(30, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void goAwayHasTheLastStreamAndEndsTheConnectionBehindTheAnswer() {
    HttpServer server =
        http2(
            ANY,
            (request, response) -> {
              if (request.streamId() == 3) {
                response.goaway(0, "NO_ERROR");
              }
              response.end("ok");
            });
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());
      client.get(1, "/").reply(1);

      Frame farewell = client.get(3, "/").awaitType(Http2Client.GOAWAY);

      assertThat(farewell.number(0)).isEqualTo(3);
      assertThat(farewell.number(4)).isEqualTo(0);
      assertThat(Http2Client.debug(farewell)).isEqualTo("NO_ERROR");
      assertThat(client.reply(3).text()).isEqualTo("ok");
      client.raw().readUntilEof();
    }
  }

  @Test
  void pingsTheClientBesideTheResponse() {
    HttpServer server =
        http2(
            ANY,
            (request, response) -> {
              assertThat(response.ping("123456789")).isFalse();
              assertThat(response.ping("12345678")).isTrue();
              assertThat(response.ping()).isTrue();
              response.end("ok");
            });
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client()).get(1, "/");

      Frame first = client.awaitType(Http2Client.PING);
      Frame second = client.awaitType(Http2Client.PING);

      assertThat(new String(first.payload(), UTF_8)).isEqualTo("12345678");
      assertThat(second.payload()).isEqualTo(new byte[8]);
      assertThat(client.reply(1).text()).isEqualTo("ok");
    }
  }

  @Test
  void hasNoFramesToSendOverHttp1() {
    HttpServer[] made = {null};
    HttpServer server =
        http2(
            ANY,
            (request, response) ->
                response.end(
                    response.ping()
                        + " "
                        + response.goaway()
                        + " "
                        + made[0].getLastError()
                        + " "
                        + response.streamId()));
    made[0] = server;
    try (RunningServer running = RunningServer.start(server)) {
      assertThat(HttpFixture.get(running.client(), "/").text()).isEqualTo("false false 507 0");
    }
  }

  @ServerMatrix(transports = "nio")
  void compressesAsHttp1Does(ServerVariant variant) throws IOException {
    HttpServer server =
        http2(
            variant,
            (request, response) -> {
              String type = String.valueOf(request.server().get("path_info")).substring(1);
              response.header("Content-Type", "text/" + type);
              response.end("compress me ".repeat(100));
            });
    server.set(HttpSettings.HTTP_COMPRESSION_TYPES, List.of("text/html", "text/json"));
    HttpServer off =
        http2(variant, (request, response) -> response.end("compress me ".repeat(100)));
    off.set(HttpSettings.HTTP_COMPRESSION, false);
    try (RunningServer running = RunningServer.start(off)) {
      Http2Client client = Http2Client.on(running.client());
      Reply never = client.get(1, "/", "accept-encoding", "gzip").reply(1);
      assertThat(never.headers()).doesNotContainKey("content-encoding");
      assertThat(never.body()).hasSize(1200);
    }
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());

      Reply html = client.get(1, "/html", "accept-encoding", "gzip").reply(1);
      Reply json = client.get(7, "/json", "accept-encoding", "gzip").reply(7);
      Reply raw = client.get(9, "/raw", "accept-encoding", "gzip").reply(9);
      Reply plain = client.get(11, "/json").reply(11);

      assertThat(html.headers())
          .containsEntry("content-encoding", "gzip")
          .containsEntry("content-length", String.valueOf(html.body().length));
      assertThat(new GZIPInputStream(new ByteArrayInputStream(html.body())).readAllBytes())
          .hasSize(1200);
      assertThat(json.headers()).containsEntry("content-encoding", "gzip");
      assertThat(raw.headers()).doesNotContainKey("content-encoding");
      assertThat(raw.body()).hasSize(1200);
      assertThat(plain.body()).hasSize(1200);
    }
  }

  @ServerMatrix
  void refusesAndLetsWaitAsHttp1Does(ServerVariant variant) {
    List<Response> waiting = Collections.synchronizedList(new ArrayList<>());
    HttpServer server =
        http2(
            variant,
            (request, response) -> {
              response.detach();
              waiting.add(response);
            });
    server.set("worker_num", 1);
    server.set(HttpSettings.MAX_CONCURRENCY, 6);
    server.set(HttpSettings.WORKER_MAX_CONCURRENCY, 4);
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());
      for (int i = 1; i < 17; i += 2) {
        client.get(i, "/");
      }

      // The seventh and the eighth.
      assertThat(client.reply(13).status()).isEqualTo(503);
      assertThat(client.reply(15).status()).isEqualTo(503);
      await().until(() -> waiting.size() == 4);
      assertThat(server.stats().get("concurrency")).isEqualTo(6);
      waiting.forEach(response -> response.end("ok"));
      await().until(() -> waiting.size() == 6);
      waiting.subList(4, 6).forEach(response -> response.end("ok"));
      for (int i = 0; i < 6; i++) {
        assertThat(payload(client)).isEqualTo("ok");
      }
    }
  }

  @ServerMatrix(transports = "nio")
  void setsCookiesOfManyStreams(ServerVariant variant) {
    HttpServer server =
        http2(
            variant,
            (request, response) -> {
              request.cookie().forEach(response::cookie);
              response.end();
            });
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());
      for (int streamId = 1; streamId < 9; streamId += 2) {
        List<String> crumbs = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
          crumbs.add("cookie");
          crumbs.add("c" + i + "=" + streamId + "-" + i);
        }
        Reply reply = client.get(streamId, "/", crumbs.toArray(new String[0])).reply(streamId);

        String[] set = reply.headers().get("set-cookie").split("\n");
        assertThat(set).hasSize(32);
        assertThat(set[31]).startsWith("c31=" + streamId + "-31;");
      }
    }
  }

  @Test
  void knowsTheAddressesOfTheConnection() {
    HttpServer server =
        http2(
            ANY,
            (request, response) ->
                response.end(
                    request.server().get("server_addr")
                        + " "
                        + request.server().get("server_port")
                        + " "
                        + request.server().get("remote_addr")));
    try (RunningServer running = RunningServer.start(server)) {
      assertThat(Http2Client.on(running.client()).get(1, "/").reply(1).text())
          .isEqualTo("127.0.0.1 " + running.port() + " 127.0.0.1");
    }
  }

  @ServerMatrix
  void outlivesAClientThatLeavesWithinAFile(ServerVariant variant) throws IOException {
    Path file = Files.write(directory.resolve("large"), new byte[2_000_000]);
    HttpServer server =
        http2(
            variant,
            (request, response) -> {
              if (request.server().get("path_info").equals("/file")) {
                journal.add(String.valueOf(response.sendfile(file.toString())));
              } else {
                response.end("ok");
              }
            });
    try (RunningServer running = RunningServer.start(server)) {
      RawClient leaving = running.client();
      Http2Client.on(leaving).get(1, "/file").awaitType(Http2Client.DATA);
      leaving.close();
      Http2Client resetting = Http2Client.on(running.client());
      resetting.get(1, "/file").awaitType(Http2Client.DATA);
      resetting.reset(1);

      journal.waitFor("true", 2);
      assertThat(resetting.get(3, "/").reply(3).text()).isEqualTo("ok");
      assertThat(Http2Client.on(running.client()).get(1, "/").reply(1).text()).isEqualTo("ok");
      // Its descriptor is free again.
      await().until(() -> !isOpen(file));
    }
  }

  private static boolean isOpen(Path file) throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    if (!Files.exists(descriptors)) {
      return false;
    }
    try (Stream<Path> all = Files.list(descriptors)) {
      return all.anyMatch(entry -> leadsTo(entry, file));
    }
  }

  private static boolean leadsTo(Path entry, Path file) {
    try {
      return Files.readSymbolicLink(entry).equals(file);
    } catch (IOException e) {
      // Closed meanwhile.
      return false;
    }
  }

  @Test
  @ExpectErrors("handler of request threw")
  void resetsWhatAHandlerCouldNotEnd() {
    HttpServer server =
        http2(
            ANY,
            (request, response) -> {
              switch (String.valueOf(request.server().get("path_info"))) {
                case "/throw" -> throw new IllegalStateException("expected");
                case "/half" -> {
                  response.write("half");
                  throw new IllegalStateException("expected");
                }
                case "/error" -> throw new AssertionError("expected");
                default -> response.end("ok");
              }
            });
    server.on(Event.WORKER_ERROR, (s, id, pid, code, signal) -> journal.add("error " + signal));
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());

      assertThat(client.get(1, "/throw").reply(1).status()).isEqualTo(500);
      Reply half = client.get(3, "/half").reply(3);
      assertThat(half.text()).isEqualTo("half");
      assertThat(half.resetCode()).isEqualTo(2);
      client.get(5, "/error");
      journal.waitFor("error 0");
      assertThat(client.get(7, "/").reply(7).text()).isEqualTo("ok");
      assertThat(Http2Client.on(running.client()).get(1, "/").reply(1).text()).isEqualTo("ok");
    }
  }

  @Test
  void asksForBodiesThatWaitForThat() {
    HttpServer server = http2(ANY, (request, response) -> response.end(request.rawContent()));
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());

      client.post(1, "/", "expect", "100-continue");
      Frame head = client.awaitType(Http2Client.HEADERS);
      assertThat(client.decode(head)).containsEntry(":status", "100");
      assertThat(head.isLast()).isFalse();
      client.data(1, "body".getBytes(UTF_8), true);

      assertThat(client.reply(1).text()).isEqualTo("body");
      assertThat(client.post(3, "/", "expect", "wonders").reply(3).status()).isEqualTo(417);
      String[] both = {"expect", "100-continue", "expect", "wonders"};
      assertThat(client.post(5, "/", both).reply(5).status()).isEqualTo(417);
    }
  }

  @Test
  void takesLargeUploadsAsTheyArrive() throws IOException {
    HttpServer server =
        http2(
            ANY,
            (request, response) ->
                response.end(String.valueOf(request.file("f").orElseThrow().size())));
    server.set(HttpSettings.UPLOAD_MAX_FILESIZE, 10_000_000);
    server.set(HttpSettings.UPLOAD_TMP_DIR, directory.toString());
    server.set("package_max_length", 100_000);
    ClientProgram.assume("curl");
    Path file = Files.write(directory.resolve("upload"), new byte[3_000_000]);
    try (RunningServer running = RunningServer.start(server)) {
      String answer =
          ClientProgram.run(
              List.of(
                  "curl",
                  "-sS",
                  "--http2-prior-knowledge",
                  "-F",
                  "f=@" + file,
                  "http://127.0.0.1:" + running.port() + "/"));

      assertThat(answer).isEqualTo("3000000");
    }
  }

  @Test
  void servesStaticFiles() throws IOException {
    Files.write(directory.resolve("\u00fc.own"), random(70_000));
    Files.createFile(directory.resolve("empty.txt"));
    HttpServer server = http2(ANY, (request, response) -> response.end("handler"));
    server.set(HttpSettings.ENABLE_STATIC_HANDLER, true);
    server.set(HttpSettings.DOCUMENT_ROOT, directory.toString());
    server.mimeTypes().set("own", "application/own");
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());

      Reply own = client.get(1, "/%C3%BC.own").reply(1);
      Reply part = client.get(3, "/%C3%BC.own", "range", "bytes=10-19").reply(3);
      Reply empty = client.get(5, "/empty.txt").reply(5);

      assertThat(own.body()).isEqualTo(random(70_000));
      assertThat(own.headers()).containsEntry("content-type", "application/own");
      assertThat(part.status()).isEqualTo(206);
      assertThat(part.body()).isEqualTo(Arrays.copyOfRange(random(70_000), 10, 20));
      assertThat(empty.status()).isEqualTo(200);
      assertThat(empty.body()).isEmpty();
      assertThat(client.get(7, "/other").reply(7).text()).isEqualTo("handler");
    }
  }

  /** The settings of a frame by their numbers in RFC 9113, 6.5.2. */
  private static Map<Integer, Integer> settings(Frame frame) {
    assertThat(frame.type()).isEqualTo(Http2Client.SETTINGS);
    assertThat(frame.flags()).isZero();
    Map<Integer, Integer> settings = new HashMap<>();
    ByteBuffer payload = ByteBuffer.wrap(frame.payload());
    while (payload.hasRemaining()) {
      settings.put((int) payload.getShort(), payload.getInt());
    }
    return settings;
  }

  @Test
  void tellsItsClientsWhatTheyMaySend() {
    HttpServer server =
        http2(ANY, (request, response) -> response.end(request.rawContent().length + ""));
    server
        .set(HttpSettings.HTTP2_HEADER_TABLE_SIZE, 8192)
        .set(HttpSettings.HTTP2_INIT_WINDOW_SIZE, 1 << 20)
        .set(HttpSettings.HTTP2_MAX_FRAME_SIZE, 32 * 1024)
        .set(HttpSettings.HTTP2_MAX_HEADER_LIST_SIZE, 2000);
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());

      assertThat(settings(client.read()))
          .containsEntry(1, 8192)
          .containsEntry(4, 1 << 20)
          .containsEntry(5, 32 * 1024)
          .containsEntry(6, 2000)
          .doesNotContainEntry(2, 1);
      Frame wider = client.awaitType(Http2Client.WINDOW_UPDATE);
      assertThat(wider.streamId()).isZero();
      assertThat(wider.number(0)).isEqualTo((1 << 20) - 65_535);

      // They hold: long frames, ahead of what is granted by default, and fields up to the limit.
      client.frame(Http2Client.SETTINGS, Http2Client.ACK, 0, new byte[0]).post(1, "/");
      for (int i = 0; i < 10; i++) {
        client.data(1, new byte[30_000], i == 9);
      }
      assertThat(client.reply(1).text()).isEqualTo("300000");
      assertThat(client.get(3, "/", "x", "y".repeat(1700)).reply(3).status()).isEqualTo(200);
      assertThat(client.get(5, "/", "x", "y".repeat(1900)).reply(5).status()).isEqualTo(431);
      assertThat(client.get(7, "/").reply(7).status()).isEqualTo(200);
    }
  }

  @Test
  void tellsItsClientsTheDefaults() {
    HttpServer server = http2(ANY, (request, response) -> response.end());
    try (RunningServer running = RunningServer.start(server)) {
      assertThat(settings(Http2Client.on(running.client()).read()))
          .containsEntry(1, 4096)
          .containsEntry(4, 65_535)
          .containsEntry(5, 16_384)
          .containsEntry(6, 12 * 1024)
          .doesNotContainEntry(2, 1);
    }
  }

  @Test
  void doesNotStartWhereItShouldAllowPush() {
    HttpServer server = http2(ANY, (request, response) -> response.end());
    server.set(HttpSettings.HTTP2_ENABLE_PUSH, true);

    assertThatIllegalStateException()
        .isThrownBy(server::startAsync)
        .withMessage(
            "http2_enable_push: true (expected: false, a server only allows it to itself)");
  }
}
