// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swoole4j.error.PortBindException;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The file with the process id is there from the start to the end. */
class PidFileTest {

  private final Journal journal = new Journal();
  @TempDir private Path directory;

  private Server server(ServerVariant variant, Path file) {
    Server server = variant.newServer().set(Settings.PID_FILE, file.toString());
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    server.on(Event.START, s -> journal.add("start " + Files.readString(file)));
    server.on(Event.SHUTDOWN, s -> journal.add("shutdown " + Files.exists(file)));
    return server;
  }

  @ServerMatrix
  void holdsMasterPidWhileServerRuns(ServerVariant variant) throws IOException {
    Path file = directory.resolve("server.pid");
    Files.writeString(file, "left by a server that crashed");
    Server server = server(variant, file);
    assertThat(file).hasContent("left by a server that crashed");

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(Files.readString(file)).isEqualTo(Long.toString(running.server().masterPid()));
    }

    assertThat(file).doesNotExist();
    assertThat(journal.lines())
        .containsExactly("start " + ProcessHandle.current().pid(), "shutdown true");
  }

  @ServerMatrix(transports = "nio")
  void failsStartWhenItCannotBeWritten(ServerVariant variant) {
    Path file = directory.resolve("missing").resolve("server.pid");
    Server server = server(variant, file);

    assertThatIllegalStateException()
        .isThrownBy(server::startAsync)
        .withMessageStartingWith("pid_file: " + file + ", ")
        .withMessageEndingWith("(expected: a file that can be written)")
        .withMessageContaining("NoSuchFileException");
    assertThat(server.state()).isEqualTo(ServerState.TERMINATED);
    assertThat(journal.lines()).isEmpty();

    Server nameless = variant.newServer().set(Settings.PID_FILE, "a\0b");
    nameless.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    assertThatIllegalStateException().isThrownBy(nameless::startAsync).withMessageContaining("pid");
  }

  @ServerMatrix(transports = "nio")
  void isNotTouchedByStartThatGetsNoPort(ServerVariant variant) throws IOException {
    Path file = directory.resolve("server.pid");

    try (RunningServer running = RunningServer.start(server(variant, file))) {
      Server second = new Server("127.0.0.1", running.port(), variant.mode(), SocketType.TCP);
      variant.prepare(second).set(Settings.PID_FILE, file.toString());
      second.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
      assertThatThrownBy(second::startAsync).isInstanceOf(PortBindException.class);
      assertThat(file).exists();
    }
    assertThat(file).doesNotExist();
  }

  @ServerMatrix(transports = "nio")
  void staysWhenItBelongsToSomebodyElseByThen(ServerVariant variant) throws IOException {
    Path file = directory.resolve("server.pid");

    try (RunningServer running = RunningServer.start(server(variant, file))) {
      assertThat(running.server().state()).isEqualTo(ServerState.RUNNING);
      Files.writeString(file, "1");
    }
    assertThat(file).hasContent("1");
  }
}
