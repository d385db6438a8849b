// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.setting.Settings;
import io.swoole4j.spi.UserProcess;
import io.swoole4j.testing.Descriptors;
import io.swoole4j.testing.NettyMemory;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Servers that come and go leave nothing. */
class StartStopCyclesTest {

  private static final int WARM_UP = 10;
  private static final int CYCLES = 100;

  /** An allocator may keep what it has; it was seen to grow by nothing. */
  private static final long TOLERATED_BYTES = 1 << 20;

  private static void cycle(ServerVariant variant, boolean clientLeavesFirst) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 2);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    server.addProcess(UserProcess.thread((handle, id) -> new CountDownLatch(1).await()));
    RunningServer running = RunningServer.start(server);
    try (RawClient client = RawClient.connect(server.host(), server.getPort())) {
      assertThat(client.send("echo").readText(4)).isEqualTo("echo");
      if (clientLeavesFirst) {
        client.close();
        running.close();
      } else {
        server.shutdown();
        client.expectEof();
      }
    }
    running.awaitTerminated();
  }

  private static List<String> threadsOfServers() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("swoole-"))
        .toList();
  }

  @ServerMatrix
  void leaveNoThreadNoDescriptorAndNoMemory(ServerVariant variant) {
    for (int i = 0; i < WARM_UP; i++) {
      cycle(variant, i % 2 == 0);
    }
    Descriptors descriptors = Descriptors.snapshot();
    NettyMemory memory = NettyMemory.snapshot();

    for (int i = 0; i < CYCLES; i++) {
      cycle(variant, i % 2 == 0);
    }

    descriptors.awaitNothingOpenedSince();
    await().untilAsserted(() -> assertThat(threadsOfServers()).isEmpty());
    assertThat(memory.growthSince()).isLessThan(TOLERATED_BYTES);
  }
}
