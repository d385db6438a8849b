// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that ends while many clients wait for answers. */
class DrainTest {
  private static final int CLIENTS = 200;
  private static final int REQUESTS = 10;

  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();

  private static Server server(ServerVariant variant, double maxWaitTime) {
    return Lines.framed(variant.newServer())
        .set(Settings.WORKER_NUM, 2)
        .set(Settings.MAX_WAIT_TIME, maxWaitTime);
  }

  /** Answers each request by a task on a task worker that is chosen by the client's number. */
  private Server byTasks(ServerVariant variant, double maxWaitTime, int taskWorkers) {
    Server server = server(variant, maxWaitTime).set(Settings.TASK_WORKER_NUM, taskWorkers);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          int client = Integer.parseInt(Lines.text(data).split(" ", 2)[0]);
          assertThat(s.task(List.of(fd, data), client % taskWorkers)).isNotNegative();
          asked.incrementAndGet();
        });
    server.on(
        Event.FINISH,
        (s, taskId, result) -> {
          List<?> answer = (List<?>) result;
          s.send((Long) answer.get(0), (byte[]) answer.get(1));
        });
    return server;
  }

  /** False when it was interrupted. */
  private boolean hold() {
    try {
      return release.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  private static String lines(int client) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < REQUESTS; i++) {
      lines.append(client).append(' ').append(i).append('\n');
    }
    return lines.toString();
  }

  private static List<RawClient> clients(RunningServer running) {
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(running.client().send(lines(i)));
    }
    return clients;
  }

  private static String rest(RawClient client) {
    return new String(client.readUntilEof(), UTF_8);
  }

  /** Nothing where the client has not taken its answer in time. */
  private static String restOrReset(RawClient client) {
    try {
      return rest(client);
    } catch (UncheckedIOException e) {
      return "";
    }
  }

  @ServerMatrix
  void answersAllThatIsInFlightAndThenCloses(ServerVariant variant) {
    Server server = byTasks(variant, 60, 1);
    server.on(Event.TASK, (s, taskId, source, data) -> hold() ? data : null);

    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> clients = clients(running);
      Traffic.until(() -> asked.get() == CLIENTS * REQUESTS);
      server.shutdown();
      Traffic.until(() -> server.state() == ServerState.STOPPING);
      release.countDown();

      for (int i = 0; i < CLIENTS; i++) {
        assertThat(rest(clients.get(i))).isEqualTo(lines(i));
      }
      running.awaitTerminated();
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void answersAllThatWaitsForWorkersAndThenCloses(ServerVariant variant) {
    Server server = server(variant, 60);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          if (hold()) {
            s.send(fd, data);
          }
        });

    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> clients = clients(running);
      Traffic.until(() -> server.stats().get("dispatch_count").equals((long) CLIENTS * REQUESTS));
      server.shutdown();
      Traffic.until(() -> server.state() == ServerState.STOPPING);
      release.countDown();

      for (int i = 0; i < CLIENTS; i++) {
        assertThat(rest(clients.get(i))).isEqualTo(lines(i));
      }
      running.awaitTerminated();
    }
  }

  @ServerMatrix(transports = "nio")
  void endsWhatDoesNotFinishInTimeAndAnswersTheOthers(ServerVariant variant) {
    try {
      // Whether all others are answered in that time is up to the machine.
      double maxWaitTime = 1;
      while (!othersAreAnswered(variant, maxWaitTime)) {
        maxWaitTime *= 4;
        assertThat(maxWaitTime).as("max_wait_time in which not all are answered").isLessThan(20);
      }
    } finally {
      release.countDown();
    }
  }

  private boolean othersAreAnswered(ServerVariant variant, double maxWaitTime) {
    asked.set(0);
    Server server = byTasks(variant, maxWaitTime, 2);
    server.on(
        Event.TASK,
        (s, taskId, source, data) -> {
          if (s.workerId() == 2) {
            return data;
          }
          hold();
          return null;
        });

    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> clients = clients(running);
      Traffic.until(() -> asked.get() == CLIENTS * REQUESTS);
      server.shutdown();

      boolean answered = true;
      for (int i = 0; i < CLIENTS; i++) {
        String expected = i % 2 == 0 ? lines(i) : "";
        String rest = restOrReset(clients.get(i));
        assertThat(expected).startsWith(rest);
        answered &= rest.equals(expected);
      }
      running.awaitTerminated();
      return answered;
    }
  }
}
