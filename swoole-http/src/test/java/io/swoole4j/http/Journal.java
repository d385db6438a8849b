// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static org.awaitility.Awaitility.await;

import io.swoole4j.server.Server;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** What handlers noted, in order, and the server they belong to. Safe from any thread. */
final class Journal {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private volatile @Nullable Server server;

  /** Names the server for handlers that were made before it. */
  void server(Server of) {
    server = of;
  }

  /** The server. */
  Server server() {
    return Objects.requireNonNull(server);
  }

  /** Appends a line. */
  void add(String line) {
    lines.add(line);
  }

  /** All lines so far. */
  List<String> lines() {
    return List.copyOf(lines);
  }

  /** Waits up to 30 seconds until a line was written so often; fails with what was written. */
  void waitFor(String line, int times) {
    try {
      await()
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> Collections.frequency(lines, line) >= times);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "journal: " + lines + " (expected: " + times + " x " + line + ")", e);
    }
  }

  /** Waits up to 30 seconds for a line. */
  void waitFor(String line) {
    waitFor(line, 1);
  }
}
