// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.server.ServerMode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that stop reading; {@code StalledClientsSoak} is the same with more of them. */
@EnabledOnOs(OS.LINUX)
class StalledClientsTest {
  private static final int CLIENTS = 60;
  private static final long BYTES = 80_000_000;

  @ParameterizedTest
  @EnumSource(ServerMode.class)
  @Timeout(120)
  void costNoMoreThanTheirBuffersUnderEachPolicy(ServerMode mode) throws IOException {
    StalledClients.check(mode, List.of(SlowClient.values()), CLIENTS, BYTES);
  }
}
