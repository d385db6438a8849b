// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;

/** Events of connections that are told by objects. */
class EventObjectTest {

  private final Journal journal = new Journal();

  @ServerMatrix
  void comeInsteadOfSingleValues(ServerVariant variant) {
    Server server = variant.newServer().set("event_object", true);
    server.on(Event.CONNECT_OBJECT, (s, event) -> journal.add("connect " + event.fd()));
    server.on(
        "Receive",
        (ReceiveObjectHandler)
            (s, event) -> {
              journal.add("receive " + event.fd() + " " + new String(event.data(), UTF_8));
              assertThat(event.reactorId()).isNotNegative();
              assertThat(event.dispatchTime()).isPositive();
              s.send(event.fd(), event.data());
            });
    server.on(
        Event.CLOSE_OBJECT,
        (s, event) -> journal.add("close " + event.fd() + " " + event.data().length));

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("data").readText(4)).isEqualTo("data");
      server.close(1);
      journal.waitFor("close 1 0");
    }

    assertThat(journal.lines()).containsExactly("connect 1", "receive 1 data", "close 1 0");
  }

  @ServerMatrix
  void comeWithoutTheSettingToo(ServerVariant variant) {
    Server server = variant.newServer();
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, "values"));
    server.on(Event.RECEIVE_OBJECT, (s, event) -> s.send(event.fd(), "object"));

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("?").readText(6)).isEqualTo("object");
    }
  }

  @ServerMatrix
  void areRequiredByTheSetting(ServerVariant variant) {
    Server server = variant.newServer().set("event_object", true);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});

    assertThatThrownBy(server::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ReceiveHandler (expected: a handler of objects with it)");
  }

  @ServerMatrix(transports = "nio")
  void areRequiredOfEventsOfTheServerToo(ServerVariant variant) {
    Server server = variant.newServer().set("event_object", true);
    server.on(Event.RECEIVE_OBJECT, (s, event) -> {});
    server.on(Event.WORKER_ERROR, (s, workerId, pid, exitCode, signal) -> {});

    assertThatThrownBy(server::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("WorkerErrorHandler (expected: a handler of objects with it)");
  }
}
