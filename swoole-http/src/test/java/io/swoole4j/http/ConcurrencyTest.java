// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static io.swoole4j.http.HttpFixture.read;
import static io.swoole4j.http.HttpFixture.server;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** More requests than a server or a worker takes at a time are refused, or wait. */
class ConcurrencyTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  private final List<Response> waiting = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger peak = new AtomicInteger();
  private final Journal journal = new Journal();

  private HttpServer collecting(ServerVariant variant) {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              int running = (int) journal.server().stats().get("worker_concurrency");
              peak.accumulateAndGet(running, Math::max);
              response.detach();
              waiting.add(response);
            });
    journal.server(server);
    server.set(Settings.WORKER_NUM, 1);
    return server;
  }

  private void awaitWaiting(int count) {
    await().atMost(Duration.ofSeconds(30)).until(() -> waiting.size() == count);
  }

  private static List<RawClient> ask(RunningServer running, int count) {
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(running.client().send(GET));
    }
    return clients;
  }

  @ServerMatrix
  void refusesWhatIsTooMuchForTheServer(ServerVariant variant) {
    HttpServer server = collecting(variant);
    server.set(HttpSettings.MAX_CONCURRENCY, 4);
    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> first = ask(running, 4);
      awaitWaiting(4);
      assertThat(server.stats()).containsEntry("concurrency", 4);
      List<RawClient> second = ask(running, 4);
      second.forEach(client -> assertThat(read(client).status()).isEqualTo(503));
      waiting.forEach(response -> response.end("ok"));
      first.forEach(client -> assertThat(read(client).status()).isEqualTo(200));
      await().until(() -> server.stats().get("concurrency").equals(0));
      second.forEach(client -> client.send(GET));
      awaitWaiting(8);
      waiting.subList(4, 8).forEach(response -> response.end("ok"));
      second.forEach(client -> assertThat(read(client).status()).isEqualTo(200));
    }
  }

  @ServerMatrix
  void letsWaitWhatIsTooMuchForTheWorker(ServerVariant variant) {
    HttpServer server = collecting(variant);
    server.set(HttpSettings.WORKER_MAX_CONCURRENCY, 4);
    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> clients = ask(running, 12);
      for (int answered = 0; answered < 12; answered++) {
        awaitWaiting(Math.min(12, 4 + answered));
        waiting.get(answered).end("ok");
      }
      clients.forEach(client -> assertThat(read(client).text()).isEqualTo("ok"));
      assertThat(peak).hasValue(4);
    }
  }

  @ServerMatrix
  void forgetsClientsThatLeaveWhileTheyWait(ServerVariant variant) {
    HttpProtocol protocol = new HttpProtocol();
    HttpServer server = told(variant, protocol);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient first = running.client().send(GET);
      awaitWaiting(1);
      List<RawClient> leaving = ask(running, 5);
      Http2Client resetting = Http2Client.on(running.client());
      for (int streamId = 1; streamId < 10; streamId += 2) {
        resetting.get(streamId, "/");
      }
      await().until(() -> protocol.waiting(0) == 10);
      assertThat(server.stats()).containsEntry("concurrency", 11);
      leaving.forEach(RawClient::abort);
      for (int streamId = 1; streamId < 10; streamId += 2) {
        resetting.reset(streamId);
      }
      // Nothing of theirs is kept until somebody else has been answered.
      await().until(() -> protocol.waiting(0) == 0);
      await().until(() -> server.stats().get("concurrency").equals(1));
      RawClient last = running.client().send(GET);
      await().until(() -> server.stats().get("concurrency").equals(2));
      first.abort();
      awaitWaiting(2);
      waiting.get(1).end("ok");
      assertThat(read(last).text()).isEqualTo("ok");
      await().until(() -> server.stats().get("concurrency").equals(0));
    }
  }

  /** A server whose protocol the test can tell what the server would. */
  private static final class Told extends HttpServer {
    Told(ServerVariant variant, HttpProtocol protocol) {
      super("127.0.0.1", 0, variant.mode(), SocketType.TCP, List.of(protocol));
    }
  }

  private HttpServer told(ServerVariant variant, HttpProtocol protocol) {
    HttpServer server = variant.prepare(new Told(variant, protocol));
    server.set(Settings.WORKER_NUM, 1).set(HttpSettings.WORKER_MAX_CONCURRENCY, 1);
    server.set(HttpSettings.OPEN_HTTP2_PROTOCOL, true);
    server.on(
        HttpEvent.REQUEST,
        (request, response) -> {
          response.detach();
          waiting.add(response);
        });
    return server;
  }

  @ServerMatrix
  void refusesWhatWaitsForAWorkerThatEnds(ServerVariant variant) {
    HttpProtocol protocol = new HttpProtocol();
    HttpServer server = told(variant, protocol);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient first = running.client().send(GET);
      awaitWaiting(1);
      List<RawClient> others = ask(running, 5);
      await().until(() -> protocol.waiting(0) == 5);
      assertThat(server.reload()).isTrue();
      others.forEach(client -> assertThat(read(client).status()).isEqualTo(503));
      waiting.get(0).end("ok");
      assertThat(read(first).text()).isEqualTo("ok");

      // The next worker counts from nothing.
      await().until(() -> server.stats().get("concurrency").equals(0));
      first.send(GET);
      awaitWaiting(2);
      waiting.get(1).end("again");
      assertThat(read(first).text()).isEqualTo("again");
    }
  }
}
