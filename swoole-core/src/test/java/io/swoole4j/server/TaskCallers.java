// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Workers that wait for results of many sizes at the same time, each for its own. */
final class TaskCallers {
  private static final int CLIENTS = 8;

  private TaskCallers() {}

  /** What a task is to answer: as many bytes as it was given, of that value. */
  static byte[] result(Task task) {
    byte[] result = new byte[(Integer) task.data()];
    Arrays.fill(result, (byte) result.length);
    return result;
  }

  /** Runs a server whose tasks answer {@link #result}, and fails if a caller gets another's. */
  static void getTheirOwnResults(Server server) {
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          for (int size = 1; size <= 1 << 16; size *= 4) {
            byte[] result = (byte[]) s.taskwait(size + s.workerId(), 30).orElseThrow();
            assertThat(result).hasSize(size + s.workerId()).containsOnly((byte) result.length);
          }
          s.send(fd, "ok\n");
        });

    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> clients =
          IntStream.range(0, CLIENTS).mapToObj(i -> running.client().send("go")).toList();
      clients.forEach(client -> assertThat(client.readUntil("\n")).isEqualTo("ok\n"));
    }
  }
}
