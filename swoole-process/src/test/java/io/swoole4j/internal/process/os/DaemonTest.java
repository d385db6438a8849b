// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.os;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.server.Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers in the background, started by a JVM that ends. */
class DaemonTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path directory;

  private long daemon;

  @AfterEach
  void endDaemon() {
    ProcessHandle.of(daemon).ifPresent(ProcessHandle::destroyForcibly);
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private String[] daemonized(String... more) {
    String[] all = new String[more.length + 3];
    all[0] = "daemonize=1";
    all[1] = "pid_file=" + file("pid");
    all[2] = "announce=" + file("announce");
    System.arraycopy(more, 0, all, 3, more.length);
    return all;
  }

  private boolean hasAnnounced() throws IOException {
    return Files.exists(file("announce")) && Files.size(file("announce")) > 0;
  }

  private static String link(long pid, String name) throws IOException {
    return Files.readSymbolicLink(Path.of("/proc/" + pid + "/" + name)).toString();
  }

  @Test
  void listensWhenLaunchingCommandReturns() throws Exception {
    try (ServerJvm launcher = new ServerJvm(daemonized())) {
      List<String> printed = launcher.awaitEnd();
      daemon = Long.parseLong(Files.readString(file("pid")));
      // by the handler of the start, which may come later
      Awaitility.await().atMost(LIMIT).until(this::hasAnnounced);
      String[] announced = Files.readString(file("announce")).split(" ", -1);
      int port = Integer.parseInt(announced[1]);

      assertThat(printed).containsExactly("exit 0");
      assertThat(daemon).isNotEqualTo(launcher.pid()).isEqualTo(Long.parseLong(announced[2]));
      assertThat(ServerJvm.ask(port, "daemon")).isEqualTo("true " + daemon);
      assertThat(link(daemon, "cwd")).isEqualTo("/");
      for (int fd = 0; fd <= 2; fd++) {
        assertThat(link(daemon, "fd/" + fd)).isEqualTo("/dev/null");
      }
      ProcessHandle handle = ProcessHandle.of(daemon).orElseThrow();
      handle.destroy();
      handle.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      assertThat(file("pid")).doesNotExist();
    }
  }

  @Test
  void failsWithErrorOfServerThatCannotListen() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerJvm launcher = new ServerJvm(daemonized("port=" + taken.getLocalPort()))) {
      List<String> printed = launcher.awaitEnd();

      assertThat(String.join("\n", printed))
          .contains("daemonize: true, the server in the background failed: ")
          .contains("127.0.0.1:" + taken.getLocalPort())
          .endsWith("exit 1");
      assertThat(file("pid")).doesNotExist();
    }
  }

  @Test
  void failsWhenProgramEndsBeforeItsServerListens() throws Exception {
    try (ServerJvm launcher = new ServerJvm(daemonized("exit=9"))) {
      assertThat(String.join("\n", launcher.awaitEnd()))
          .contains("the server in the background ended with exit code 9 before it listened")
          .endsWith("exit 1");
    }
  }

  @Test
  void failsAndEndsProgramThatReachesNoServerInTime() throws Exception {
    String[] arguments = daemonized("hang");

    try (ServerJvm launcher = new ServerJvm(List.of("-Dswoole4j.daemonize.seconds=1"), arguments)) {
      String printed = String.join("\n", launcher.awaitEnd());

      Matcher error =
          Pattern.compile("background, process (\\d+), did not listen in 1 s and was ended")
              .matcher(printed);
      assertThat(error.find()).as(printed).isTrue();
      daemon = Long.parseLong(error.group(1));
      assertThat(ProcessHandle.of(daemon)).isEmpty();
      assertThat(printed).endsWith("exit 1");
    }
  }

  @Test
  void printsToLogFile() throws Exception {
    try (ServerJvm launcher = new ServerJvm(daemonized("log_file=" + file("log")))) {
      assertThat(launcher.awaitEnd()).containsExactly("exit 0");
      daemon = Long.parseLong(Files.readString(file("pid")));

      for (int fd = 1; fd <= 2; fd++) {
        assertThat(link(daemon, "fd/" + fd)).isEqualTo(file("log").toString());
      }
      Awaitility.await()
          .atMost(LIMIT)
          .until(() -> Files.readString(file("log")).contains("ready "));
      assertThat(file("log")).content().contains("listening on 127.0.0.1");
    }
  }

  @Test
  void isNotThisProcess() {
    assertThat(Server.isDaemon()).isFalse();
  }
}
