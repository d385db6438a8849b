// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.net.InetSocketAddress;
import java.util.Map;

/** What Swoole calls the properties of a server, read inside callbacks and outside of them. */
class ServerPropertiesTest {

  @ServerMatrix
  void tellProcessAndWorkerInsideCallback(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 2);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          long own = ProcessHandle.current().pid();
          boolean pids = s.masterPid() == own && s.managerPid() == own && s.workerPid() == own;
          s.send(fd, pids + " " + s.workerId() + " " + s.taskworker() + ";");
        });

    assertThat(server.workerPid()).isZero();
    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();

      assertThat(client.send("?").readUntil(";")).matches("true [01] false;");
      assertThat(server.workerPid()).isEqualTo(ProcessHandle.current().pid());
      assertThat(server.workerId()).isEqualTo(-1);
    }
  }

  @ServerMatrix
  void tellSettingsAsSetUnderTheirOwnNamesAndDefaultsWhenAskedForOne(ServerVariant variant) {
    Server server = variant.newServer();
    server.set(Map.of("max_conn", "100", "package_max_length", "2M"));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, s.setting() + ";"));

    try (RunningServer running = RunningServer.start(server)) {
      String told = running.client().send("?").readUntil(";");

      assertThat(told).isEqualTo(server.setting() + ";");
      assertThat(server.setting())
          .containsOnly(
              Map.entry("transport", variant.transport()),
              Map.entry("max_connection", 100),
              Map.entry("package_max_length", 2 * 1024 * 1024));
      assertThat(server.setting(Settings.BACKLOG)).isEqualTo(512);
      assertThatThrownBy(() -> server.setting().clear())
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @ServerMatrix
  void tellThePrimaryPortAndItsSocket(ServerVariant variant) {
    Server server = variant.newServer();
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});

    assertThat(server.getPort()).isZero();
    try (RunningServer running = RunningServer.start(server)) {
      ServerPort primary = server.ports().get(0);
      ListeningSocket socket = server.getSocket().orElseThrow();

      assertThat(server.ports()).hasSize(1);
      assertThat(primary.port()).isEqualTo(running.port()).isPositive();
      assertThat(primary.getSocket()).contains(socket);
      assertThat(socket.address())
          .isInstanceOfSatisfying(
              InetSocketAddress.class,
              address -> assertThat(address.getPort()).isEqualTo(running.port()));
      assertThat(socket.descriptor() >= 0).isEqualTo(variant.transport().equals("epoll"));
      assertThat(primary).hasToString("127.0.0.1:" + running.port());
    }
  }
}
