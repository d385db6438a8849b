// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.server.ServerMode;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Request handlers on virtual threads of one worker. */
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads need JDK 21")
class HttpCoroutineTest {
  private static final int SECONDS = 30;
  private static final int REQUESTS = 8;

  private final CountDownLatch gate = new CountDownLatch(1);

  private static HttpServer server(ServerVariant variant, RequestHandler handler) {
    HttpServer server = HttpFixture.server(variant, handler);
    server.set(Settings.ENABLE_COROUTINE, true).set(Settings.WORKER_NUM, 1);
    return server;
  }

  private static CompletableFuture<HttpResponse<String>> ask(
      HttpClient client, RunningServer running, String code) {
    URI uri = URI.create("http://127.0.0.1:" + running.port() + "/?code=" + code);
    return client.sendAsync(
        HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Asks so many times at once; every body has to be the code that was sent. */
  private static void askAll(HttpClient client, RunningServer running, int count) throws Exception {
    List<CompletableFuture<HttpResponse<String>>> asked =
        IntStream.range(0, count)
            .mapToObj(code -> ask(client, running, String.valueOf(code)))
            .toList();
    for (int code = 0; code < count; code++) {
      HttpResponse<String> response = asked.get(code).get(SECONDS, TimeUnit.SECONDS);
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEqualTo(String.valueOf(code));
    }
  }

  /** None of them is answered unless all of them run at the same time. */
  @ServerMatrix
  void waitBesideEachOtherOnOneWorker(ServerVariant variant) throws Exception {
    CyclicBarrier together = new CyclicBarrier(REQUESTS);
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              together.await(SECONDS, TimeUnit.SECONDS);
              response.end(String.valueOf(request.get().get("code")));
            });

    try (RunningServer running = RunningServer.start(server)) {
      HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

      askAll(client, running, REQUESTS);
    }
  }

  @ServerMatrix(transports = "nio")
  void waitBesideEachOtherOnOneConnectionOfHttp2(ServerVariant variant) throws Exception {
    CyclicBarrier together = new CyclicBarrier(REQUESTS);
    Queue<Long> connections = new ConcurrentLinkedQueue<>();
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              if (!request.get().get("code").equals("first")) {
                connections.add(request.fd());
                together.await(SECONDS, TimeUnit.SECONDS);
              }
              response.end(String.valueOf(request.get().get("code")));
            });
    server.set("open_http2_protocol", true);

    try (RunningServer running = RunningServer.start(server)) {
      HttpClient client = HttpClient.newHttpClient();
      HttpResponse<String> first = ask(client, running, "first").get(SECONDS, TimeUnit.SECONDS);
      assertThat(first.version()).isEqualTo(HttpClient.Version.HTTP_2);

      askAll(client, running, REQUESTS);
      assertThat(connections).hasSize(REQUESTS).containsOnly(connections.peek());
    }
  }

  @ServerMatrix(transports = "nio")
  void answerPipelinedRequestsInOrder(ServerVariant variant) {
    Queue<String> order = new ConcurrentLinkedQueue<>();
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              String path = String.valueOf(request.server().get("request_uri"));
              order.add("begin " + path);
              LockSupport.parkNanos(1);
              order.add("end " + path);
              response.end(path);
            });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n");

      assertThat(HttpFixture.read(client).text()).isEqualTo("/a");
      assertThat(HttpFixture.read(client).text()).isEqualTo("/b");
      assertThat(order).containsExactly("begin /a", "end /a", "begin /b", "end /b");
    }
  }

  @ServerMatrix(transports = "nio")
  void areRefusedAboveMaxCoroutine(ServerVariant variant) {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              if (request.server().get("request_uri").equals("/wait")) {
                gate.await();
              }
              response.end("done");
            });
    server.set(Settings.MAX_COROUTINE, 2);

    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> waiting = List.of(running.client(), running.client());
      waiting.forEach(client -> client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"));
      await().until(() -> server.stats().get("coroutine_num").equals(2));

      RawClient refused = running.client();
      assertThat(HttpFixture.get(refused, "/").status()).isEqualTo(503);
      gate.countDown();
      waiting.forEach(client -> assertThat(HttpFixture.read(client).text()).isEqualTo("done"));
      await().until(() -> server.stats().get("coroutine_num").equals(0));
      assertThat(HttpFixture.get(refused, "/").status()).isEqualTo(200);
    }
  }

  @ServerMatrix(modes = ServerMode.BASE, transports = "nio")
  void waitForTheClientInBaseModeToo(ServerVariant variant) {
    HttpServer server = server(variant, (request, response) -> ResponseTest.writePieces(response));

    try (RunningServer running = RunningServer.start(server)) {
      ResponseTest.readPieces(running);
    }
  }
}
