// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.event.Level;

/** Limits on who may connect, and how fast. */
class ConnectionLimitsTest {

  private static Server server(ServerVariant variant) {
    Server server = variant.newServer();
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    return server;
  }

  private static RawClient from(RunningServer running, String ip) {
    return running.client(running.clientOptions().localIp(ip));
  }

  @ServerMatrix
  void oneAddressMayHaveOnlySoManyConnections(ServerVariant variant) {
    Server server = server(variant).set(Settings.MAX_CONNECTIONS_PER_IP, 2);

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      RawClient first = from(running, "127.0.0.2");
      first.send("1").readExactly(1);
      from(running, "127.0.0.2").send("2").readExactly(1);
      from(running, "127.0.0.2").expectClosed();
      assertThat(from(running, "127.0.0.3").send("other").readText(5)).isEqualTo("other");
      log.awaitContains(Level.WARN, "max_connections_per_ip reached");
      Traffic.until(() -> server.stats().get("abort_count").equals(1L));
      assertThat(server.stats()).containsEntry("accept_count", 3L);

      first.close();
      Traffic.until(() -> server.connections().size() == 2);
      Traffic.until(() -> server.engine().registry().channels() == 2);
      assertThat(from(running, "127.0.0.2").send("again").readText(5)).isEqualTo("again");
    }
  }

  @ServerMatrix
  void connectionsBeyondTheRateWait(ServerVariant variant) {
    Server server = server(variant).set(Settings.MAX_ACCEPT_RATE, 10);

    try (RunningServer running = RunningServer.start(server)) {
      long begin = System.nanoTime();
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        clients.add(running.client());
      }
      for (RawClient client : clients) {
        assertThat(client.send("x").readText(1)).isEqualTo("x");
      }

      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(600));
    }
  }
}
