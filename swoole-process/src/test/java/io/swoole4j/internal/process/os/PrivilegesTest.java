// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.swoole4j.internal.process.posix.Posix;
import io.swoole4j.process.SwooleProcess;
import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** User, group and root directory of servers that root starts, each in a JVM of its own. */
class PrivilegesTest {
  /** What Debian calls the user and the group without any rights. */
  private static final int NOBODY = 65_534;

  private static final String USER_LINE = "Uid:,%1$d,%1$d,%1$d,%1$d";

  @BeforeEach
  void isRoot() {
    Root.required();
  }

  @Test
  void becomesUserWithItsGroupsOnEveryThread() throws IOException {
    try (ServerJvm server = new ServerJvm("user=nobody")) {
      int port = server.port();

      assertThat(ServerJvm.ask(port, "ids").split(" "))
          .containsExactlyInAnyOrder(
              USER_LINE.formatted(NOBODY),
              USER_LINE.formatted(NOBODY).replace("Uid", "Gid"),
              "Groups:," + NOBODY);
      assertThat(ServerJvm.ask(port, "work")).isEqualTo("works");
    }
  }

  @Test
  void becomesGroupAloneOrInPlaceOfTheUsersOwn() throws IOException {
    try (ServerJvm alone = new ServerJvm("group=nogroup");
        ServerJvm both = new ServerJvm("user=4242", "group=4243")) {
      assertThat(ServerJvm.ask(alone.port(), "ids").split(" "))
          .contains(USER_LINE.formatted(0), USER_LINE.formatted(NOBODY).replace("Uid", "Gid"));
      assertThat(ServerJvm.ask(both.port(), "ids").split(" "))
          .containsExactlyInAnyOrder(
              USER_LINE.formatted(4242),
              USER_LINE.formatted(4243).replace("Uid", "Gid"),
              "Groups:,4243");
    }
  }

  @Test
  void isNotBelievedUntilEveryThreadHasTheGroup() throws IOException {
    int gid = Posix.getgid();

    LinuxPrivileges.requireDropped(Optional.empty(), Optional.of(gid), false);

    assertThatIOException()
        .isThrownBy(
            () -> LinuxPrivileges.requireDropped(Optional.empty(), Optional.of(gid + 1), false))
        .withMessage("not every thread has group %d", gid + 1);
  }

  @Test
  void isConfinedToDirectoryAndStillWorks(@TempDir Path directory) throws IOException {
    Files.createFile(directory.resolve("inside"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));

    try (ServerJvm server = new ServerJvm("chroot=" + directory, "user=nobody")) {
      int port = server.port();

      assertThat(ServerJvm.ask(port, "root")).isEqualTo("inside");
      assertThat(ServerJvm.ask(port, "work")).isEqualTo("works");
    }
  }

  @Test
  void removesPidFileOutsideOfItsDirectory(@TempDir Path directory) throws Exception {
    Path root = Files.createDirectory(directory.resolve("root"));
    Path pidFile = directory.resolve("server.pid");

    try (ServerJvm server = new ServerJvm("chroot=" + root, "pid_file=" + pidFile)) {
      int port = server.port();
      assertThat(pidFile).hasContent(Long.toString(server.pid()));
      ServerJvm.ask(port, "stop");

      assertThat(server.awaitEnd()).endsWith("returned", "exit 0");
      assertThat(pidFile).doesNotExist();
    }
  }

  @Test
  void canBeReloadedWithoutThem(@TempDir Path directory) throws Exception {
    Path log = directory.resolve("log");

    try (ServerJvm server = new ServerJvm("user=nobody", "log_file=" + log)) {
      int port = server.port();
      assertThat(ServerJvm.ask(port, "work")).isEqualTo("works");
      Process signal = new ProcessBuilder("kill", "-USR1", Long.toString(server.pid())).start();
      assertThat(signal.waitFor()).isZero();

      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(log).content().contains("reloading all workers"));
      assertThat(ServerJvm.ask(port, "work")).isEqualTo("works");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "user, no-such-user, a user of this system",
    "group, no-such-group, a group of this system",
    "user, -1, a user of this system",
    "chroot, /no/such/directory, the absolute path of a directory",
    "chroot, relative, the absolute path of a directory"
  })
  void refusesWhatDoesNotExist(String setting, String value, String expected) {
    Server server = new Server("127.0.0.1", 0).set(setting, value);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});

    assertThatIllegalStateException()
        .isThrownBy(server::startAsync)
        .withMessage("%s: %s (expected: %s)", setting, value, expected);
  }

  @Test
  void refusesChildrenThatCouldNotBeStartedInItsDirectory(@TempDir Path directory) {
    Server server = new Server("127.0.0.1", 0).set("chroot", directory.toString());
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});
    server.addProcess(new SwooleProcess(child -> {}));

    assertThatIllegalStateException()
        .isThrownBy(server::startAsync)
        .withMessage(
            "chroot: %s (expected: a directory with %s in it, for a child JVM)",
            directory, Path.of(System.getProperty("java.home"), "bin", "java"));
  }

  @Test
  void refusesWhatOnlyRootMay() throws Exception {
    try (ServerJvm server = new ServerJvm("unprivileged", "user=nobody")) {
      assertThat(String.join("\n", server.awaitEnd()))
          .contains("user: nobody (expected: to be started by root, not by user " + NOBODY + ")")
          .endsWith("exit 1");
    }
  }
}
