// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.server.ServerMode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** 300 clients that stop reading while 1 GB is pushed at them. */
@EnabledOnOs(OS.LINUX)
class StalledClientsSoak {
  private static final int CLIENTS = 300;
  private static final long BYTES = 1_000_000_000;

  @ParameterizedTest
  @CsvSource({
    "BASE, REFUSE",
    "BASE, DROP_OLDEST",
    "BASE, CLOSE",
    "PROCESS, REFUSE",
    "PROCESS, DROP_OLDEST",
    "PROCESS, CLOSE"
  })
  @Timeout(300)
  void costNoMoreThanTheirBuffers(ServerMode mode, SlowClient policy) throws IOException {
    StalledClients.check(mode, List.of(policy), CLIENTS, BYTES);
  }
}
