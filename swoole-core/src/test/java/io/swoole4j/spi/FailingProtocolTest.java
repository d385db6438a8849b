// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RunningServer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** A protocol whose methods throw when its server ends. */
class FailingProtocolTest {

  private static final class Failing extends BareProtocol {
    Failing() {
      super("failing");
    }

    @Override
    public Optional<PortSession> open(Port port) {
      return Optional.empty();
    }

    @Override
    public boolean isAwaited() {
      throw new IllegalStateException("on purpose");
    }

    @Override
    public void ended() {
      throw new IllegalStateException("on purpose");
    }
  }

  private static final class FailingServer extends Server {
    FailingServer() {
      super("127.0.0.1", 0, ServerMode.PROCESS, SocketType.TCP, List.of(new Failing()));
    }
  }

  @Test
  void doesNotKeepItsServerFromEndingWhole() {
    try (LogCapture log = LogCapture.of(Server.class)) {
      Server server = new FailingServer();
      server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

      RunningServer.start(server).close();

      assertThat(log.messages(Level.WARN))
          .containsExactly("failing: failed to tell", "failing: failed to end");
    }
  }
}
