// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static io.swoole4j.websocket.WebSocketFixture.head;
import static io.swoole4j.websocket.WebSocketFixture.readText;
import static io.swoole4j.websocket.WebSocketFixture.request;
import static io.swoole4j.websocket.WebSocketFixture.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.server.ServerMode;
import io.swoole4j.testing.RawClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Clients that stop reading while a {@link StalledServer} pushes at them, and one that goes on: how
 * much the memory of the server's process grows, and what becomes of the others.
 */
final class StalledClients implements AutoCloseable {
  private static final int MIB = 1024 * 1024;
  private static final int KIB = 1024;

  /** What a process may take besides the output that waits. */
  private static final long SLACK = 32L * MIB;

  /** What the server's heap has besides the output that waits, garbage among it. */
  private static final long HEAP = 16L * MIB;

  private static final double OVERHEAD = 1.2;
  private static final int SMALL = 4096;

  private final Process process;
  private final Path log;
  private final BufferedReader output;
  private final List<Integer> ports = new ArrayList<>();
  private final List<RawClient> stalled = new ArrayList<>();
  private final RawClient healthy;

  private StalledClients(Process process, Path log) throws IOException {
    this.process = process;
    this.log = log;
    this.output = process.inputReader(UTF_8);
    for (String port : answer().substring("listening ".length()).split(" ", -1)) {
      ports.add(Integer.parseInt(port));
    }
    healthy = open(RawClient.to("127.0.0.1", ports.get(0)));
  }

  /**
   * Has so many bytes pushed at so many clients in all, and fails if memory grows by more than the
   * clients may cost, if another client is not served meanwhile, or if memory does not return.
   */
  static void check(ServerMode mode, List<SlowClient> policies, int clients, long bytes)
      throws IOException {
    long waiting = (long) (clients * (double) StalledServer.BUFFER * OVERHEAD);
    Path log = Files.createTempFile("stalled-server", ".log");
    Process process = start(mode, policies, (long) (waiting / OVERHEAD) + HEAP, log);
    try (StalledClients test = new StalledClients(process, log)) {
      test.check(mode + " " + policies, clients, bytes, waiting + SLACK);
    }
  }

  private static Process start(ServerMode mode, List<SlowClient> policies, long heap, Path log)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xms16m", "-Xmx" + heap / MIB + "m", "-XX:TieredStopAtLevel=1"));
    if (Runtime.version().feature() >= 24) {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(StalledServer.class.getName());
    command.add(mode.name());
    command.add(String.join(",", policies.stream().map(SlowClient::symbol).toList()));
    return new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  private void check(String what, int clients, long bytes, long mayGrow) throws IOException {
    for (int i = 0; i < clients; i++) {
      int port = ports.get(i % ports.size());
      RawClient client = open(RawClient.to("127.0.0.1", port).receiveBuffer(SMALL));
      stalled.add(client);
      client.send(text(StalledServer.STALL));
      assertThat(readText(client)).isEqualTo(StalledServer.STALL);
    }
    long[] usedBefore = numbers(command("memory"));
    long before = resident();

    long greatest = before;
    List<Long> latencies = new ArrayList<>();
    say("push " + bytes);
    do {
      latencies.add(echo());
      greatest = Math.max(greatest, resident());
    } while (!output.ready());
    long[] pushed = numbers(answer());
    greatest = Math.max(greatest, resident());
    String stats = command("stats");

    System.out.printf(
        Locale.ROOT,
        "%s: %d clients, %d MiB pushed, %d of %d pushes refused; resident %d MiB, at most %+d MiB"
            + " (allowed %+d); another client: %d echoes, p50 %d us,"
            + " p99 %d us%n",
        what,
        clients,
        bytes / MIB,
        pushed[2],
        pushed[1],
        before / MIB,
        (greatest - before) / MIB,
        mayGrow / MIB,
        latencies.size(),
        micros(latencies, 0.5),
        micros(latencies, 0.99));

    assertThat(pushed[0]).isEqualTo(clients);
    assertThat(pushed[1] * StalledServer.PAYLOAD).isGreaterThan(bytes - StalledServer.PAYLOAD);
    assertThat(process.isAlive()).isTrue();
    assertThat(latencies).isNotEmpty();
    assertThat(greatest - before).as("resident, of %s: %s", what, stats).isLessThan(mayGrow);
    for (int i = 0; i < 10; i++) {
      latencies.add(echo());
    }

    stalled.forEach(RawClient::abort);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> command("stats").matches(".*websocket_connections=1\\b.*"));
    long[] usedAfter = numbers(command("memory"));
    assertThat(usedAfter[0] - usedBefore[0]).as("heap").isLessThan(8L * MIB);
    assertThat(usedAfter[1] - usedBefore[1]).as("direct memory").isLessThan(8L * MIB);
    // The collector and the allocator give back what is free when they see fit, and keep a part.
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(resident() - before)
                    .as("resident, once they have left")
                    .isLessThan(mayGrow / 2));
    System.out.printf(
        Locale.ROOT, "%s: once they have left %+d MiB%n", what, (resident() - before) / MIB);
  }

  private static RawClient open(RawClient.Builder options) {
    RawClient client = options.timeout(Duration.ofSeconds(30)).connect();
    client.send(request(""));
    assertThat(head(client)).containsEntry("", "101");
    return client;
  }

  private long echo() {
    long begun = System.nanoTime();
    healthy.send(text("still there"));
    assertThat(readText(healthy)).isEqualTo("still there");
    return System.nanoTime() - begun;
  }

  private static long micros(List<Long> nanos, double quantile) {
    List<Long> sorted = nanos.stream().sorted().toList();
    long found = sorted.get((int) Math.min(sorted.size() - 1L, (long) (quantile * sorted.size())));
    return TimeUnit.NANOSECONDS.toMicros(found);
  }

  /** Bytes of the server's process that are in memory. */
  private long resident() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB)
        .findFirst()
        .orElseThrow();
  }

  private void say(String command) throws IOException {
    process.outputWriter(UTF_8).append(command).append('\n').flush();
  }

  private String command(String command) throws IOException {
    say(command);
    return answer();
  }

  /** The test's own limit bounds the wait. */
  private String answer() throws IOException {
    String line = output.readLine();
    if (line == null) {
      throw new AssertionError(
          "server: ended (expected: an answer): " + Files.readString(log, UTF_8));
    }
    return line;
  }

  private static long[] numbers(String line) {
    return Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
  }

  @Override
  public void close() throws IOException {
    stalled.forEach(RawClient::close);
    healthy.close();
    process.destroyForcibly();
    output.close();
    Files.delete(log);
  }
}
