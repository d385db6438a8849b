// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.swoole4j.internal.process.posix.CpuSet;
import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Threads of servers that are pinned to processors. */
class AffinityTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static Server server(Server server) {
    server.set("open_cpu_affinity", true).set("worker_num", 3);
    return server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});
  }

  @ServerMatrix
  void givesEachWorkerTheProcessorOfItsNumber(ServerVariant variant) throws Exception {
    List<Integer> processors = CpuSet.ofThread().stream().boxed().toList();
    Map<Integer, BitSet> pinned = new ConcurrentHashMap<>();
    Server server = server(variant.newServer());
    server.on(Event.WORKER_START, (s, workerId) -> pinned.put(workerId, CpuSet.ofThread()));

    try (RunningServer running = RunningServer.start(server)) {
      Awaitility.await().atMost(LIMIT).until(() -> pinned.size() == 3);
    }

    pinned.forEach(
        (worker, set) ->
            assertThat(set.stream().boxed())
                .containsExactly(processors.get(worker % processors.size())));
    assertThat(CpuSet.ofThread().stream().boxed()).containsExactlyElementsOf(processors);
  }

  @Test
  void leavesIgnoredProcessorsAlone() throws Exception {
    List<Integer> processors = CpuSet.ofThread().stream().boxed().toList();
    Assumptions.assumeTrue(processors.size() > 1, "needs two processors");
    Map<Integer, BitSet> pinned = new ConcurrentHashMap<>();
    Server server = server(new Server("127.0.0.1", 0));
    server.set("cpu_affinity_ignore", processors.subList(0, 1));
    server.on(Event.WORKER_START, (s, workerId) -> pinned.put(workerId, CpuSet.ofThread()));

    try (RunningServer running = RunningServer.start(server)) {
      Awaitility.await().atMost(LIMIT).until(() -> pinned.size() == 3);
    }

    assertThat(pinned.values()).allMatch(set -> set.cardinality() == 1);
    assertThat(pinned.values()).noneMatch(set -> set.get(processors.get(0)));
  }

  @Test
  void failsStartWhenNoProcessorIsLeft() throws Exception {
    List<Integer> processors = CpuSet.ofThread().stream().boxed().toList();
    Server server = server(new Server("127.0.0.1", 0));
    server.set("cpu_affinity_ignore", processors);

    assertThatIllegalStateException()
        .isThrownBy(server::startAsync)
        .withMessageStartingWith("cpu_affinity_ignore: " + processors + " (expected: one of ");
  }
}
