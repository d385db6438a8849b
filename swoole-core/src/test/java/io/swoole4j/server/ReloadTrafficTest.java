// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.ExpectErrors;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * While workers are renewed under load, nothing is lost, doubled or answered out of order. With
 * {@code -Dswoole4j.reload.full=true} it is 1,000 clients and a reload every 200 ms, which takes
 * about 5,000 descriptors.
 */
class ReloadTrafficTest {
  private static final boolean FULL = Boolean.getBoolean("swoole4j.reload.full");
  private static final int CLIENTS = FULL ? 1000 : 50;
  private static final long RELOAD_MILLIS = FULL ? 200 : 10;
  private static final int BURST = 10;
  private static final int LEAST_ROUNDS = 10;
  private static final int MOST_ROUNDS = 2000;

  private final AtomicInteger starts = new AtomicInteger();
  private final AtomicInteger reloads = new AtomicInteger();
  private final AtomicInteger deaths = new AtomicInteger();

  private Server server(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 2);
    server.set(Settings.MAX_WAIT_TIME, 60.0);
    server.set("open_eof_split", true).set("package_eof", "\n");
    server.on(Event.WORKER_START, (s, workerId) -> starts.incrementAndGet());
    server.on(Event.AFTER_RELOAD, s -> reloads.incrementAndGet());
    server.on(Event.WORKER_ERROR, (s, id, pid, code, signal) -> deaths.incrementAndGet());
    server.on(Event.RECEIVE, ReloadTrafficTest::echo);
    return server;
  }

  private static void echo(Server server, long fd, int reactorId, byte[] data) {
    if (data[0] == 'x') {
      throw new AssertionError("asked for");
    }
    server.send(fd, data);
  }

  /**
   * Every client sends burst after burst, at least 100 requests, and has to get just these back.
   *
   * @param errorEvery in every so many rounds a client sends one message that throws; 0 for never
   * @param enough whether what is to happen meanwhile has happened
   */
  private static void exchange(RunningServer running, int errorEvery, BooleanSupplier enough) {
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(running.client());
    }
    int round = 0;
    for (; round < LEAST_ROUNDS || (!enough.getAsBoolean() && round < MOST_ROUNDS); round++) {
      for (int i = 0; i < CLIENTS; i++) {
        StringBuilder burst = new StringBuilder(lines(i, round));
        if (errorEvery > 0 && i == round % CLIENTS && round % errorEvery == 0) {
          burst.insert(burst.indexOf("\n") + 1, "x\n");
        }
        clients.get(i).send(burst.toString());
      }
      for (int i = 0; i < CLIENTS; i++) {
        String expected = lines(i, round);
        assertThat(clients.get(i).readText(expected.length())).isEqualTo(expected);
      }
    }
    assertThat(enough.getAsBoolean()).isTrue();
    for (RawClient client : clients) {
      // Nothing comes that was answered twice.
      client.send("end\n").shutdownOutput();
      assertThat(new String(client.readUntilEof(), UTF_8)).isEqualTo("end\n");
    }
  }

  private static String lines(int client, int round) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < BURST; i++) {
      lines.append(client).append(' ').append(round * BURST + i).append('\n');
    }
    return lines.toString();
  }

  @ServerMatrix
  void losesNothingWhileReloadsFollowEachOther(ServerVariant variant) {
    Server server = server(variant);
    ScheduledExecutorService operator = Executors.newSingleThreadScheduledExecutor();

    try (RunningServer running = RunningServer.start(server)) {
      ScheduledFuture<?> operating =
          operator.scheduleAtFixedRate(server::reload, 0, RELOAD_MILLIS, TimeUnit.MILLISECONDS);
      exchange(running, 0, () -> reloads.get() >= 10 && starts.get() >= 22);
      operating.cancel(false);
    } finally {
      operator.shutdown();
    }
    assertThat(deaths).hasValue(0);
  }

  @ServerMatrix
  void losesNothingAcrossMaxRequest(ServerVariant variant) {
    Server server = server(variant).set(Settings.MAX_REQUEST, 53L);

    try (RunningServer running = RunningServer.start(server)) {
      exchange(running, 0, () -> starts.get() >= 30);
    }
    assertThat(deaths).hasValue(0);
  }

  @ServerMatrix
  @ExpectErrors("handler of [a-zA-Z]+ threw")
  void losesOnlyMessagesThatThrowErrors(ServerVariant variant) {
    Server server = server(variant);

    try (RunningServer running = RunningServer.start(server)) {
      exchange(running, 2, () -> starts.get() >= 7);
      Traffic.until(() -> deaths.get() >= 5);
    }
  }
}
