// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static io.swoole4j.http.HttpFixture.get;
import static io.swoole4j.http.HttpFixture.read;
import static io.swoole4j.http.HttpFixture.server;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.swoole4j.http.HttpFixture.Reply;
import io.swoole4j.server.CloseHandler;
import io.swoole4j.server.Event;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.ServerPort;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.PythonClient;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import io.swoole4j.timer.Timer;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** How connections are kept, ended and shared by several requests. */
class HttpConnectionTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  private final List<Response> waiting = Collections.synchronizedList(new ArrayList<>());
  private final Journal journal = new Journal();

  /** Leaves every response to the test. */
  private HttpServer collecting(ServerVariant variant) {
    return server(
        variant,
        (request, response) -> {
          response.detach();
          waiting.add(response);
        });
  }

  private void awaitWaiting(int count) {
    await().atMost(Duration.ofSeconds(30)).until(() -> waiting.size() >= count);
  }

  private static String rest(RawClient client) {
    return new String(client.readUntilEof(), ISO_8859_1);
  }

  @ServerMatrix
  void closesWhenTheClientWantsIt(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(server(variant, (q, r) -> r.end("x")))) {
      RawClient client = running.client();
      client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + GET);
      Reply reply = read(client);
      assertThat(reply.headers()).containsEntry("connection", "close");
      assertThat(reply.text()).isEqualTo("x");
      client.expectEof();
    }
  }

  @ServerMatrix
  void closesWhenTheHandlerWantsIt(ServerVariant variant) {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              response.header("connection", "Close");
              response.end("x");
            });
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      Reply reply = get(client, "/");
      assertThat(reply.headers()).containsEntry("connection", "close");
      client.expectEof();
    }
  }

  @ServerMatrix
  void keepsHttp10OnlyOnRequestAndWithoutChunks(ServerVariant variant) {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              if (request.get("chunks").isPresent()) {
                response.write("one");
                response.write("two");
                response.end("three");
              } else {
                response.end("whole");
              }
            });
    try (RunningServer running = RunningServer.start(server)) {
      RawClient kept = running.client();
      for (int i = 0; i < 2; i++) {
        kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        Reply reply = read(kept);
        assertThat(reply.text()).isEqualTo("whole");
        assertThat(reply.headers()).containsEntry("connection", "keep-alive");
      }
      assertThat(rest(running.client().send("GET / HTTP/1.0\r\n\r\n")))
          .contains("\r\nConnection: close\r\n")
          .endsWith("\r\n\r\nwhole");
      assertThat(
              rest(
                  running
                      .client()
                      .send("GET /?chunks=1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")))
          .contains("\r\nConnection: close\r\n")
          .doesNotContain("chunked")
          .endsWith("\r\n\r\nonetwothree");
    }
  }

  @ServerMatrix
  void stopsReadingAboveThePipelineLimit(ServerVariant variant) {
    HttpServer server = collecting(variant);
    server.set(HttpSettings.HTTP_MAX_PIPELINE, 4);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send(GET.repeat(10));
      awaitWaiting(4);
      client.expectNothing(Duration.ofMillis(100));
      assertThat(waiting).hasSize(4);

      // The last one first: nothing is sent before its turn.
      for (int i = 3; i > 0; i--) {
        assertThat(waiting.get(i).end("" + i)).isTrue();
      }
      client.expectNothing(Duration.ofMillis(50));
      waiting.get(0).end("0");
      for (int i = 0; i < 4; i++) {
        assertThat(read(client).text()).isEqualTo("" + i);
      }
      awaitWaiting(8);
      waiting.subList(4, 8).forEach(response -> response.end("more"));
      awaitWaiting(10);
      waiting.subList(8, 10).forEach(response -> response.end("more"));
      for (int i = 4; i < 10; i++) {
        assertThat(read(client).text()).isEqualTo("more");
      }
    }
  }

  @ServerMatrix
  void keepsPiecesOfOneResponseTogether(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(collecting(variant))) {
      RawClient client = running.client();
      client.send(GET.repeat(2));
      awaitWaiting(2);
      for (int i = 0; i < 3; i++) {
        waiting.get(1).write("b" + i);
        waiting.get(0).write("a" + i);
      }
      waiting.get(1).end("b");
      waiting.get(0).end("a");

      assertThat(read(client).text()).isEqualTo("a0a1a2a");
      assertThat(read(client).text()).isEqualTo("b0b1b2b");
    }
  }

  @ServerMatrix
  void boundsWhatIsHeldForLaterRequests(ServerVariant variant) {
    HttpServer server = collecting(variant);
    server.set(Settings.SOCKET_BUFFER_SIZE, 64 * 1024);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send(GET.repeat(3));
      awaitWaiting(3);
      assertThat(waiting.get(1).end("x".repeat(60 * 1024))).isTrue();
      assertThat(waiting.get(2).end("y".repeat(60 * 1024))).isFalse();
      assertThat(server.getLastError()).isEqualTo(1008);
      waiting.get(0).end("a");
      assertThat(read(client).text()).isEqualTo("a");
      assertThat(read(client).text()).hasSize(60 * 1024);
      await().atMost(Duration.ofSeconds(30)).until(() -> waiting.get(2).end("again"));
      assertThat(read(client).text()).isEqualTo("again");
    }
  }

  @ServerMatrix
  void answersClientThatHasEndedItsSide(ServerVariant variant) {
    HttpServer server = collecting(variant);
    server.set(HttpSettings.HTTP_MAX_PIPELINE, 2);
    server.on(Event.CLOSE, (CloseHandler) (s, fd, reactorId) -> journal.add("close"));
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send(GET.repeat(5)).shutdownOutput();
      for (int i = 0; i < 5; i++) {
        awaitWaiting(i + 1);
        waiting.get(i).end("" + i);
      }
      assertThat(rest(client)).contains("\r\n\r\n0HTTP").endsWith("\r\n\r\n4");
      journal.waitFor("close");
    }
  }

  /** Only what is sent to it could tell whether it is still there. */
  @ServerMatrix
  void givesUpClientThatHasEndedItsSideAndIsNotAnswered(ServerVariant variant) {
    HttpServer server = collecting(variant);
    server
        .set(HttpSettings.MAX_CONCURRENCY, 1)
        .set(HttpSettings.HTTP_WRITE_TIMEOUT, 0.1)
        .on(Event.CLOSE, (CloseHandler) (s, fd, reactorId) -> journal.add("close"));
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client().send(GET);
      awaitWaiting(1);

      client.shutdownOutput().expectEof();

      journal.waitFor("close");
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> running.server().stats().get("concurrency").equals(0));
      assertThat(waiting.get(0).end("late")).isFalse();
      running.client().send(GET);
      awaitWaiting(2);
    }
  }

  @ServerMatrix
  void closesWhenTheClientEndsWithinARequest(ServerVariant variant) {
    HttpServer server = collecting(variant);
    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("GET / HT").shutdownOutput().expectEof();
      running
          .client()
          .send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nbo")
          .shutdownOutput()
          .expectEof();
      running.client().shutdownOutput().expectEof();
      assertThat(waiting).isEmpty();
    }
  }

  @ServerMatrix
  void tellsHandlerThatTheClientIsGone(ServerVariant variant) {
    HttpServer server = collecting(variant);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client().send(GET);
      awaitWaiting(1);
      assertThat(waiting.get(0).isWritable()).isTrue();
      client.abort();
      await().atMost(Duration.ofSeconds(30)).until(() -> !waiting.get(0).isWritable());
      assertThat(waiting.get(0).end("late")).isFalse();
    }
  }

  /** One port for each deadline, so that no other one can come first when the test is held up. */
  @ServerMatrix
  void closesSlowAndSilentClients(ServerVariant variant) {
    HttpServer server = server(variant, (request, response) -> response.end("x"));
    server.set(HttpSettings.HTTP_HEADER_TIMEOUT, 0.3);
    ServerPort bodies = patientWithHeads(server).set(HttpSettings.HTTP_BODY_TIMEOUT, 0.3);
    ServerPort kept = patientWithHeads(server).set(HttpSettings.HTTP_KEEPALIVE_TIMEOUT, 0.3);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient silent = running.client();
      RawClient body =
          client(running, bodies).send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nbo");
      RawClient chunks =
          client(running, bodies)
              .send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n");
      RawClient idle = client(running, kept);
      assertThat(get(idle, "/").text()).isEqualTo("x");

      silent.expectEof();
      idle.expectEof();
      for (RawClient slow : new RawClient[] {body, chunks}) {
        assertThat(rest(slow)).startsWith("HTTP/1.1 408 ");
      }
      for (String begun : new String[] {"GET / HTTP/1.1\r\nHost: a\r\n", "\r\n"}) {
        assertThat(answerInTime(running, 300, begun)).startsWith("HTTP/1.1 408 ");
      }
      // Its first request may have been too late, too.
      assertThat(answerInTime(running, 300, GET + "GET /")).containsOnlyOnce("HTTP/1.1 408 ");
    }
  }

  /**
   * All that a client gets for a text. Who has said nothing when its time is up gets no answer, so
   * again with a new connection when this took as long, as it may on a busy machine.
   */
  private static String answerInTime(RunningServer running, long limitMillis, String text) {
    for (int i = 0; i < 50; i++) {
      long begun = System.nanoTime();
      RawClient client = running.client().sendIfOpen(text);
      try {
        String answer = rest(client);
        if (!answer.isEmpty()) {
          return answer;
        }
      } catch (UncheckedIOException e) {
        // Reset, as the text came behind the end.
      }
      assertThat(System.nanoTime() - begun)
          .isGreaterThanOrEqualTo(Duration.ofMillis(limitMillis).toNanos());
    }
    throw new AssertionError("answers: none (expected: one)");
  }

  private static ServerPort patientWithHeads(HttpServer server) {
    return server
        .addListener("127.0.0.1", 0, SocketType.TCP)
        .set(HttpSettings.OPEN_HTTP_PROTOCOL, true)
        .set(HttpSettings.HTTP_HEADER_TIMEOUT, 60.0);
  }

  private static RawClient client(RunningServer running, ServerPort port) {
    return running.client(RawClient.to(port.host(), port.port()));
  }

  @ServerMatrix
  void countsDeadlinesFromTheBeginningNotFromTheLastByte(ServerVariant variant) {
    HttpServer server = server(variant, (request, response) -> response.end("x"));
    server.set(HttpSettings.HTTP_HEADER_TIMEOUT, 0.5);
    ServerPort bodies = patientWithHeads(server).set(HttpSettings.HTTP_BODY_TIMEOUT, 0.5);
    try (RunningServer running = RunningServer.start(server)) {
      String printed =
          PythonClient.run(
                  Duration.ofSeconds(90),
                  """
                  import socket, sys, time
                  def once(port, first, piece):
                      begun = time.monotonic()
                      s = socket.create_connection(('127.0.0.1', int(port)), 30)
                      try:
                          s.sendall(first)
                      except OSError:
                          pass # too late
                      while time.monotonic() - begun < 30:
                          s.settimeout(0.05)
                          try:
                              got = s.recv(100)
                              return got[:12].decode()
                          except socket.timeout:
                              s.settimeout(30)
                          except ConnectionError:
                              return '' # reset, as the first piece came behind the end
                          try:
                              s.sendall(piece)
                          except OSError:
                              pass # closed meanwhile, the answer is still there
                      return 'still open'
                  def drip(port, first, piece):
                      for i in range(20):
                          begun = time.monotonic()
                          got = once(port, first, piece)
                          # Who has said nothing when its time is up, on a busy machine, gets no answer.
                          if got or time.monotonic() - begun < 0.5:
                              break
                      return got
                  print(drip(sys.argv[1], b'GET / HTTP/1.1\\r\\n', b'X: y\\r\\n'))
                  print(drip(sys.argv[2], b'POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 999\\r\\n\\r\\n', b'x'))
                  """,
                  running.port(),
                  bodies.port())
              .requireSuccess();
      assertThat(printed.lines()).containsOnly("HTTP/1.1 408").hasSize(2);
    }
  }

  @ServerMatrix
  void resetsClientThatReadsNothing(ServerVariant variant) {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              response.end("x".repeat(2_000_000));
              journal.add("sent");
            });
    server
        .set(Settings.SOCKET_BUFFER_SIZE, 4_000_000)
        .set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * 1024)
        .set(HttpSettings.HTTP_WRITE_TIMEOUT, 0.4)
        .on(Event.CLOSE, (CloseHandler) (s, fd, reactorId) -> journal.add("close"));
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(4096)).send(GET);
      journal.waitFor("sent");
      journal.waitFor("close");
      client.expectReset();
    }
  }

  @ServerMatrix
  void waitsForSlowHandlersBeyondTheDeadlines(ServerVariant variant) {
    HttpServer server = collecting(variant);
    server
        .set(HttpSettings.HTTP_HEADER_TIMEOUT, 0.1)
        .set(HttpSettings.HTTP_BODY_TIMEOUT, 0.1)
        .set(HttpSettings.HTTP_KEEPALIVE_TIMEOUT, 0.1)
        .set(HttpSettings.HTTP_WRITE_TIMEOUT, 0.1);
    // Clients of one event loop, whose timers run in their order.
    server.set(variant.mode() == ServerMode.BASE ? Settings.WORKER_NUM : Settings.REACTOR_NUM, 1);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = askInTime(running);
      // Each of them sees a deadline pass that began behind those of the request.
      for (int i = 0; i < 3; i++) {
        running.client().expectEof();
      }
      client.expectNothing(Duration.ofMillis(1));
      assertThat(waiting.get(0).end("patient")).isTrue();
      assertThat(read(client).text()).isEqualTo("patient");
    }
  }

  /** A client whose request has reached the handler: on a busy machine the deadline is missed. */
  private RawClient askInTime(RunningServer running) {
    for (int i = 0; i < 50; i++) {
      long missed = i;
      long begun = System.nanoTime();
      RawClient client = running.client().sendIfOpen(GET);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> !waiting.isEmpty() || closed(running) > missed);
      if (!waiting.isEmpty()) {
        return client;
      }
      // With 408, or without one where nothing had arrived.
      client.expectClosed();
      assertThat(System.nanoTime() - begun).isGreaterThan(Duration.ofMillis(100).toNanos());
    }
    throw new AssertionError("requests: all too late (expected: one within 100 ms)");
  }

  private static long closed(RunningServer running) {
    return (Long) running.server().stats().get("close_count");
  }

  @ServerMatrix
  void takesBodyInManySmallPieces(ServerVariant variant) {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              response.header("x-length", request.header("content-length").orElse(""));
              response.end(request.rawContent());
            });
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      String body = "0123456789".repeat(500);
      String request =
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
      for (int piece : new int[] {5, 100, 255}) {
        Reply reply = read(client.sendSlices(request.getBytes(UTF_8), piece));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.text()).isEqualTo(body);
        assertThat(reply.headers()).containsEntry("x-length", String.valueOf(body.length()));
      }
    }
  }

  @ServerMatrix
  void echoesBodiesLargerThanTheSocketBuffer(ServerVariant variant) {
    HttpServer server = server(variant, (request, response) -> response.end(request.rawContent()));
    server.set(Settings.SOCKET_BUFFER_SIZE, 4096);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      for (int size = 2048; size <= 65_536; size *= 2) {
        String body = "x".repeat(size);
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + size + "\r\n\r\n" + body);
        assertThat(read(client).text()).isEqualTo(body);
      }
    }
  }

  @ServerMatrix
  void finishesWhatIsInFlightAtShutdownAndClosesTheRest(ServerVariant variant) {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              if (request.get("shutdown").isPresent()) {
                journal.server().shutdown();
              }
              response.end("done");
            });
    journal.server(server);
    server.set(Settings.MAX_WAIT_TIME, 30.0);
    server.on(Event.WORKER_STOP, (s, workerId) -> journal.add("workerStop"));
    try (RunningServer running = RunningServer.start(server)) {
      RawClient idle = running.client();
      assertThat(get(idle, "/").text()).isEqualTo("done");
      RawClient client = running.client();
      assertThat(get(client, "/?shutdown=1").text()).isEqualTo("done");
      idle.expectEof();
      client.expectEof();
      running.awaitTerminated();
      journal.waitFor("workerStop", 2);
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void saysThatTheAnswerInFlightAtShutdownIsTheLast(ServerVariant variant) throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              if (request.get("idle").isEmpty()) {
                entered.countDown();
                assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
              }
              response.end("last");
            });
    // One event loop says goodbye to the older connection first.
    server.set(Settings.REACTOR_NUM, 1).set(Settings.MAX_WAIT_TIME, 30.0);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client().send(GET);
      assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
      // Of the other worker, and accepted.
      RawClient idle = running.client();
      assertThat(get(idle, "/?idle=1").text()).isEqualTo("last");
      server.shutdown();
      idle.expectEof();
      // The acceptor ends on a thread of its own.
      await()
          .untilAsserted(
              () ->
                  assertThat(catchThrowable(running::client))
                      .hasRootCauseInstanceOf(ConnectException.class));
      release.countDown();
      Reply reply = read(client);
      assertThat(reply.text()).isEqualTo("last");
      assertThat(reply.headers()).containsEntry("connection", "close");
      client.expectEof();
    }
  }

  /** Although it is not known yet who will answer when the server begins to end. */
  @ServerMatrix(transports = "nio")
  void letsTimersAndThreadsAnswerAtShutdown(ServerVariant variant) throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              if (request.get("idle").isPresent()) {
                response.end("idle");
                return;
              }
              entered.countDown();
              assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
              response.detach();
              Timer.after(200, () -> waiting.add(response));
            });
    // One event loop says goodbye to the older connection first.
    server.set(Settings.REACTOR_NUM, 1).set(Settings.MAX_WAIT_TIME, 120.0);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client().send(GET);
      assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
      RawClient idle = running.client();
      assertThat(get(idle, "/?idle=1").text()).isEqualTo("idle");
      server.shutdown();
      idle.expectEof();

      release.countDown();
      awaitWaiting(1);
      assertThat(waiting.get(0).end("late")).isTrue();

      Reply reply = read(client);
      assertThat(reply.text()).isEqualTo("late");
      assertThat(reply.headers()).containsEntry("connection", "close");
      client.expectEof();
      running.awaitTerminated();
    }
  }

  @ServerMatrix(modes = ServerMode.BASE)
  void doesNotWaitAtShutdownForWhatHasBegunAndMayNeverEnd(ServerVariant variant) {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              response.detach();
              response.write("begun");
              waiting.add(response);
            });
    server.set(Settings.MAX_WAIT_TIME, 3600.0);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client().send(GET);
      awaitWaiting(1);
      server.shutdown();
      running.awaitTerminated();
      assertThat(rest(client)).contains("begun");
    }
  }

  @ServerMatrix
  void answersOutOfOrderFromManyThreads(ServerVariant variant) {
    AtomicInteger count = new AtomicInteger();
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              String n = request.get("n").orElseThrow();
              response.detach();
              CompletableFuture.runAsync(
                  () -> {
                    count.incrementAndGet();
                    response.write(n);
                    response.end("!");
                  });
            });
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 2000; i++) {
        all.append("GET /?n=").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
      }
      client.send(all.toString());
      for (int i = 0; i < 2000; i++) {
        assertThat(read(client).text()).isEqualTo(i + "!");
      }
      assertThat(count).hasValue(2000);
    }
  }
}
