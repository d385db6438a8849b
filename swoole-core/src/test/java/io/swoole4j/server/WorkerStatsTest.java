// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.Map;

/** A worker sees in the statistics what it has done itself. */
class WorkerStatsTest {

  @ServerMatrix
  void countRequestsAndResponsesOfTheWorkerThatAsks(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 2);
    server.set(Settings.MAX_REQUEST, 3L).set(Settings.MAX_REQUEST_GRACE, 0L);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          Map<String, Object> stats = s.stats();
          s.send(
              fd,
              "%s %s %s;"
                  .formatted(
                      stats.get("worker_request_count"),
                      stats.get("worker_response_count"),
                      stats.get("worker_concurrency")));
        });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(server.stats())
          .containsEntry("worker_request_count", 0L)
          .containsEntry("worker_response_count", 0L)
          .containsEntry("worker_concurrency", 0);
      RawClient first = running.client();

      assertThat(first.send("a").readUntil(";")).matches("1 0 [1-9];");
      assertThat(first.send("b").readUntil(";")).matches("2 1 [1-9];");
      assertThat(first.send("c").readUntil(";")).matches("3 2 [1-9];");
      // The next one is given to a worker that has begun anew.
      assertThat(first.send("d").readUntil(";")).matches("1 0 [1-9];");
      Traffic.until(() -> server.stats().get("concurrency").equals(0));
    }
  }
}
