// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static io.swoole4j.server.Lines.ask;
import static io.swoole4j.server.Lines.askNumbers;
import static io.swoole4j.server.ServerMode.PROCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.slf4j.event.Level;

/** The setting {@code dispatch_func}, dispatch mode 6. */
class DispatchFunctionTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final List<String> events = new CopyOnWriteArrayList<>();
  private final LogCapture log = LogCapture.of(Server.class);

  @AfterEach
  void closeLog() {
    log.close();
  }

  /** Answers a line with the worker it came to and its length. */
  private Server newServer(ServerVariant variant, DispatchFunction function) {
    return Lines.framed(variant.newServer())
        .set("worker_num", 3)
        .set(Server.DISPATCH_FUNC, function)
        .on(Event.CONNECT, (srv, fd, reactorId) -> events.add("connect " + fd))
        .on(
            Event.RECEIVE,
            (srv, fd, reactorId, data) -> {
              events.add("receive " + fd);
              String more = data.length > 100 ? " " + data.length : "";
              Lines.answer(srv, fd, srv.workerId() + more);
            })
        .on(
            Event.CLOSE,
            (srv, fd, reactorId) -> events.add("close " + fd + (reactorId < 0 ? " -1" : "")));
  }

  private static boolean starts(byte[] data, String prefix) {
    return data.length > 0 && Lines.text(data).startsWith(prefix);
  }

  @ServerMatrix(modes = PROCESS)
  void choosesTheWorkerWhateverTheMode(ServerVariant variant) {
    for (int mode : new int[] {1, 2, 6}) {
      Server server =
          newServer(variant, (srv, fd, type, data) -> (int) (fd + 1) % 3)
              .set("dispatch_mode", mode);
      try (RunningServer running = RunningServer.start(server)) {
        assertThat(askNumbers(running.client(), 3)).containsOnly(2);
        assertThat(askNumbers(running.client(), 3)).containsOnly(0);
      }
    }
  }

  @ServerMatrix(modes = PROCESS)
  void canChooseByThePacket(ServerVariant variant) {
    Server server =
        newServer(
            variant, (srv, fd, type, data) -> type == 0 ? Integer.parseInt(Lines.text(data)) : 0);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();

      for (String worker : List.of("2", "0", "1", "2")) {
        assertThat(ask(client, worker)).isEqualTo(worker);
      }
    }
  }

  @ServerMatrix(modes = PROCESS)
  void isRequiredByMode6(ServerVariant variant) {
    Server server =
        variant
            .newServer()
            .set("dispatch_mode", 6)
            .on(Event.RECEIVE, (srv, fd, reactorId, data) -> {});

    assertThatThrownBy(server::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("dispatch_mode: 6 (expected: a dispatch_func with it)");
    assertThat(server.state()).isEqualTo(ServerState.TERMINATED);
  }

  @ServerMatrix(modes = PROCESS)
  void dropsAPacketForMinus1AndKeepsTheConnection(ServerVariant variant) {
    Server server = newServer(variant, (srv, fd, type, data) -> starts(data, "drop") ? -1 : 1);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();

      client.send("drop" + "x".repeat(64 * 1024) + "\n");
      assertThat(ask(client, "keep")).isEqualTo("1");
      assertThat(events).containsExactly("connect 1", "receive 1");
      // the packet that was answered is written off only after its handler has returned
      await()
          .atMost(LIMIT)
          .until(() -> server.getClientInfo(1).orElseThrow().recvQueuedBytes() == 0);
    }
  }

  @ServerMatrix(modes = PROCESS)
  void goesOnReadingHoweverMuchIsDropped(ServerVariant variant) {
    Server server =
        newServer(variant, (srv, fd, type, data) -> starts(data, "drop") ? -1 : 1)
            .set("max_queued_bytes", 4096);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();

      client.send(("drop" + "x".repeat(1000) + "\n").repeat(500));

      assertThat(ask(client, "keep")).isEqualTo("1");
    }
  }

  @ServerMatrix(modes = PROCESS)
  void closesTheConnectionForMinus2(ServerVariant variant) {
    Server server = newServer(variant, (srv, fd, type, data) -> starts(data, "bad") ? -2 : 1);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(ask(client, "good")).isEqualTo("1");

      client.send("bad\nnever seen\n");

      client.expectEof();
      client.close();
      await().atMost(LIMIT).until(() -> events.contains("close 1 -1"));
      assertThat(events).containsExactly("connect 1", "receive 1", "close 1 -1");
      await().atMost(LIMIT).until(() -> server.getClientInfo(1).isEmpty());
    }
  }

  @ServerMatrix(modes = PROCESS)
  void leavesTheChoiceToTheModeForMinus3(ServerVariant variant) {
    Server server =
        newServer(variant, (srv, fd, type, data) -> type == 0 ? -3 : 0).set("dispatch_mode", 1);
    try (RunningServer running = RunningServer.start(server)) {
      assertThat(askNumbers(running.client(), 7)).containsExactly(0, 1, 2, 0, 1, 2, 0);
    }
    Server byFd = newServer(variant, (srv, fd, type, data) -> -3).set("dispatch_mode", 6);
    try (RunningServer running = RunningServer.start(byFd)) {
      assertThat(askNumbers(running.client(), 3)).containsOnly(1);
      assertThat(askNumbers(running.client(), 3)).containsOnly(2);
    }
  }

  @ServerMatrix(modes = PROCESS)
  void seesConnectDataAndCloseWithTheirTypes(ServerVariant variant) {
    List<String> seen = new CopyOnWriteArrayList<>();
    Server server =
        newServer(
            variant,
            (srv, fd, type, data) -> {
              seen.add(fd + " " + type + " " + data.length + " " + (srv.workerId() == -1));
              return 1;
            });
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(ask(client, "hello")).isEqualTo("1");
      client.close();
      await().atMost(LIMIT).until(() -> events.contains("close 1"));

      assertThat(seen).containsExactly("1 4 0 true", "1 0 6 true", "1 3 0 true");
    }
  }

  @ServerMatrix(modes = PROCESS)
  void seesAtMost8180BytesOfWhatIsDeliveredWhole(ServerVariant variant) {
    List<Integer> seen = new CopyOnWriteArrayList<>();
    Server server =
        newServer(
            variant,
            (srv, fd, type, data) -> {
              if (type == DispatchFunction.TYPE_DATA) {
                seen.add(data.length);
              }
              return 1;
            });
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      for (int length : new int[] {8180, 8181, 100_000}) {
        assertThat(ask(client, "x".repeat(length - 1))).isEqualTo("1 " + length);
      }
    }

    assertThat(seen).containsExactly(8180, 8180, 8180);
  }

  @ServerMatrix(modes = PROCESS)
  void isReplacedByTheModeWhenItThrows(ServerVariant variant) {
    Server server =
        newServer(
            variant,
            (srv, fd, type, data) -> {
              if (starts(data, "throw")) {
                throw new IllegalStateException("my bug");
              }
              if (starts(data, "error")) {
                throw new NoClassDefFoundError("my/Missing");
              }
              return 0;
            });
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();

      assertThat(ask(client, "throw")).isEqualTo("1");
      assertThat(ask(client, "error")).isEqualTo("1");
      assertThat(ask(client, "good")).isEqualTo("0");

      assertThat(log.messages(Level.ERROR))
          .containsExactly(
              "dispatch_func threw for fd 1, dispatch_mode chooses",
              "dispatch_func threw for fd 1, dispatch_mode chooses");
      assertThat(log.events().get(log.messages().indexOf(log.messages(Level.ERROR).get(0))))
          .extracting(event -> event.getThrowableProxy().getMessage())
          .isEqualTo("my bug");
    }
  }

  @ServerMatrix(modes = PROCESS)
  void isReplacedByTheModeWhenItNamesNoWorker(ServerVariant variant) {
    Server server = newServer(variant, (srv, fd, type, data) -> type == 0 ? data[0] - '5' : 0);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();

      // '8' - '5' is the first id that no worker has, '1' - '5' is no answer either
      assertThat(List.of(ask(client, "8"), ask(client, "1"), ask(client, "7")))
          .containsExactly("1", "1", "2");

      // The second only if it came more than a second after the first.
      assertThat(log.messages(Level.WARN))
          .hasSizeBetween(1, 2)
          .startsWith(
              "dispatch_func named no worker, dispatch_mode chooses: 3 (1 times since the last"
                  + " report)");
    }
  }

  @ServerMatrix(modes = PROCESS)
  void suppressesEventsThatItDrops(ServerVariant variant) {
    Server server = newServer(variant, (srv, fd, type, data) -> type == 0 ? 1 : -1);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(ask(client, "hello")).isEqualTo("1");
      client.close();
      await().atMost(LIMIT).until(() -> server.getClientInfo(1).isEmpty());

      RawClient second = running.client();
      assertThat(ask(second, "hello")).isEqualTo("1");
      assertThat(server.close(2)).isTrue();
      second.expectEof();
      second.close();
      await().atMost(LIMIT).until(() -> server.getClientInfo(2).isEmpty());
    }

    assertThat(events).containsExactly("receive 1", "receive 2");
  }

  @ServerMatrix(modes = PROCESS)
  void canRefuseAConnection(ServerVariant variant) {
    Server server = newServer(variant, (srv, fd, type, data) -> type == 4 ? -2 : 1);
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.expectEof();
      client.close();
      await().atMost(LIMIT).until(() -> server.getClientInfo(1).isEmpty());
      assertThat(events).containsExactly("close 1 -1");
    }
  }
}
