// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerState;

class RunningServerTest {

  @ServerMatrix
  void servesClientsUntilClose(ServerVariant variant) {
    Server server = variant.newServer();
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient first = running.client();
      RawClient second = running.client(running.clientOptions().receiveBuffer(4096));
      assertThat(first.send("one").readText(3)).isEqualTo("one");
      assertThat(second.send("two").readText(3)).isEqualTo("two");
      assertThat(running.port()).isEqualTo(first.remotePort());
      assertThat(running.server()).isSameAs(server);
    }

    assertThat(server.state()).isEqualTo(ServerState.TERMINATED);
  }

  @ServerMatrix
  void acceptsThatTestShutsServerDownItself(ServerVariant variant) {
    Server server = variant.newServer();
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

    try (RunningServer running = RunningServer.start(server)) {
      server.shutdown();
      running.awaitTerminated();
    }
  }
}
