// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.testing.RawClient;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server in the background, from the command line. */
class BackgroundServerTest {
  @TempDir private Path directory;

  private Path pidFile() {
    return directory.resolve("server.pid");
  }

  @AfterEach
  void endServer() throws IOException {
    if (Files.exists(pidFile())) {
      ProcessHandle.of(Long.parseLong(Files.readString(pidFile())))
          .ifPresent(
              server -> {
                server.destroyForcibly();
                server.onExit().join();
              });
    }
  }

  private ExampleProcess daemon(String command, int port) {
    return ExampleProcess.run(
        "daemon", command, "--port", Integer.toString(port), "--pid_file", pidFile().toString());
  }

  private String outputOf(String command, int port, int status) {
    try (ExampleProcess process = daemon(command, port)) {
      assertThat(process.awaitExit()).as("%s", process).isEqualTo(status);
      return (process.stdout() + process.stderr()).strip();
    }
  }

  /** Not one of those that the kernel gives to others who ask for any. */
  private static int freePort() throws IOException {
    for (int attempt = 0; ; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(10_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        if (attempt == 20) {
          throw e;
        }
      }
    }
  }

  @Test
  void isStartedLookedAtReloadedAndStoppedFromCommandLine() throws IOException {
    int port = freePort();

    assertThat(outputOf("status", port, 1)).isEqualTo("not running");
    assertThat(outputOf("start", port, 0)).isEqualTo("starting in the background");
    String pid = Files.readString(pidFile());
    assertThat(outputOf("status", port, 0)).isEqualTo("running, process " + pid);
    assertThat(outputOf("start", port, 1)).isEqualTo("running already, process " + pid);
    assertThat(outputOf("reload", port, 0)).isEqualTo("reloading, process " + pid);
    try (RawClient client = RawClient.connect(port)) {
      assertThat(client.send("hello").readText(5)).isEqualTo("hello");
    }
    assertThat(outputOf("stop", port, 0)).isEqualTo("stopping, process " + pid + "\nstopped");
    assertThat(pidFile()).doesNotExist();
  }
}
