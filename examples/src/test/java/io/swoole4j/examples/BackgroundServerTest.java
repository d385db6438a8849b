// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.testing.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
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
          .ifPresent(ProcessHandle::destroyForcibly);
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

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
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
