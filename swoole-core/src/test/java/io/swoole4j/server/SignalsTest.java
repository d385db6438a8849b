// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Several servers of one JVM that wait for the same signal; WINCH, which nobody else needs. */
final class SignalsTest {
  private final AtomicInteger first = new AtomicInteger();
  private final AtomicInteger second = new AtomicInteger();

  private static Signals install(AtomicInteger count) {
    return Signals.install(
        "WINCH", count::incrementAndGet, LoggerFactory.getLogger(SignalsTest.class));
  }

  private static void raise() throws IOException, InterruptedException {
    String pid = Long.toString(ProcessHandle.current().pid());
    assertThat(new ProcessBuilder("kill", "-WINCH", pid).start().waitFor()).isZero();
  }

  @Test
  void reachesEveryServerAndThoseLeftWhenTheFirstHasEnded() throws Exception {
    Signals earlier = install(first);
    try (Signals later = install(second)) {
      raise();
      await().until(() -> first.get() == 1 && second.get() == 1);
      earlier.close();
      raise();
      await().until(() -> second.get() == 2);
      assertThat(first).hasValue(1);
    }
  }

  @Test
  void reachesThoseLeftWhenTheLastHasEnded() throws Exception {
    try (Signals earlier = install(first)) {
      install(second).close();
      raise();
      await().until(() -> first.get() == 1);
      assertThat(second).hasValue(0);
    }
  }
}
