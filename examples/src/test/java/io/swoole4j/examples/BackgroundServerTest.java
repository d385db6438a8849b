// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.testing.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server in the background, from the command line. */
@Timeout(300)
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

  private Path log() {
    return directory.resolve("server.log");
  }

  private ExampleProcess daemon(String command) {
    return ExampleProcess.run(
        "daemon",
        command,
        "--port",
        "0",
        "--pid_file",
        pidFile().toString(),
        "--log_file",
        log().toString());
  }

  private String outputOf(String command, int status) {
    try (ExampleProcess process = daemon(command)) {
      assertThat(process.awaitExit()).as("%s", process).isEqualTo(status);
      return (process.stdout() + process.stderr()).strip();
    }
  }

  /** Where it says that it listens. */
  private int port() {
    Pattern listening = Pattern.compile("listening on 127\\.0\\.0\\.1:([0-9]+) ");
    Matcher line = listening.matcher("");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Files.exists(log()) && line.reset(Files.readString(log())).find());
    return Integer.parseInt(line.group(1));
  }

  @Test
  void isStartedLookedAtReloadedAndStoppedFromCommandLine() throws IOException {
    assertThat(outputOf("status", 1)).isEqualTo("not running");
    assertThat(outputOf("start", 0)).isEqualTo("starting in the background");
    String pid = Files.readString(pidFile());
    assertThat(outputOf("status", 0)).isEqualTo("running, process " + pid);
    assertThat(outputOf("start", 1)).isEqualTo("running already, process " + pid);
    assertThat(outputOf("reload", 0)).isEqualTo("reloading, process " + pid);
    try (RawClient client = RawClient.connect(port())) {
      assertThat(client.send("hello").readText(5)).isEqualTo("hello");
    }
    assertThat(outputOf("stop", 0)).isEqualTo("stopping, process " + pid + "\nstopped");
    assertThat(pidFile()).doesNotExist();
  }
}
