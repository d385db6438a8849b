// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static io.swoole4j.http.HttpFixture.get;
import static io.swoole4j.http.HttpFixture.read;
import static io.swoole4j.http.HttpFixture.server;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Requests that are answered elsewhere than in their handler, or arrive in other ways. */
class HttpTasksTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  private final Journal journal = new Journal();

  @ServerMatrix
  void areAnsweredByTasksAndTheirResultsByTheSessionIdAlone(ServerVariant variant) {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              response.detach();
              String by = request.get("by").orElse("");
              assertThat(journal.server().task(List.of(request.fd(), by))).isNotNegative();
            });
    journal.server(server);
    server.set(Settings.TASK_WORKER_NUM, 2);
    server.on(
        Event.TASK,
        (s, taskId, source, data) -> {
          List<?> work = (List<?>) data;
          if (work.get(1).equals("task")) {
            Response.create(s, (Long) work.get(0)).orElseThrow().end("by the task");
            return null;
          }
          return data;
        });
    server.on(
        Event.FINISH,
        (s, taskId, data) ->
            Response.create(s, (Long) ((List<?>) data).get(0)).orElseThrow().end("by its result"));

    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        clients.add(running.client());
      }
      for (int round = 0; round < 4; round++) {
        String by = round % 2 == 0 ? "task" : "result";
        clients.forEach(client -> client.send("GET /?by=" + by + " HTTP/1.1\r\nHost: a\r\n\r\n"));
        for (RawClient client : clients) {
          assertThat(read(client).text()).endsWith(by);
        }
      }
    }
  }

  @ServerMatrix
  void areAnsweredThoughATaskShutsTheServerDown(ServerVariant variant) {
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              response.detach();
              journal.server().task(request.fd());
            });
    journal.server(server);
    server.set(Settings.TASK_WORKER_NUM, 1).set(Settings.MAX_WAIT_TIME, 30.0);
    server.on(
        Event.TASK,
        (s, taskId, source, data) -> {
          s.shutdown();
          Response.create(s, (Long) data).orElseThrow().end("last");
          return null;
        });
    server.on(Event.WORKER_STOP, (s, workerId) -> journal.add("workerStop"));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(get(client, "/").text()).isEqualTo("last");
      client.expectEof();
      running.awaitTerminated();
      journal.waitFor("workerStop", 3);
    }
  }

  @ServerMatrix
  void areParsedAndAnsweredByAReceiveHandler(ServerVariant variant) {
    Server server = new Server("127.0.0.1", 0, variant.mode(), SocketType.TCP);
    variant.prepare(server);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          Request request = Request.create();
          boolean whole = request.parse(data) == data.length && request.isCompleted();
          Response response = Response.create(s, fd).orElseThrow();
          response.header("X-Server", "own");
          response.end(whole + " " + request.get("a").orElse("") + " " + request.post());
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send(
          "POST /?a=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
              + "Content-Type: application/x-www-form-urlencoded\r\n\r\nb=2");
      HttpFixture.Reply reply = read(client);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.headers()).containsEntry("x-server", "own");
      assertThat(reply.text()).isEqualTo("true 1 {b=2}");
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void areSpreadByWhatIsInFlight(ServerVariant variant) {
    int requests = 16 * 32;
    AtomicIntegerArray served = new AtomicIntegerArray(2);
    CountDownLatch dispatched = new CountDownLatch(1);
    HttpServer server =
        server(
            variant,
            (request, response) -> {
              // Where nothing is answered, one in flight more is what tells workers apart.
              assertThat(dispatched.await(30, TimeUnit.SECONDS)).isTrue();
              served.incrementAndGet(journal.server().workerId());
              response.end("ok");
            });
    journal.server(server);
    // A reactor does not see what another is about to hand over.
    server.set(Settings.DISPATCH_MODE, 10).set(Settings.REACTOR_NUM, 1);

    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        clients.add(running.client().send(GET.repeat(32)));
      }
      await().until(() -> server.stats().get("concurrency").equals(requests));
      // The last of them is counted a moment before it is dispatched, both in front of this.
      assertThat(read(running.client().send("no request\r\n\r\n")).status()).isEqualTo(400);
      dispatched.countDown();
      for (RawClient client : clients) {
        for (int i = 0; i < 32; i++) {
          assertThat(read(client).text()).isEqualTo("ok");
        }
      }
    }
    assertThat(served.get(0)).isEqualTo(requests / 2);
    assertThat(served.get(1)).isEqualTo(requests / 2);
  }
}
