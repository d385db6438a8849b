// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static io.swoole4j.http.Http2Test.http2;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.http.Http2Client.Frame;
import io.swoole4j.http.Http2Client.Reply;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.ServerPort;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerVariant;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of HTTP/2 may not do, and what becomes of those that do it. */
class Http2GuardsTest {
  private static final int NO_ERROR = 0;
  private static final int PROTOCOL_ERROR = 1;
  private static final int INTERNAL_ERROR = 2;
  private static final int REFUSED_STREAM = 7;
  private static final int CANCEL = 8;
  private static final int ENHANCE_YOUR_CALM = 11;

  @TempDir private Path root;
  private final AtomicInteger handled = new AtomicInteger();

  private HttpServer counting(ServerMode mode) {
    return http2(
        new ServerVariant(mode, "nio"),
        (request, response) -> {
          handled.incrementAndGet();
          response.end("ok");
        });
  }

  /** A server that is asked by somebody else still answers. */
  private static void othersAreServed(RunningServer running) {
    assertThat(Http2Client.on(running.client()).get(1, "/").reply(1).text()).isEqualTo("ok");
  }

  /** Sends a flood, which the server may cut short, and awaits what it says to that. */
  private static int goAwayAfter(Http2Client client, byte[] flood) {
    try {
      client.raw().send(flood);
    } catch (RuntimeException e) {
      // It reads no more.
    }
    return client.awaitType(Http2Client.GOAWAY).number(4);
  }

