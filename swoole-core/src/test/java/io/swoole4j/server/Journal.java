// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ConditionTimeoutException;

/** What a server did, line by line, in the order in which it happened. Safe from any thread. */
public final class Journal {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final List<String> lines = new CopyOnWriteArrayList<>();

  /** Appends a line. */
  public void add(String line) {
    lines.add(line);
  }

  /** All lines so far. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  /** How often a line was written so far. */
  public int count(String line) {
    return Collections.frequency(lines, line);
  }

  /** Waits up to 30 seconds until a line was written so often; fails with what was written. */
  public void waitFor(String line, int times) {
    try {
      await().atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> count(line) >= times);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "journal: " + lines + " (expected: " + times + " x " + line + ")", e);
    }
  }

  /** Waits up to 30 seconds for a line. */
  public void waitFor(String line) {
    waitFor(line, 1);
  }

  /** Fails if a line that begins so is there, or is written within that time. */
  public void neverWithin(Duration time, String prefix) {
    await()
        .during(time)
        .atMost(time.plus(LIMIT))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> lines.stream().noneMatch(line -> line.startsWith(prefix)));
  }

  @Override
  public String toString() {
    return lines.toString();
  }
}
