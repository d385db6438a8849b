// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.LongStream;
import org.slf4j.event.Level;

class ClientListTest {

  private static final long START = 1L << 31;

  private static Server echo(ServerVariant variant) {
    Server server = variant.newServer();
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    return server;
  }

  /** Connects one by one, so that ids follow the order of the list. */
  private static List<RawClient> connect(RunningServer running, int count) {
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(running.client());
    }
    clients.forEach(client -> client.send("?").readExactly(1));
    return clients;
  }

  private static List<Long> range(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  @ServerMatrix
  void containsConnectionInItsConnectEvent(ServerVariant variant) throws Exception {
    BlockingQueue<List<Boolean>> answers = new LinkedBlockingQueue<>();
    Server server = echo(variant);
    server.on(
        Event.CONNECT,
        (s, fd, reactorId) ->
            answers.add(
                List.of(
                    s.connections().contains(fd),
                    s.connections().contains(fd + 100_000),
                    s.exist(fd),
                    s.getClientList().contains(fd))));

    try (RunningServer running = RunningServer.start(server)) {
      running.client();

      assertThat(Traffic.take(answers)).containsExactly(true, false, true, true);
    }
  }

  @ServerMatrix
  void givesOutIdsInOrderOfAcceptFromTheOneAfterStartSessionId(ServerVariant variant)
      throws Exception {
    BlockingQueue<Long> connected = new LinkedBlockingQueue<>();
    Server server = echo(variant).set(Settings.START_SESSION_ID, START);
    server.on(
        Event.CONNECT,
        (s, fd, reactorId) -> {
          connected.add(fd);
          s.send(fd, Long.toString(fd));
        });

    try (RunningServer running = RunningServer.start(server)) {
      for (int i = 1; i <= 10; i++) {
        String expected = Long.toString(START + i);
        assertThat(running.client().readText(expected.length())).isEqualTo(expected);
      }

      assertThat(connected).containsExactlyElementsOf(range(START + 1, START + 10));
      assertThat(server.getClientList(START + 4, 3)).isEqualTo(range(START + 5, START + 7));
      assertThat(server.send(START, "x")).isFalse();
      assertThat(server.getLastError()).isEqualTo(1005);
    }
  }

  @ServerMatrix
  void listsTheOneClientThatIsConnected(ServerVariant variant) {
    Server server = echo(variant);

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(server.getClientList()).isEmpty();
      connect(running, 1);

      assertThat(server.getClientList()).containsExactly(1L);
      assertThat(server.connectionList(0, 10)).containsExactly(1L);
    }
  }

  @ServerMatrix
  void pagesBehindExclusiveStart(ServerVariant variant) {
    Server server = echo(variant);
    assertThat(server.getClientList(0, 10)).isEmpty();

    try (RunningServer running = RunningServer.start(server)) {
      connect(running, 25);

      assertThat(server.getClientList()).isEqualTo(range(1, 10));
      assertThat(server.getClientList(10)).isEqualTo(range(11, 20));
      assertThat(server.getClientList(20, 10)).isEqualTo(range(21, 25));
      assertThat(server.getClientList(25, 10)).isEmpty();
      assertThat(server.getClientList(1_000_000, 10)).isEmpty();
      assertThat(server.getClientList(0, 0)).isEmpty();
      assertThat(server.getClientList(0, 100)).isEqualTo(range(1, 25));
      assertThatThrownBy(() -> server.getClientList(0, 101))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("count: 101 (expected: 0..100)");
      assertThatThrownBy(() -> server.getClientList(0, -1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ServerMatrix
  void forgetsClientThatLeaves(ServerVariant variant) {
    List<Long> closed = new CopyOnWriteArrayList<>();
    Server server = echo(variant);
    server.on(Event.CLOSE, (s, fd, reactorId) -> closed.add(fd));

    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> clients = connect(running, 2);
      assertThat(server.getClientList()).containsExactly(1L, 2L);
      assertThat(server.connections()).containsExactly(1L, 2L).hasSize(2);
      assertThat(server.connections().size()).isEqualTo(2);

      clients.get(1).close();
      Traffic.until(() -> closed.equals(List.of(2L)));
      clients.get(0).send("ping").readExactly(4);
      assertThat(server.getClientList()).containsExactly(1L);
      assertThat(server.connections()).containsExactly(1L);
      assertThat(server.connections().size()).isEqualTo(1);
      assertThat(server.connections()).hasToString("1 connections");

      clients.get(0).close();
      Traffic.until(() -> closed.equals(List.of(2L, 1L)));
      assertThat(server.connections()).isEmpty();
      Traffic.untilNothingIsLeft(server);
    }
  }

  @ServerMatrix
  void countsTrafficInStats(ServerVariant variant) {
    Server server = echo(variant).set(Settings.OPEN_EOF_SPLIT, true).set(Settings.WORKER_NUM, 2);
    assertThat(server.stats()).isEmpty();

    try (RunningServer running = RunningServer.start(server)) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        clients.add(running.client());
        clients.get(i).send("a\r\n\r\nbc\r\n\r\n").readExactly(11);
      }
      clients.get(0).close();

      // Each is counted where it happens, some of them after the client has its answer.
      await()
          .untilAsserted(
              () ->
                  assertThat(server.stats())
                      .containsEntry("connection_num", 2)
                      .containsEntry("idle_worker_num", 2)
                      .containsEntry("accept_count", 3L)
                      .containsEntry("close_count", 1L)
                      .containsEntry("abort_count", 0L)
                      .containsEntry("worker_num", 2)
                      .containsEntry("task_worker_num", 0)
                      .containsEntry("dispatch_count", 6L)
                      .containsEntry("request_count", 6L)
                      .containsEntry("response_count", 6L)
                      .containsEntry("total_recv_bytes", 33L)
                      .containsEntry("total_send_bytes", 33L)
                      .containsEntry("session_round", 3L)
                      .containsEntry("min_fd", 2L)
                      .containsEntry("max_fd", 3L));
      assertThat((long) server.stats().get("start_time"))
          .isCloseTo(System.currentTimeMillis() / 1000, within(60L));
    }
  }

  @ServerMatrix
  void refusesConnectionAboveMaxConnectionAtOnceAndServesTheOthers(ServerVariant variant) {
    Server server = echo(variant).set(Settings.MAX_CONNECTION, 3);

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      List<RawClient> clients = connect(running, 3);

      running.client().expectClosed();
      log.awaitContains(Level.WARN, "max_connection reached");
      clients.forEach(client -> assertThat(client.send("on").readText(2)).isEqualTo("on"));
      assertThat(server.getClientList()).containsExactly(1L, 2L, 3L);
      assertThat(server.stats())
          .containsEntry("abort_count", 1L)
          .containsEntry("accept_count", 3L)
          .containsEntry("session_round", 3L);

      clients.get(1).close();
      Traffic.until(() -> server.engine().registry().channels() == 2);
      assertThat(running.client().send("in").readText(2)).isEqualTo("in");
      assertThat(server.getClientList()).containsExactly(1L, 3L, 4L);
    }
  }
}
