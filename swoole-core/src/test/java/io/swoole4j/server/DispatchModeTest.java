// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static io.swoole4j.server.Lines.ask;
import static io.swoole4j.server.Lines.askNumbers;
import static io.swoole4j.server.ServerMode.PROCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Which worker gets what; see also {@link BusyWorkersTest} for the modes that look at loads. */
class DispatchModeTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Answers every line with the worker it came to. */
  private static Server whoServer(Server server, int mode, int workers) {
    return Lines.framed(server)
        .set("dispatch_mode", mode)
        .set("worker_num", workers)
        .on(
            Event.RECEIVE,
            (srv, fd, reactorId, data) -> {
              if (Lines.text(data).startsWith("bind ")) {
                srv.bind(fd, Long.parseLong(Lines.text(data).substring(5)));
              }
              Lines.answer(srv, fd, srv.workerId());
            });
  }

  private static RunningServer start(ServerVariant variant, int mode, int workers) {
    return RunningServer.start(whoServer(variant.newServer(), mode, workers));
  }

  @ServerMatrix(modes = PROCESS)
  void mode1GoesRoundOverAllConnections(ServerVariant variant) {
    try (RunningServer running = start(variant, 1, 3)) {
      RawClient first = running.client();
      RawClient second = running.client();

      assertThat(askNumbers(first, 4)).containsExactly(0, 1, 2, 0);
      assertThat(askNumbers(second, 4)).containsExactly(1, 2, 0, 1);
    }
  }

  @ServerMatrix(modes = PROCESS)
  void mode2IsTheFdModulo(ServerVariant variant) {
    long start = (1L << 31) - 2;
    Server server = whoServer(variant.newServer(), 2, 3).set("start_session_id", start);
    try (RunningServer running = RunningServer.start(server)) {
      for (int i = 1; i <= 5; i++) {
        int worker = (int) ((start + i) % 3);

        assertThat(askNumbers(running.client(), 3)).containsOnly(worker);
      }
      assertThat(server.getClientList(0, 10)).startsWith(start + 1).hasSize(5);
    }
  }

  @ServerMatrix(modes = PROCESS)
  void mode2IsTheDefault(ServerVariant variant) {
    Server server = variant.newServer().set("worker_num", 3);
    server.on(Event.RECEIVE, (srv, fd, reactorId, data) -> srv.send(fd, srv.workerId() + "\n"));
    try (RunningServer running = RunningServer.start(server)) {
      List<Integer> workers =
          IntStream.range(0, 4).mapToObj(i -> askNumbers(running.client(), 1).get(0)).toList();

      assertThat(workers).containsExactly(1, 2, 0, 1);
    }
  }

  @ServerMatrix(modes = PROCESS)
  void mode4IsTheIpv4AddressModulo(ServerVariant variant) {
    try (RunningServer running = start(variant, 4, 4)) {
      for (int i = 1; i <= 6; i++) {
        RawClient client = running.client(running.clientOptions().localIp("127.0.0." + i));

        // ip2long("127.0.0.i") is 2130706432 + i
        assertThat(askNumbers(client, 3)).containsOnly(i % 4);
      }
      RawClient far = running.client(running.clientOptions().localIp("127.0.1.2"));
      assertThat(askNumbers(far, 2)).containsOnly((256 + 2) % 4);
    }
  }

  @ServerMatrix(modes = PROCESS)
  void mode4TakesIpv6Addresses(ServerVariant variant) {
    Server server = whoServer(variant.newServer("::1", SocketType.TCP6), 4, 3);
    try (RunningServer running = RunningServer.start(server)) {
      assertThat(askNumbers(running.client(), 3)).containsOnly(1);
      assertThat(askNumbers(running.client(), 3)).containsOnly(1);
    }
  }

  @ServerMatrix(modes = PROCESS)
  void mode4TakesAnIpv4ClientOfAnIpv6PortByItsIpv4Address(ServerVariant variant) {
    Server server = whoServer(variant.newServer("::", SocketType.TCP6), 4, 7);
    try (RunningServer running = RunningServer.start(server)) {
      for (int i = 1; i <= 3; i++) {
        RawClient client =
            running.client(RawClient.to("127.0.0.1", running.port()).localIp("127.0.0." + i));

        assertThat(askNumbers(client, 2)).containsOnly((int) ((2_130_706_432L + i) % 7));
      }
    }
  }

  @ServerMatrix(modes = PROCESS)
  void mode5MovesLaterPacketsToTheWorkerOfTheUid(ServerVariant variant) {
    try (RunningServer running = start(variant, 5, 4)) {
      RawClient first = running.client();
      assertThat(askNumbers(first, 2)).containsOnly(1);
      assertThat(ask(first, "bind 7")).isEqualTo("1");
      assertThat(askNumbers(first, 3)).containsOnly(3);

      // another connection of the same user
      RawClient second = running.client();
      assertThat(ask(second, "bind 7")).isEqualTo("2");
      assertThat(askNumbers(second, 3)).containsOnly(3);
      assertThat(running.server().getClientInfo(2).map(ClientInfo::uid))
          .contains(OptionalLong.of(7));

      RawClient negative = running.client();
      ask(negative, "bind -1");
      assertThat(askNumbers(negative, 3)).containsOnly(3);
    }
  }

  @ServerMatrix(modes = PROCESS)
  void mode5KeepsTheFirstUid(ServerVariant variant) {
    try (RunningServer running = start(variant, 5, 4)) {
      RawClient client = running.client();
      ask(client, "bind 2");
      ask(client, "bind 3");
      ask(client, "bind 0");

      assertThat(askNumbers(client, 3)).containsOnly(2);
    }
  }

  @ServerMatrix(modes = PROCESS)
  void mode8GivesANewConnectionToTheWorkerWithTheFewest(ServerVariant variant) {
    Server server = whoServer(variant.newServer(), 8, 3);
    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> clients = new ArrayList<>();
      List<Integer> workers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        clients.add(running.client());
        workers.add(askNumbers(clients.get(i), 2).get(1));
      }
      assertThat(workers).containsExactly(0, 1, 2, 0, 1, 2);
      assertThat(server.getClientInfo(5).map(ClientInfo::workerId)).contains(OptionalInt.of(1));

      // closed by the client, by the server and by a reset
      clients.get(1).close();
      server.close(5);
      clients.get(2).abort();
      await().atMost(LIMIT).until(() -> server.connections().size() == 3);
      // Behind that, what closed them is written off.
      await().atMost(LIMIT).until(() -> server.getClientInfo(2).isEmpty());
      await().atMost(LIMIT).until(() -> server.getClientInfo(3).isEmpty());

      List<Integer> later =
          Stream.generate(running::client)
              .limit(4)
              .map(client -> askNumbers(client, 2).get(1))
              .toList();
      // 2, 0, 1 are left with the workers; the fourth finds 2, 2, 2
      assertThat(later).containsExactly(1, 1, 2, 0);
      assertThat(askNumbers(clients.get(0), 2)).containsOnly(0);
      assertThat(askNumbers(clients.get(5), 2)).containsOnly(2);
    }
  }

  @ServerMatrix(modes = PROCESS)
  void mode8DoesNotCountAConnectionThatClosedBeforeItHadAWorker(ServerVariant variant) {
    Server server =
        whoServer(variant.newServer(), 8, 3)
            .set(
                Server.DISPATCH_FUNC,
                (srv, fd, type, data) -> {
                  if (fd <= 2 && type != DispatchFunction.TYPE_DATA) {
                    return DispatchFunction.DISCARD;
                  }
                  if (fd <= 2) {
                    srv.close(fd);
                  }
                  return DispatchFunction.FALLBACK;
                });
    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("who\n").expectEof();
      running.client().send("who\n").expectEof();

      assertThat(askNumbers(running.client(), 2)).containsOnly(0);
    }
  }

  @ServerMatrix(modes = PROCESS)
  void modes9And10SpreadThePacketsOfOneConnectionEvenly(ServerVariant variant) {
    for (int mode : new int[] {9, 10}) {
      try (RunningServer running = start(variant, mode, 4)) {
        RawClient client = running.client();
        List<Integer> workers = new ArrayList<>();
        for (int i = 0; i < 1024; i++) {
          // A worker that has answered may not have put its work down yet, and would be passed by.
          awaitNothingInFlight(running.server());
          workers.addAll(askNumbers(client, 1));
        }

        assertThat(count(workers, 4)).as("mode %s", mode).containsOnly(256);
      }
    }
  }

  @ServerMatrix(modes = PROCESS)
  void modes9And10SpreadABurstOfOneConnectionEvenly(ServerVariant variant) {
    for (int mode : new int[] {9, 10}) {
      Semaphore begin = new Semaphore(0);
      Server server =
          Lines.framed(variant.newServer())
              .set("dispatch_mode", mode)
              .set("worker_num", 4)
              .set("reactor_num", 1)
              .on(
                  Event.RECEIVE,
                  (srv, fd, reactorId, data) -> {
                    assertThat(begin.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
                    Lines.answer(srv, fd, srv.workerId());
                  });
      try (RunningServer running = RunningServer.start(server)) {
        RawClient client = running.client();
        // Nothing is finished before all has been given out.
        client.send("who\n".repeat(1024));
        Traffic.until(() -> server.stats().get("dispatch_count").equals(1024L));
        begin.release(1024);

        List<Integer> workers =
            IntStream.range(0, 1024).mapToObj(i -> Integer.valueOf(Lines.read(client))).toList();
        assertThat(count(workers, 4)).as("mode %s", mode).containsOnly(256);
      }
    }
  }

  private static void awaitNothingInFlight(Server server) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (server.engine().workers().stream().anyMatch(worker -> worker.inFlight() > 0)) {
      assertThat(System.nanoTime() - end).as("busy for too long").isNegative();
      Thread.onSpinWait();
    }
  }

  private static List<Integer> count(List<Integer> workers, int workerNum) {
    return IntStream.range(0, workerNum)
        .mapToObj(worker -> Collections.frequency(workers, worker))
        .toList();
  }

  @ServerMatrix(modes = PROCESS)
  void mode7DeliversAPacketInSlicesAsOneEvent(ServerVariant variant) {
    Server server =
        Lines.framed(variant.newServer())
            .set("dispatch_mode", 7)
            .set("worker_num", 3)
            .on(Event.RECEIVE, (srv, fd, reactorId, data) -> Lines.answer(srv, fd, data.length));
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      byte[] packet = ("x".repeat(64 * 1024) + "\n").getBytes(StandardCharsets.UTF_8);

      client.sendSlices(packet, 2048);

      assertThat(Lines.read(client)).isEqualTo(String.valueOf(packet.length));
      client.expectNothing(Duration.ofMillis(50));
    }
  }
}