  private static byte[] times(int count, byte[] frame) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      all.writeBytes(frame);
    }
    return all.toByteArray();
  }

  @ParameterizedTest
  @EnumSource
  void rapidResetEndsTheConnectionAndCancelsWhatWaits(ServerMode mode) throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    HttpServer server =
        http2(
            new ServerVariant(mode, "nio"),
            (request, response) -> {
              handled.incrementAndGet();
              if (mode == ServerMode.PROCESS
                  && request.server().get("path_info").equals("/block")) {
                release.await(30, TimeUnit.SECONDS);
              }
              response.end("ok");
            });
    server.set(Settings.WORKER_NUM, 1);
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());
      ByteArrayOutputStream flood = new ByteArrayOutputStream();
      flood.writeBytes(frame(Http2Client.HEADERS, 5, 1, client.request("GET", "/block")));
      for (int i = 3; i < 2003; i += 2) {
        flood.writeBytes(frame(Http2Client.HEADERS, 5, i, client.request("GET", "/")));
        flood.writeBytes(frame(Http2Client.RST_STREAM, 0, i, Http2Client.number(CANCEL)));
      }

      int code = goAwayAfter(client, flood.toByteArray());
      release.countDown();

      assertThat(code).isEqualTo(ENHANCE_YOUR_CALM);
      othersAreServed(running);
      // In BASE mode those are handled whose cancellation was not read together with them.
      assertThat(handled.get()).isLessThanOrEqualTo(mode == ServerMode.PROCESS ? 2 : 30);
      await().until(() -> server.stats().get("concurrency").equals(0));
    }
  }

  private static byte[] frame(int type, int flags, int streamId, byte[] payload) {
    return Http2Client.bytes(type, flags, streamId, payload);
  }

  @ParameterizedTest
  @EnumSource
  void bogusWindowUpdatesThatMakeTheServerResetEndTheConnection(ServerMode mode) {
    try (RunningServer running = RunningServer.start(counting(mode))) {
      Http2Client client = Http2Client.on(running.client(), Http2Client.INITIAL_WINDOW_SIZE, 0);
      ByteArrayOutputStream flood = new ByteArrayOutputStream();
      for (int i = 1; i < 2001; i += 2) {
        flood.writeBytes(frame(Http2Client.HEADERS, 5, i, client.request("GET", "/")));
        flood.writeBytes(frame(Http2Client.WINDOW_UPDATE, 0, i, Http2Client.number(0)));
      }

      assertThat(goAwayAfter(client, flood.toByteArray())).isEqualTo(ENHANCE_YOUR_CALM);
      othersAreServed(running);
    }
  }

  @ParameterizedTest
  @EnumSource
  void otherFramesThatMakeTheServerResetEndTheConnectionToo(ServerMode mode) {
    try (RunningServer running = RunningServer.start(counting(mode))) {
      for (int kind = 0; kind < 4; kind++) {
        Http2Client client = Http2Client.on(running.client(), Http2Client.INITIAL_WINDOW_SIZE, 0);
        ByteArrayOutputStream flood = new ByteArrayOutputStream();
        for (int i = 1; i < 1001; i += 2) {
          flood.writeBytes(frame(Http2Client.HEADERS, 5, i, client.request("GET", "/")));
          flood.writeBytes(
              switch (kind) {
                case 0 -> frame(Http2Client.DATA, 0, i, new byte[1]);
                case 1 -> frame(Http2Client.HEADERS, 5, i, client.request("GET", "/"));
                case 2 -> frame(Http2Client.PRIORITY, 0, i, dependsOn(i));
                default ->
                    times(
                        2, frame(Http2Client.WINDOW_UPDATE, 0, i, Http2Client.number(0x7fffffff)));
              });
        }

        assertThat(goAwayAfter(client, flood.toByteArray()))
            .as("kind " + kind)
            .isEqualTo(ENHANCE_YOUR_CALM);
      }
      othersAreServed(running);
    }
  }

  private static byte[] dependsOn(int streamId) {
    byte[] payload = new byte[5];
    System.arraycopy(Http2Client.number(streamId), 0, payload, 0, 4);
    return payload;
  }

  @ParameterizedTest
  @EnumSource
  void floodsOfControlFramesEndTheConnection(ServerMode mode) {
    try (RunningServer running = RunningServer.start(counting(mode))) {
      byte[] ping = frame(Http2Client.PING, 0, 0, new byte[8]);
      byte[] settings = frame(Http2Client.SETTINGS, 0, 0, new byte[0]);
      byte[] acknowledged = frame(Http2Client.SETTINGS, Http2Client.ACK, 0, new byte[0]);
      byte[] priority = frame(Http2Client.PRIORITY, 0, 1, new byte[] {0, 0, 0, 3, 1});

      for (byte[] each : new byte[][] {ping, settings, acknowledged, priority}) {
        Http2Client client = Http2Client.on(running.client());
        assertThat(goAwayAfter(client, times(3000, each))).isEqualTo(ENHANCE_YOUR_CALM);
      }
      othersAreServed(running);
    }
  }

  @ParameterizedTest
  @EnumSource
  void floodsOfEmptyFramesEndTheConnection(ServerMode mode) {
    try (RunningServer running = RunningServer.start(counting(mode))) {
      Http2Client data = Http2Client.on(running.client());
      data.post(1, "/");
      assertThat(goAwayAfter(data, times(100, frame(Http2Client.DATA, 0, 1, new byte[0]))))
          .isEqualTo(ENHANCE_YOUR_CALM);

      Http2Client empty = Http2Client.on(running.client());
      empty.frame(Http2Client.HEADERS, 0, 1, empty.request("GET", "/"));
      assertThat(goAwayAfter(empty, times(100, frame(Http2Client.CONTINUATION, 0, 1, new byte[0]))))
          .isEqualTo(ENHANCE_YOUR_CALM);

      Http2Client small = Http2Client.on(running.client());
      small.frame(Http2Client.HEADERS, 0, 1, small.request("GET", "/"));
      byte[] field = {0, 1, 'a', 1, 'b'};
      assertThat(goAwayAfter(small, times(20_000, frame(Http2Client.CONTINUATION, 0, 1, field))))
          .isEqualTo(ENHANCE_YOUR_CALM);
      othersAreServed(running);
      assertThat(handled.get()).isEqualTo(1);
    }
  }

  @Test
  void largeFieldsAreRefused() {
    HttpServer server = counting(ServerMode.PROCESS);
    server.set(HttpSettings.HTTP2_MAX_HEADERS, 20);
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());

      assertThat(client.get(1, "/", "x", "y".repeat(8000)).reply(1).status()).isEqualTo(200);
      assertThat(client.get(3, "/", "x", "y".repeat(8200)).reply(3).status()).isEqualTo(431);
      assertThat(client.get(5, "/" + "y".repeat(12_500)).reply(5).status()).isEqualTo(431);
      String[] many = new String[40];
      for (int i = 0; i < 40; i += 2) {
        many[i] = "x" + i;
        many[i + 1] = "y";
      }
      assertThat(client.get(7, "/", many).reply(7).status()).isEqualTo(431);
      assertThat(client.get(9, "/").reply(9).status()).isEqualTo(200);
      assertThat(handled.get()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesFieldsThatGrowOutOfATable(ServerMode mode) {
    try (RunningServer running = RunningServer.start(counting(mode))) {
      // Nothing that waits for room may hold them.
      Http2Client client = Http2Client.on(running.client(), Http2Client.INITIAL_WINDOW_SIZE, 0);
      byte[] reference = {(byte) 0xbe};
      for (int streamId = 1; streamId < 40; streamId += 2) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(client.request("GET", "/"));
        // One large field put into the table, and hundreds of references to it.
        block.writeBytes(client.fields("bomb", "b".repeat(3000)));
        block.writeBytes(times(500, reference));

        client.frame(Http2Client.HEADERS, 5, streamId, block.toByteArray());

        assertThat(client.reply(streamId).status()).isEqualTo(431);
      }
      assertThat(handled).hasValue(0);
      othersAreServed(running);
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesStreamsAboveTheLimitFromTheFirstOn(ServerMode mode) {
    HttpServer server =
        http2(
            new ServerVariant(mode, "nio"),
            (request, response) -> {
              handled.incrementAndGet();
              response.detach();
            });
    server.set(HttpSettings.HTTP2_MAX_CONCURRENT_STREAMS, 4);
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.without(running.client());
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(Http2Client.preface());
      for (int i = 1; i < 17; i += 2) {
        all.writeBytes(frame(Http2Client.HEADERS, 5, i, client.request("GET", "/")));
      }
      client.raw().send(all.toByteArray());

      for (int i = 9; i < 17; i += 2) {
        Frame refused = client.awaitType(Http2Client.RST_STREAM);
        assertThat(refused.streamId()).isEqualTo(i);
        assertThat(refused.number(0)).isEqualTo(REFUSED_STREAM);
      }
      await().until(() -> handled.get() == 4);

      // Whoever does not listen to that is not listened to either.
      ByteArrayOutputStream flood = new ByteArrayOutputStream();
      for (int i = 17; i < 1017; i += 2) {
        flood.writeBytes(frame(Http2Client.HEADERS, 5, i, client.request("GET", "/")));
      }
      assertThat(goAwayAfter(client, flood.toByteArray())).isEqualTo(ENHANCE_YOUR_CALM);
      assertThat(handled.get()).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesBodiesAboveTheLimit(ServerMode mode) {
    HttpServer server = counting(mode);
    server.set(Settings.PACKAGE_MAX_LENGTH, 100_000);
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());

      // Announced, then not announced, then an impossible length.
      Reply announced = client.post(1, "/", "content-length", "200000").reply(1);
      client.post(3, "/");
      for (int i = 0; i < 3; i++) {
        client.data(3, new byte[16_000], false);
      }
      client.await(frame -> frame.type() == Http2Client.WINDOW_UPDATE && frame.streamId() == 0);
      for (int i = 0; i < 4; i++) {
        client.data(3, new byte[16_000], false);
      }
      Reply arrived = client.reply(3);
      Reply negative = client.post(5, "/", "content-length", "-1").reply(5);

      assertThat(announced.status()).isEqualTo(413);
      assertThat(arrived.status()).isEqualTo(413);
      assertThat(negative.status()).isEqualTo(413);
      assertThat(client.get(7, "/").reply(7).text()).isEqualTo("ok");
      assertThat(handled.get()).isEqualTo(1);
    }
  }

  @Test
  void resetsMalformedRequests() {
    try (RunningServer running = RunningServer.start(counting(ServerMode.BASE))) {
      Http2Client client = Http2Client.on(running.client());
      String[][] malformed = {
        {":method", "GET", ":scheme", "http", ":path", "/"},
        {":method", "GET", ":scheme", "http", ":path", "x", ":authority", "a"},
        {":method", "GET", ":scheme", "http", ":path", "/a b", ":authority", "a"},
        {":method", "GET", ":scheme", "http", ":path", "/#x", ":authority", "a"},
        {":method", "GET", ":scheme", "http", ":path", "/\u00e4", ":authority", "a"},
        {":method", "G T", ":scheme", "http", ":path", "/", ":authority", "a"},
        {":method", "GET", ":scheme", "ftp", ":path", "/", ":authority", "a"},
        {":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a b"},
        {":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a", "host", "b"},
        {":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a", "x", "a\r\nb: c"},
        {":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a", "x", "a\0b"},
        {":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a", "te", "gzip"},
        {":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a", "upgrade", "x"},
        {":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a", "X", "y"},
        {":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a", "x y", "z"},
        {":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a", "x:", "y"},
        {":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a", "x\r\ny", "z"},
        {":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a", "x\0", "y"},
        {":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a", "\u00e4", "y"},
      };

      int streamId = 1;
      for (String[] fields : malformed) {
        client.frame(Http2Client.HEADERS, 5, streamId, client.fields(fields));
        Reply reply = client.reply(streamId);
        assertThat(reply.resetCode()).as(String.join(" ", fields)).isEqualTo(PROTOCOL_ERROR);
        streamId += 2;
      }
      for (String name : new String[] {":path", "x y"}) {
        client.post(streamId, "/").data(streamId, new byte[1], false);
        client.frame(Http2Client.HEADERS, 5, streamId, client.fields(name, "/"));
        assertThat(client.reply(streamId).resetCode()).as(name).isEqualTo(PROTOCOL_ERROR);
        streamId += 2;
      }
      assertThat(client.get(streamId, "/").reply(streamId).text()).isEqualTo("ok");
      assertThat(handled.get()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void boundsWhatWaitsForAStreamThatIsNotRead(ServerMode mode) {
    AtomicInteger accepted = new AtomicInteger();
    AtomicInteger error = new AtomicInteger();
    HttpServer[] made = {null};
    HttpServer server =
        http2(
            new ServerVariant(mode, "nio"),
            (request, response) -> {
              if (request.server().get("path_info").equals("/push")) {
                while (accepted.get() < 1000 && response.write(new byte[10_000])) {
                  accepted.incrementAndGet();
                }
                error.set(made[0].getLastError());
                assertThat(response.isWritable()).isTrue();
              } else {
                response.end("ok");
              }
            });
    made[0] = server;
    server.set(Settings.SOCKET_BUFFER_SIZE, 100_000);
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client(), Http2Client.INITIAL_WINDOW_SIZE, 0);

      client.get(1, "/push");

      // What could not be sent whole is given up.
      assertThat(client.awaitType(Http2Client.RST_STREAM).streamId()).isEqualTo(1);
      assertThat(accepted.get()).isEqualTo(10);
      assertThat(error.get()).isEqualTo(1008);
      client.get(3, "/").windowUpdate(3, 100);
      assertThat(client.reply(3).text()).isEqualTo("ok");
    }
  }

  /** Answers with this much but for the root; eight times 50,000 bytes may wait for all streams. */
  private HttpServer large(ServerMode mode, int bytes) {
    HttpServer server =
        http2(
            new ServerVariant(mode, "nio"),
            (request, response) -> {
              handled.incrementAndGet();
              boolean root = request.server().get("path_info").equals("/");
              response.end(root ? "ok".getBytes(UTF_8) : new byte[bytes]);
            });
    server.set(Settings.WORKER_NUM, 1).set(Settings.SOCKET_BUFFER_SIZE, 50_000);
    return server;
  }

  /** Returns when the server has read everything so far. */
  private static void awaitRead(Http2Client client) {
    client.frame(Http2Client.PING, 0, 0, new byte[8]).awaitType(Http2Client.PING);
  }

  @ParameterizedTest
  @EnumSource
  void handlesNoMoreRequestsOfAClientThatTakesNoResponses(ServerMode mode) {
    try (RunningServer running = RunningServer.start(large(mode, 50_000))) {
      Http2Client client = Http2Client.on(running.client(), Http2Client.INITIAL_WINDOW_SIZE, 0);
      for (int i = 0; i < 40; i++) {
        client.get(2 * i + 1, "/large");
      }
      awaitRead(client);
      await().until(() -> handled.get() >= 8);

      // On the same worker, behind all of them.
      othersAreServed(running);
      assertThat(handled).hasValue(9);
      assertThat(running.server().getClientInfo(1).orElseThrow().sendQueuedBytes())
          .isEqualTo(400_000);

      // One is given up, the others get what they have asked for as soon as it is wanted.
      client.reset(79).windowUpdate(0, 1 << 30);
      for (int i = 0; i < 39; i++) {
        client.windowUpdate(2 * i + 1, 50_000);
      }
      int bytes = 0;
      int ended = 0;
      while (ended < 39) {
        Frame frame = client.awaitType(Http2Client.DATA);
        bytes += frame.payload().length;
        ended += frame.isLast() ? 1 : 0;
      }
      assertThat(bytes).isEqualTo(1_950_000);
      assertThat(handled).hasValue(40);
      await().until(() -> running.server().stats().get("concurrency").equals(0));
    }
  }

  @ParameterizedTest
  @EnumSource
  void handlesFurtherRequestsWhileALargeResponseWaits(ServerMode mode) {
    // More than may wait for all streams, if they are several that have so much.
    try (RunningServer running = RunningServer.start(large(mode, 1_000_000))) {
      Http2Client client = Http2Client.on(running.client(), Http2Client.INITIAL_WINDOW_SIZE, 0);
      client.decode(client.get(1, "/large").awaitType(Http2Client.HEADERS));

      client.get(3, "/").windowUpdate(3, 100);

      assertThat(client.reply(3).text()).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @EnumSource
  void handlesNoMoreRequestsWhileSeveralLargeResponsesWait(ServerMode mode) {
    try (RunningServer running = RunningServer.start(large(mode, 1_000_000))) {
      Http2Client client = Http2Client.on(running.client(), Http2Client.INITIAL_WINDOW_SIZE, 0);
      client.get(1, "/large").get(3, "/large").get(5, "/").get(7, "/large");
      awaitRead(client);
      await().until(() -> handled.get() >= 2);

      // On the same worker, behind all of them.
      othersAreServed(running);
      assertThat(handled).hasValue(3);

      // One that is given up leaves room for the others' turn.
      client.reset(3).windowUpdate(5, 100);
      assertThat(client.reply(5).text()).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsNoMoreBodiesOfRequestsThatWaitThanAFewWholeOnes(ServerMode mode) {
    // Together twelve times what may wait for a stream.
    HttpServer server = large(mode, 300_000);
    server.set(Settings.PACKAGE_MAX_LENGTH, 20_000);
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client(), Http2Client.INITIAL_WINDOW_SIZE, 0);
      client.get(1, "/large").get(3, "/large");
      await().until(() -> handled.get() == 2);

      // Of these, four packets of 20,000 bytes have room for four.
      for (int i = 5; i < 15; i += 2) {
        client.post(i, "/").data(i, new byte[15_000], false).data(i, new byte[4_000], true);
        awaitRead(client);
      }

      Frame refused = client.awaitType(Http2Client.RST_STREAM);
      assertThat(refused.number(0)).isEqualTo(REFUSED_STREAM);
      assertThat(refused.streamId()).isEqualTo(13);
      assertThat(handled).hasValue(2);
      client.reset(1);
      await().until(() -> handled.get() == 6);
    }
  }

  @ParameterizedTest
  @EnumSource
  void takesNoAnswersFromElsewhereWhenTooMuchWaitsForAllStreams(ServerMode mode) {
    Queue<Response> detached = new ConcurrentLinkedQueue<>();
    HttpServer server =
        http2(
            new ServerVariant(mode, "nio"),
            (request, response) -> {
              response.detach();
              detached.add(response);
            });
    server.set(Settings.WORKER_NUM, 1).set(Settings.SOCKET_BUFFER_SIZE, 50_000);
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client(), Http2Client.INITIAL_WINDOW_SIZE, 0);
      for (int i = 0; i < 10; i++) {
        client.get(2 * i + 1, "/");
      }
      await().until(() -> detached.size() == 10);

      // Twice what makes requests wait.
      for (int i = 0; i < 8; i++) {
        assertThat(detached.remove().end(new byte[100_000])).isTrue();
      }
      Response late = detached.remove();
      assertThat(late.end(new byte[100_000])).isFalse();
      assertThat(server.getLastError()).isEqualTo(1008);
      Response trailed = detached.remove();
      trailed.trailer("x-sum", "1");
      assertThat(trailed.end(new byte[100_000])).isFalse();

      client.windowUpdate(0, 1 << 30).windowUpdate(1, 100_000);
      await().until(() -> late.end("late"));
      // The length of what was refused is not that of what is sent.
      assertThat(trailed.write("a")).isTrue();
      Frame head =
          client.await(frame -> frame.type() == Http2Client.HEADERS && frame.streamId() == 19);
      assertThat(client.decode(head)).containsKey(":status").doesNotContainKey("content-length");
      assertThat(trailed.end()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void saysThatItIsBusyWhenTooManyFilesWait(ServerMode mode) throws IOException {
    Path file = Files.writeString(root.resolve("a.txt"), "0123456789");
    HttpServer server =
        http2(new ServerVariant(mode, "nio"), (request, response) -> response.sendfile(file, 0, 0));
    server.set(Settings.WORKER_NUM, 1).set(HttpSettings.ENABLE_STATIC_HANDLER, true);
    server.set(HttpSettings.DOCUMENT_ROOT, root.toString());
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client(), Http2Client.INITIAL_WINDOW_SIZE, 0);
      for (int i = 0; i < 64; i++) {
        client.get(2 * i + 1, "/a.txt");
      }

      Reply busy = client.get(129, "/a.txt").reply(129);
      assertThat(busy.status()).isEqualTo(503);
      assertThat(busy.headers()).containsEntry("cache-control", "no-store");
      // What a handler could not send is no whole answer either.
      Reply refused = client.get(131, "/sendfile").reply(131);
      assertThat(refused.resetCode()).isEqualTo(INTERNAL_ERROR);
      assertThat(refused.headers()).isEmpty();

      client.windowUpdate(1, 10);
      assertThat(client.reply(1).text()).isEqualTo("0123456789");
    }
  }

  @Test
  void givesUpStreamsForWhichTheClientGrantsNoRoom() {
    HttpServer server = counting(ServerMode.PROCESS);
    server.set(HttpSettings.HTTP_WRITE_TIMEOUT, 0.3);
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client(), Http2Client.INITIAL_WINDOW_SIZE, 0);

      client.get(1, "/");

      Frame reset = client.awaitType(Http2Client.RST_STREAM);
      assertThat(reset.streamId()).isEqualTo(1);
      assertThat(reset.number(0)).isEqualTo(CANCEL);
      client.settings(Http2Client.INITIAL_WINDOW_SIZE, 10).get(3, "/");
      assertThat(client.reply(3).text()).isEqualTo("ok");
    }
  }

  @Test
  void countsTheTimeForRoomFromTheAnswerOn() throws Exception {
    BlockingQueue<Response> detached = new LinkedBlockingQueue<>();
    HttpServer server =
        http2(
            new ServerVariant(ServerMode.PROCESS, "nio"),
            (request, response) -> {
              response.detach();
              detached.add(response);
            });
    server.set(HttpSettings.HTTP_WRITE_TIMEOUT, 0.4);
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client(), Http2Client.INITIAL_WINDOW_SIZE, 0);
      client.get(1, "/").get(3, "/").get(5, "/").get(7, "/");

      // However they lie between the moments at which the server looks.
      long[] answered = new long[4];
      for (int i = 0; i < 4; i++) {
        Response response = detached.poll(30, TimeUnit.SECONDS);
        assertThat(response).isNotNull();
        await().pollDelay(Duration.ofMillis(90)).until(() -> true);
        answered[i] = System.nanoTime();
        assertThat(response.end("late")).isTrue();
      }

      for (int i = 0; i < 4; i++) {
        Frame reset = client.awaitType(Http2Client.RST_STREAM);
        long taken = System.nanoTime() - answered[reset.streamId() / 2];
        assertThat(taken).isGreaterThanOrEqualTo(Duration.ofMillis(400).toNanos());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void givesUpStreamsForWhichTheClientGrantsSingleBytes(boolean ofConnection) {
    byte[] large = new byte[100_000];
    HttpServer server =
        http2(
            new ServerVariant(ServerMode.PROCESS, "nio"),
            (request, response) -> response.end(large));
    server.set(HttpSettings.HTTP_WRITE_TIMEOUT, 0.3);
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client =
          Http2Client.on(
              running.client(), Http2Client.INITIAL_WINDOW_SIZE, ofConnection ? 1 << 20 : 0);
      int streamId = ofConnection ? 0 : 1;
      client.get(1, "/").awaitType(Http2Client.HEADERS);

      Frame[] last = {null};
      await()
          .pollInterval(Duration.ofMillis(40))
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                client.windowUpdate(streamId, 1);
                last[0] = client.await(frame -> frame.streamId() == 1);
                return last[0].type() == Http2Client.RST_STREAM;
              });

      assertThat(last[0].number(0)).isEqualTo(CANCEL);
    }
  }

  @Test
  void waitsForAClientThatGrantsRoomSlowly() {
    byte[] large = new byte[3_000];
    HttpServer server =
        http2(
            new ServerVariant(ServerMode.PROCESS, "nio"),
            (request, response) -> response.end(large));
    server.set(HttpSettings.HTTP_WRITE_TIMEOUT, 1.0).set(HttpSettings.HTTP_BODY_MIN_RATE, 100);
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client(), Http2Client.INITIAL_WINDOW_SIZE, 0);

      int streamId = 1;
      while (!takesAllSlowly(client, streamId)) {
        streamId += 2;
      }

      assertThat(streamId).isLessThan(50);
    }
  }

  /**
   * More than a second in all, and faster than is asked for; false if it took a second to grant the
   * next bytes, as it may on a busy machine.
   */
  private static boolean takesAllSlowly(Http2Client client, int streamId) {
    AtomicLong granted = new AtomicLong(System.nanoTime());
    client.get(streamId, "/");
    client.decode(client.await(next -> next.streamId() == streamId));
    AtomicReference<Frame> last = new AtomicReference<>();
    await()
        .pollInterval(Duration.ofMillis(100))
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              long now = System.nanoTime();
              Frame frame =
                  client.windowUpdate(streamId, 200).await(next -> next.streamId() == streamId);
              last.set(frame);
              if (frame.type() == Http2Client.RST_STREAM) {
                assertThat(System.nanoTime() - granted.get()).isGreaterThan(1_000_000_000L);
                return true;
              }
              granted.set(now);
              return frame.isLast();
            });
    return last.get().type() == Http2Client.DATA;
  }

  @Test
  void endsWhoIsSlowOrSilent() {
    HttpServer server = counting(ServerMode.BASE);
    server.set(HttpSettings.HTTP_HEADER_TIMEOUT, 0.3);
    // One port for each deadline, so that no other one can come first when the test is held up.
    ServerPort bodies = patientWithHeads(server).set(HttpSettings.HTTP_BODY_TIMEOUT, 0.3);
    ServerPort kept = patientWithHeads(server).set(HttpSettings.HTTP_KEEPALIVE_TIMEOUT, 0.3);
    try (RunningServer running = RunningServer.start(server)) {
      // Nothing but the preface; part of a head; a body that never ends; nothing after an answer.
      Frame silent = inTime(running, 0.3, client -> client.awaitType(Http2Client.GOAWAY));
      Frame head =
          inTime(
              running,
              0.3,
              client -> {
                client.frame(Http2Client.HEADERS, 0, 1, client.request("GET", "/"));
                return client.awaitType(Http2Client.GOAWAY);
              });
      Http2Client body = Http2Client.on(running.client(RawClient.to(bodies.host(), bodies.port())));
      Http2Client idle = Http2Client.on(running.client(RawClient.to(kept.host(), kept.port())));

      assertThat(silent.number(4)).isEqualTo(NO_ERROR);
      assertThat(head.number(4)).isEqualTo(NO_ERROR);
      assertThat(body.post(1, "/").reply(1).status()).isEqualTo(408);
      assertThat(idle.get(1, "/").reply(1).text()).isEqualTo("ok");
      assertThat(idle.awaitType(Http2Client.GOAWAY).number(4)).isEqualTo(NO_ERROR);
      idle.raw().readUntilEof();
    }
  }

  private static ServerPort patientWithHeads(HttpServer server) {
    return server
        .addListener("127.0.0.1", 0, SocketType.TCP)
        .set(HttpSettings.OPEN_HTTP_PROTOCOL, true)
        .set(HttpSettings.OPEN_HTTP2_PROTOCOL, true)
        .set(HttpSettings.HTTP_HEADER_TIMEOUT, 60.0);
  }

  /**
   * Talks to the server, which ends whoever has not said hello in so many seconds; again with a new
   * connection when this took as long, as it may on a busy machine.
   */
  private static <T> T inTime(RunningServer running, double limit, Function<Http2Client, T> talk) {
    long limitNanos = (long) (limit * 1e9);
    long first = System.nanoTime();
    while (true) {
      long begun = System.nanoTime();
      try {
        return talk.apply(Http2Client.on(running.client()));
      } catch (AssertionError | UncheckedIOException e) {
        long now = System.nanoTime();
        if (now - begun < limitNanos || now - first > TimeUnit.SECONDS.toNanos(60)) {
          throw e;
        }
      }
    }
  }

  @Test
  void takesFramesOfStreamsThatAreGoneForNoSlowHead() {
    HttpServer server = counting(ServerMode.BASE);
    server.set(HttpSettings.HTTP_HEADER_TIMEOUT, 0.4);
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = asked(running, 0.4);
      client.windowUpdate(1, 10);
      client.reset(1);

      // Those that begin later and are slow do end.
      for (int i = 0; i < 2; i++) {
        Http2Client slow = asked(running, 0.4);
        slow.frame(Http2Client.HEADERS, 1, 3, slow.request("GET", "/"));
        Frame goAway = slow.awaitType(Http2Client.GOAWAY);
        assertThat(Http2Client.debug(goAway)).isEqualTo("head too slow");
      }

      assertThat(client.get(3, "/").reply(3).text()).isEqualTo("ok");
    }
  }

  /** A client that has got an answer, within the time for its first head. */
  private static Http2Client asked(RunningServer running, double limit) {
    return inTime(
        running,
        limit,
        client -> {
          assertThat(client.get(1, "/").reply(1).text()).isEqualTo("ok");
          return client;
        });
  }

  @Test
  void takesNoMoreMemoryForBodiesThanAFewWholeOnes() {
    HttpServer server = counting(ServerMode.PROCESS);
    server.set(Settings.PACKAGE_MAX_LENGTH, 20_000);
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());

      for (int i = 1; i < 13; i += 2) {
        client.post(i, "/").data(i, new byte[15_000], false);
        if (i == 5) {
          client.await(frame -> frame.type() == Http2Client.WINDOW_UPDATE);
        }
      }

      Frame refused = client.awaitType(Http2Client.RST_STREAM);
      assertThat(refused.streamId()).isEqualTo(11);
      assertThat(refused.number(0)).isEqualTo(REFUSED_STREAM);
      client.data(1, new byte[10], true);
      assertThat(client.reply(1).text()).isEqualTo("ok");
    }
  }

  @Test
  void doesNotPassBytesOfSendBetweenFrames() {
    HttpServer[] made = {null};
    HttpServer server =
        http2(
            new ServerVariant(ServerMode.PROCESS, "nio"),
            (request, response) -> {
              made[0].send(request.fd(), "raw".getBytes(UTF_8));
              response.end("ok");
            });
    made[0] = server;
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client client = Http2Client.on(running.client());

      assertThat(client.get(1, "/").reply(1).text()).isEqualTo("ok");
      assertThat(client.get(3, "/").reply(3).text()).isEqualTo("ok");
    }
  }

  @Test
  void answersWhatIsInFlightWhenItStops() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    HttpServer server =
        http2(
            new ServerVariant(ServerMode.PROCESS, "nio"),
            (request, response) -> {
              asked.countDown();
              assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
              response.end(new byte[200_000]);
            });
    server.set(Settings.WORKER_NUM, 1).set(Settings.MAX_WAIT_TIME, 30.0);
    try (RunningServer running = RunningServer.start(server)) {
      Http2Client idle = Http2Client.on(running.client());
      idle.awaitType(Http2Client.SETTINGS);
      Http2Client client = Http2Client.on(running.client());
      client.get(1, "/");
      assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();

      server.shutdown();
      assertThat(idle.awaitType(Http2Client.GOAWAY).number(4)).isEqualTo(NO_ERROR);
      Frame farewell = client.awaitType(Http2Client.GOAWAY);
      release.countDown();

      assertThat(farewell.number(0)).isEqualTo(1);
      assertThat(client.reply(1).body()).hasSize(200_000);
      client.raw().readUntilEof();
    }
  }

  @Test
  void answersWhoEndsOnlyItsOwnSide() {
    try (RunningServer running = RunningServer.start(counting(ServerMode.PROCESS))) {
      RawClient raw = running.client();
      Http2Client client = Http2Client.on(raw);

      client.get(1, "/");
      raw.shutdownOutput();

      await().atMost(Duration.ofSeconds(30)).until(() -> handled.get() == 1);
      assertThat(new String(client.awaitType(Http2Client.DATA).payload(), UTF_8)).isEqualTo("ok");
      raw.readUntilEof();
    }
  }

  @Test
  void keepsNoPlaceForAStreamThatIsResetOrAConnectionThatHasEndedItsSide() {
    HttpServer server =
        http2(
            new ServerVariant(ServerMode.PROCESS, "nio"),
            (request, response) -> {
              response.detach();
              handled.incrementAndGet();
            });
    server.set(HttpSettings.HTTP_WRITE_TIMEOUT, 0.1);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient raw = running.client();
      Http2Client client = Http2Client.on(raw);

      client.get(1, "/");
      await().atMost(Duration.ofSeconds(30)).until(() -> handled.get() == 1);
      client.reset(1);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> server.stats().get("concurrency").equals(0));

      client.get(3, "/");
      await().atMost(Duration.ofSeconds(30)).until(() -> handled.get() == 2);
      raw.shutdownOutput();
      assertThat(client.awaitType(Http2Client.GOAWAY).number(4)).isEqualTo(NO_ERROR);
      raw.readUntilEof();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> server.stats().get("concurrency").equals(0));
    }
  }
}
