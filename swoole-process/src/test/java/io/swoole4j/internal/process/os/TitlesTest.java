// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.os;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.testing.RunningServer;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What {@code ps -L} and {@code top -H} call the threads of a server. */
class TitlesTest {
  @Test
  void tellTheWorkOfEachThread() {
    Server server = new Server("127.0.0.1", 0).set("worker_num", 1).set("task_worker_num", 1);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});
    server.on(Event.TASK, (s, id, source, data) -> null);

    try (RunningServer running = RunningServer.start(server)) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(titles())
                      .contains("worker-0", "task-0", "reactor-0", "manager", "acceptor"));
    }
  }

  private static Set<String> titles() throws IOException {
    Set<String> all = new TreeSet<>();
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path thread : threads) {
        try {
          all.add(Files.readString(thread.resolve("comm")).strip());
        } catch (IOException e) {
          // One that has ended meanwhile has no title.
          all.remove("");
        }
      }
    }
    return all;
  }
}
