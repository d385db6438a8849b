// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.condition.OS.LINUX;

import io.swoole4j.testing.RawClient;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;

/** The runnable jar has all that the examples need. */
final class RunnableJarIT {
  private static final Path JAR = Path.of(System.getProperty("runnable.jar"));

  @Test
  void runsAnExample() {
    try (ExampleProcess server =
            ExampleProcess.runJar(JAR, "tcp-echo", "--port", "0").awaitListening();
        RawClient client = RawClient.connect(server.port())) {
      assertThat(client.send("from the jar").readText(12)).isEqualTo("from the jar");
    }
  }

  @Test
  @EnabledOnOs(
      value = LINUX,
      architectures = {"amd64", "aarch64"})
  void bringsTheNativeTransport() {
    try (ExampleProcess server =
            ExampleProcess.runJar(
                    JAR,
                    "length-echo",
                    "--port=0",
                    "--transport=epoll",
                    // A busy machine is nothing to be told of.
                    "--blocked_callback_time=3600")
                .awaitListening();
        RawClient client = RawClient.connect(server.port())) {
      byte[] frame = {0, 0, 0, 2, 5, 6};

      assertThat(client.send(frame).readExactly(6)).isEqualTo(frame);
      assertThat(server.stderr()).doesNotContain("WARN");
    }
  }
}
