// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** What was handed over by reference is kept by nobody once it was handled. */
class PayloadMemoryTest {

  private static final int PAYLOADS = 200;

  private final AtomicLong handledBytes = new AtomicLong();

  private Server server(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 1);
    server.set(Settings.TASK_WORKER_NUM, 1);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});
    server.on(Event.PIPE_MESSAGE, (s, workerId, message) -> handled(message));
    server.on(
        Event.TASK,
        (s, taskId, workerId, data) -> {
          handled(data);
          return null;
        });
    return server;
  }

  private void handled(Object payload) {
    handledBytes.addAndGet(((byte[]) payload).length);
  }

  /** Hands over payloads of random size and waits until all are handled and gone. */
  private void handOver(Predicate<byte[]> way) {
    Random random = new Random(7);
    List<WeakReference<byte[]>> payloads = new ArrayList<>();
    long sent = 0;
    for (int i = 0; i < PAYLOADS; i++) {
      byte[] payload = new byte[1 + random.nextInt(1 << 20)];
      assertThat(way.test(payload)).isTrue();
      sent += payload.length;
      payloads.add(new WeakReference<>(payload));
    }

    long expected = sent;
    Traffic.until(() -> handledBytes.get() == expected);
    Traffic.until(
        () -> {
          System.gc();
          return payloads.stream().allMatch(payload -> payload.get() == null);
        });
  }

  @ServerMatrix(transports = "nio")
  void isFreeOfTasks(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(server(variant))) {
      handOver(payload -> running.server().task(payload) >= 0);
    }
  }

  @ServerMatrix(transports = "nio")
  void isFreeOfMessages(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(server(variant))) {
      handOver(payload -> running.server().sendMessage(payload, 0));
    }
  }
}
