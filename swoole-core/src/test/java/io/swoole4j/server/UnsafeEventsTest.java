// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static io.swoole4j.server.ServerMode.BASE;
import static io.swoole4j.server.ServerMode.PROCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.slf4j.event.Level;

/** Connect and close in the dispatch modes that cannot keep their order against receive. */
class UnsafeEventsTest {

  private static final String WARNING = "cannot keep the order of events";

  private final List<String> events = new CopyOnWriteArrayList<>();
  private final LogCapture log = LogCapture.of(Server.class);

  @AfterEach
  void closeLog() {
    log.close();
  }

  private Server newServer(ServerVariant variant, int mode) {
    return Lines.framed(variant.newServer())
        .set("dispatch_mode", mode)
        .set("worker_num", 2)
        .on(Event.CONNECT, (srv, fd, reactorId) -> events.add("connect " + fd))
        .on(
            Event.RECEIVE,
            (srv, fd, reactorId, data) -> {
              events.add("receive " + fd);
              Lines.answer(srv, fd, "ok");
            })
        .on(Event.CLOSE, (srv, fd, reactorId) -> events.add("close " + fd));
  }

  /** One connection that its client closes, and one that the server closes. */
  private static void useTwice(RunningServer running) {
    RawClient client = running.client();
    assertThat(Lines.ask(client, "hello")).isEqualTo("ok");
    client.close();
    RawClient closedByServer = running.client();
    assertThat(Lines.ask(closedByServer, "hello")).isEqualTo("ok");
    assertThat(running.server().close(2)).isTrue();
    closedByServer.expectEof();
    closedByServer.close();
    await().until(() -> running.server().getClientInfo(1).isEmpty());
  }

  private List<String> warnings() {
    return log.messages(Level.WARN);
  }

  @ServerMatrix(modes = PROCESS)
  void areNotCalledAndOneWarningSaysSo(ServerVariant variant) {
    for (int mode : new int[] {1, 3, 7, 9, 10}) {
      events.clear();
      log.clear();
      try (RunningServer running = RunningServer.start(newServer(variant, mode))) {
        useTwice(running);
      }

      assertThat(events).as("mode %s", mode).containsExactly("receive 1", "receive 2");
      assertThat(warnings()).hasSize(1);
      assertThat(warnings().get(0)).startsWith("dispatch_mode " + mode + " " + WARNING);
    }
  }

  @ServerMatrix(modes = PROCESS)
  void areCalledWithEnableUnsafeEvent(ServerVariant variant) {
    for (int mode : new int[] {1, 3, 7, 9, 10}) {
      events.clear();
      Server server = newServer(variant, mode).set("enable_unsafe_event", true);
      try (RunningServer running = RunningServer.start(server)) {
        useTwice(running);
      }

      assertThat(events)
          .as("mode %s", mode)
          .containsExactlyInAnyOrder(
              "connect 1", "receive 1", "close 1", "connect 2", "receive 2", "close 2");
      assertThat(log.contains(WARNING)).isFalse();
    }
  }

  @ServerMatrix(modes = PROCESS)
  void areCalledInOrderInTheOtherModes(ServerVariant variant) {
    for (int mode : new int[] {2, 4, 5, 8}) {
      events.clear();
      try (RunningServer running = RunningServer.start(newServer(variant, mode))) {
        useTwice(running);
      }

      assertThat(events)
          .as("mode %s", mode)
          .containsSubsequence("connect 1", "receive 1", "close 1")
          .containsSubsequence("connect 2", "receive 2", "close 2")
          .hasSize(6);
      assertThat(warnings()).isEmpty();
    }
  }

  @ServerMatrix(modes = PROCESS)
  void areCalledWhenAFunctionChooses(ServerVariant variant) {
    Server server = newServer(variant, 1).set(Server.DISPATCH_FUNC, (srv, fd, type, data) -> 1);
    try (RunningServer running = RunningServer.start(server)) {
      useTwice(running);
    }

    assertThat(events)
        .containsSubsequence("connect 1", "receive 1", "close 1")
        .containsSubsequence("connect 2", "receive 2", "close 2");
    assertThat(warnings()).isEmpty();
  }

  @ServerMatrix(modes = BASE)
  void areCalledInBaseModeWhereEachUselessSettingIsWarnedAbout(ServerVariant variant) {
    Server server =
        newServer(variant, 1)
            .set(
                Server.DISPATCH_FUNC,
                (srv, fd, type, data) -> {
                  events.add("dispatch");
                  return DispatchFunction.DISCARD;
                })
            .set("reactor_num", 1)
            .set("max_queued_bytes", 1)
            .set("enable_unsafe_event", false)
            .set("discard_timeout_request", true);
    try (RunningServer running = RunningServer.start(server)) {
      useTwice(running);
    }

    assertThat(events)
        .containsSubsequence("connect 1", "receive 1", "close 1")
        .containsSubsequence("connect 2", "receive 2", "close 2")
        .hasSize(6);
    assertThat(warnings())
        .containsExactlyInAnyOrder(
            "dispatch_mode: has no effect in BASE mode",
            "dispatch_func: has no effect in BASE mode",
            "reactor_num: has no effect in BASE mode",
            "max_queued_bytes: has no effect in BASE mode",
            "enable_unsafe_event: has no effect in BASE mode",
            "discard_timeout_request: has no effect in BASE mode");
  }

  @ServerMatrix(modes = BASE)
  void areNotWarnedAboutInBaseModeUnlessASettingIsSet(ServerVariant variant) {
    Server server =
        variant.newServer().set("worker_num", 2).on(Event.RECEIVE, (srv, fd, id, data) -> {});
    try (RunningServer running = RunningServer.start(server)) {
      running.client();
    }

    assertThat(warnings()).isEmpty();
  }
}
