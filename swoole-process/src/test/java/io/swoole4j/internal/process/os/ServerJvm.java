// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.os;

import io.swoole4j.testing.ChildJvm;
import io.swoole4j.testing.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A {@link ServiceServer} in a JVM of its own, its error output mixed into its output. */
final class ServerJvm implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final ChildJvm jvm;

  ServerJvm(String... arguments) throws IOException {
    this(List.of(), arguments);
  }

  /** With more options of the JVM. */
  ServerJvm(List<String> options, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(options);
    all.add("-XX:+UseSerialGC");
    jvm = ChildJvm.startWithOptions(all, ServiceServer.class, (Object[]) arguments);
  }

  long pid() {
    return jvm.pid();
  }

  /** Waits for a line; the test's own limit bounds the wait. */
  String awaitLine(String prefix) throws IOException {
    return jvm.awaitLine(prefix);
  }

  /** The port it listens on. */
  int port() throws IOException {
    return Integer.parseInt(awaitLine("ready ").split(" ", -1)[0]);
  }

  /** Asks it something on a connection of its own. */
  static String ask(int port, String question) {
    try (RawClient client = RawClient.to("127.0.0.1", port).timeout(LIMIT).connect()) {
      return client.send(question).readUntil("\n").strip();
    }
  }

  /** Everything that it printed, and its exit code behind that. */
  List<String> awaitEnd() throws IOException, InterruptedException {
    return jvm.awaitEnd();
  }

  /** Ends it with signal KILL. */
  void kill() throws InterruptedException {
    jvm.kill();
  }

  @Override
  public void close() throws IOException {
    jvm.close();
  }
}
