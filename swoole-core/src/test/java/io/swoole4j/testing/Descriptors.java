// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.core.ConditionTimeoutException;

/**
 * The sockets, pipes, event queues and timers that this JVM holds open at one moment.
 *
 * <p>Files are left out: class loading opens jars whenever it likes. Reads {@code /proc/self/fd},
 * thus Linux only.
 */
public final class Descriptors {

  private static final Path DIRECTORY = Path.of("/proc/self/fd");
  private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(30);

  private final List<String> targets;

  private Descriptors(List<String> targets) {
    this.targets = targets;
  }

  /** What is open now. */
  public static Descriptors snapshot() {
    warmUp();
    return new Descriptors(read());
  }

  /** The number of descriptors open now. */
  public static int count() {
    return read().size();
  }

  /** The number of descriptors that were open when this was taken. */
  public int size() {
    return targets.size();
  }

  /** What is open now and was not then, for instance {@code socket:[4711]}. */
  public List<String> openedSince() {
    List<String> opened = read();
    // one by one, as all event queues have the same name
    targets.forEach(opened::remove);
    return opened;
  }

  /** Waits up to 30 seconds until all that was opened since is closed; fails with what is not. */
  public void awaitNothingOpenedSince() {
    awaitNothingOpenedSince(DEFAULT_LIMIT);
  }

  /** As {@link #awaitNothingOpenedSince()} with another limit. */
  public void awaitNothingOpenedSince(Duration limit) {
    try {
      await()
          .atMost(limit)
          .pollInterval(Duration.ofMillis(10))
          .until(() -> openedSince().isEmpty());
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("leaked descriptors: " + openedSince() + " (expected: none)", e);
    }
  }

  @Override
  public String toString() {
    return targets.toString();
  }

  /** The JDK keeps a socket of its own from the first time it closes one, and that is no leak. */
  private static void warmUp() {
    try (SocketChannel channel = SocketChannel.open();
        Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      selector.selectNow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> read() {
    List<String> targets = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(DIRECTORY)) {
      for (Path entry : entries) {
        String target = target(entry);
        if (!target.startsWith("/")) {
          targets.add(target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return targets;
  }

  private static String target(Path entry) throws IOException {
    try {
      return Files.readSymbolicLink(entry).toString();
    } catch (NoSuchFileException closedMeanwhile) {
      return "/";
    }
  }
}
