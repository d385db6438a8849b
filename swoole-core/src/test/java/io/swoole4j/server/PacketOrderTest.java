// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static io.swoole4j.server.Lines.ask;
import static io.swoole4j.server.ServerMode.PROCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.slf4j.event.Level;

/** Packets of one connection are handled one after the other, in the order they were sent. */
class PacketOrderTest {

  private static final int CLIENTS = 32;
  private static final int PACKETS = 200;
  private static final int WORKERS = 4;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Map<Long, List<Integer>> handled = new ConcurrentHashMap<>();
  private final Map<Long, Set<Integer>> workersOf = new ConcurrentHashMap<>();
  private final Set<Long> beingHandled = ConcurrentHashMap.newKeySet();
  private final List<String> overlaps = new CopyOnWriteArrayList<>();
  private final List<Integer> errors = new CopyOnWriteArrayList<>();
  private final AtomicInteger starts = new AtomicInteger();
  private final LogCapture log = LogCapture.of("io.swoole4j");

  @AfterEach
  void closeLog() {
    log.close();
  }

  /** Echoes numbers, but throws an error for number 77 of every eighth connection. */
  private Server newServer(ServerVariant variant) {
    return Lines.framed(variant.newServer())
        .set("worker_num", WORKERS)
        .on(Event.WORKER_START, (srv, workerId) -> starts.incrementAndGet())
        .on(Event.WORKER_ERROR, (srv, workerId, pid, exitCode, signal) -> errors.add(exitCode))
        .on(
            Event.RECEIVE,
            (srv, fd, reactorId, data) -> {
              String line = Lines.text(data);
              if (line.startsWith("bind")) {
                assertThat(srv.bind(fd, fd + 1)).isTrue();
                Lines.answer(srv, fd, "bound");
              } else {
                number(srv, fd, Integer.parseInt(line));
              }
            });
  }

  private void number(Server srv, long fd, int number) {
    if (!beingHandled.add(fd)) {
      overlaps.add(fd + " " + number);
    }
    handled.computeIfAbsent(fd, key -> new CopyOnWriteArrayList<>()).add(number);
    workersOf.computeIfAbsent(fd, key -> ConcurrentHashMap.newKeySet()).add(srv.workerId());
    beingHandled.remove(fd);
    if (fails(fd, number)) {
      throw new AssertionError("worker " + srv.workerId() + " dies");
    }
    Lines.answer(srv, fd, number);
  }

  private static boolean fails(long fd, int number) {
    return fd % 8 == 0 && number == 77;
  }

  private void isKept(RunningServer running, boolean bind) {
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      RawClient client = running.client(running.clientOptions().localIp("127.0.0." + (i % 8 + 1)));
      clients.add(client);
      if (bind) {
        assertThat(ask(client, "bind")).isEqualTo("bound");
      }
    }
    // in slices, so that many connections have something in the same read of the same loop
    int slice = 25;
    for (int from = 0; from < PACKETS; from += slice) {
      String lines =
          IntStream.range(from, from + slice)
              .mapToObj(number -> number + "\n")
              .collect(Collectors.joining());
      clients.forEach(client -> client.send(lines));
    }
    await().atMost(LIMIT).until(() -> errors.size() == CLIENTS / 8);
    for (int i = 0; i < CLIENTS; i++) {
      long fd = i + 1L;
      RawClient client = clients.get(i);
      List<Integer> expected =
          IntStream.range(0, PACKETS).filter(n -> !fails(fd, n)).boxed().toList();
      List<Integer> answers =
          expected.stream().map(n -> Integer.valueOf(Lines.read(client))).toList();

      assertThat(answers).as("answers to fd %s", fd).isEqualTo(expected);
      assertThat(handled.get(fd))
          .as("packets of fd %s", fd)
          .isEqualTo(IntStream.range(0, PACKETS).boxed().toList());
      assertThat(workersOf.get(fd)).as("workers of fd %s", fd).hasSize(1);
    }
    assertThat(overlaps).isEmpty();
    assertThat(errors).containsOnly(255);
    assertThat(log.messages(Level.ERROR))
        .hasSize(CLIENTS / 8)
        .allMatch(line -> line.startsWith("handler of receive threw: fd "));
  }

  private void isKeptInMode(ServerVariant variant, int mode) {
    Server server = newServer(variant).set("dispatch_mode", mode).set("reactor_num", 2);
    try (RunningServer running = RunningServer.start(server)) {
      isKept(running, mode == 5);

      assertThat(starts).hasValue(WORKERS + CLIENTS / 8);
      assertThat(server.stats()).containsEntry("discard_count", 0L);
    }
  }

  @ServerMatrix(modes = PROCESS)
  void isKeptInMode2(ServerVariant variant) {
    isKeptInMode(variant, 2);
  }

  @ServerMatrix(modes = PROCESS)
  void isKeptInMode4(ServerVariant variant) {
    isKeptInMode(variant, 4);
  }

  @ServerMatrix(modes = PROCESS)
  void isKeptInMode5(ServerVariant variant) {
    isKeptInMode(variant, 5);
  }

  @ServerMatrix(modes = PROCESS)
  void isKeptInMode8(ServerVariant variant) {
    isKeptInMode(variant, 8);
  }

  @ServerMatrix(modes = ServerMode.BASE)
  void isKeptInBaseMode(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(newServer(variant))) {
      isKept(running, false);

      assertThat(starts).hasValue(WORKERS + CLIENTS / 8);
    }
  }
}
