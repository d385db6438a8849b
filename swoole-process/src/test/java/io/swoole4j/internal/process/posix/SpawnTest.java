// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpawnTest {
  private static final Path NULL = Path.of("/dev/null");

  private static Spawn shell(String command) {
    return new Spawn("/bin/sh", List.of("-c", command));
  }

  private static Wait.Status end(int pid) {
    Wait.untilEnded(pid);
    return Wait.reap(pid).orElseThrow();
  }

  private static String output(Spawn spawn) throws IOException {
    try (Socket.Pair pair = Socket.Pair.open(Posix.SOCK_STREAM)) {
      pair.theirs().passTo(spawn, 3);
      int pid = spawn.start();
      pair.theirs().release();
      pair.ours().timeout(Duration.ofSeconds(30), Duration.ZERO);
      StringBuilder text = new StringBuilder();
      byte[] buffer = new byte[8192];
      int length;
      while ((length = pair.ours().receive(buffer, true)) > 0) {
        text.append(new String(buffer, 0, length, UTF_8));
      }
      assertThat(end(pid)).isEqualTo(new Wait.Status(0, 0));
      return text.toString();
    }
  }

  @Test
  void tellsCodeAndSignalApart() throws IOException {
    assertThat(end(shell("exit 137").start())).isEqualTo(new Wait.Status(137, 0));
    assertThat(end(shell("kill -9 $$").start())).isEqualTo(new Wait.Status(0, 9));
  }

  @Test
  void waitsWithoutTakingTheStatusAndTakesItOnce() throws IOException {
    int pid = shell("exit 3").start();

    Wait.untilEnded(pid);
    Wait.untilEnded(pid);

    assertThat(Wait.reap(pid)).contains(new Wait.Status(3, 0));
    assertThat(Wait.reap(pid)).isEmpty();
    Wait.untilEnded(pid);
  }

  @Test
  void passesArgumentsAndVariablesAsTheyAre() throws IOException {
    Spawn spawn =
        new Spawn(
            "/bin/sh", List.of("-c", "printf '%s|' \"$@\" \"$WORD\" >&3", "sh", "a b", "", "ü"));

    assertThat(output(spawn.environment("WORD", "x y"))).isEqualTo("a b||ü|x y|");
  }

  @Test
  void leavesNoDescriptorOfThisProcessOpenInTheProgram() throws IOException {
    try (var file = Files.newInputStream(NULL)) {
      assertThat(file.read()).isEqualTo(-1);
      String open = output(shell("exec ls /proc/self/fd >&3"));
      // the last is the directory that is listed
      assertThat(open.lines()).containsExactlyInAnyOrder("0", "1", "2", "3", "4");
    }
  }

  @Test
  void blocksNoSignalInTheProgram() throws IOException {
    assertThat(output(shell("grep SigBlk /proc/self/status >&3"))).containsPattern("\\s0{16}\\s");
  }

  @Test
  void startsSessionOfItsOwnWhenAsked() throws IOException {
    Spawn spawn = shell("test \"$(cut -d' ' -f6 /proc/$$/stat)\" = $$ && echo leader >&3");

    assertThat(output(spawn.newSession())).isEqualTo("leader\n");
  }

  @Test
  void saysWhichProgramIsMissing() {
    assertThatThrownBy(() -> new Spawn("/no/such/program", List.of()).start())
        .isInstanceOf(ErrnoException.class)
        .hasMessage("posix_spawn /no/such/program: No such file or directory (errno 2)")
        .extracting(e -> ((ErrnoException) e).errno())
        .isEqualTo(Errno.ENOENT);
  }
}
