// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import static io.swoole4j.process.Ends.end;
import static io.swoole4j.process.Ends.ended;
import static io.swoole4j.process.Ends.read;
import static io.swoole4j.process.Ends.runs;
import static io.swoole4j.process.Ends.started;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.swoole4j.testing.Descriptors;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Children that become other programs, print, outlive nobody and go into the background. */
class ExecTest {
  private Descriptors before;

  @BeforeEach
  void rememberDescriptors() {
    before = Descriptors.snapshot();
  }

  @AfterEach
  void leavesNoChildAndNoDescriptor() {
    assertThat(SwooleProcess.wait(false)).isEmpty();
    before.awaitNothingOpenedSince(Ends.LIMIT);
  }

  private static String readAll(SwooleProcess process) {
    StringBuilder text = new StringBuilder();
    String part = read(process);
    while (!part.isEmpty()) {
      text.append(part);
      part = read(process);
    }
    return text.toString();
  }

  @Test
  void becomesProgramThatTalksWithTheParent() {
    SwooleProcess process =
        started(new SwooleProcess(child -> child.exec("/bin/cat", List.of()), true));

    process.write("hello cat\n");
    assertThat(read(process)).isEqualTo("hello cat\n");
    process.close(1);

    assertThat(read(process)).isEmpty();
    assertThat(end(process)).isEqualTo(ended(process, 0, 0));
  }

  @Test
  void keepsItsProcessIdAndPassesArgumentsAsTheyAre() {
    String script =
        "import os,sys; print(os.getpid(), sys.argv[1:], sys.stdin.read()); sys.exit(3)";
    SwooleProcess process =
        started(
            new SwooleProcess(
                child -> child.exec("/usr/bin/python3", List.of("-c", script, "a b", "")), true));

    process.write("from stdin");
    process.close(1);

    assertThat(readAll(process)).isEqualTo(process.pid() + " ['a b', ''] from stdin\n");
    assertThat(end(process)).isEqualTo(ended(process, 3, 0));
  }

  @Test
  void passesNoDescriptorButTheStandardOnesToTheProgram() {
    SwooleProcess process =
        started(new SwooleProcess(child -> child.exec("/bin/ls", List.of("/proc/self/fd")), true));

    // the last is the directory that is listed
    assertThat(readAll(process).lines()).containsExactly("0", "1", "2", "3");
    end(process);
  }

  @Test
  void goesOnWhenThereIsNoSuchProgram() {
    SwooleProcess process =
        started(
            new SwooleProcess(
                child -> {
                  boolean done = child.exec("/no/such/program", List.of());
                  child.write(done + " " + SwooleProcess.getLastError());
                  try {
                    child.exec("cat", List.of());
                  } catch (IllegalArgumentException e) {
                    child.write(e.getMessage());
                  }
                }));

    assertThat(read(process)).isEqualTo("false 2");
    assertThat(read(process)).isEqualTo("execfile: cat (expected: an absolute path)");
    end(process);
    SwooleProcess parent = new SwooleProcess(child -> {});
    assertThatThrownBy(() -> parent.exec("/bin/true", List.of()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void printsToAndReadsFromThePipeWhenRedirected() {
    SwooleProcess process =
        started(
            new SwooleProcess(
                child -> {
                  BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
                  System.out.println("line " + in.readLine());
                },
                true,
                PipeType.NONE));

    process.write("one\n");

    assertThat(readAll(process)).isEqualTo("line one\n");
    end(process);
  }

  /** A parent of its own, for tests that end the parent. */
  static final class Parent {
    private Parent() {}

    public static void main(String[] arguments) throws Exception {
      SwooleProcess jvm = new SwooleProcess(child -> new CountDownLatch(1).await());
      SwooleProcess program =
          new SwooleProcess(child -> child.exec("/bin/sleep", List.of("100")), true);
      ProcessPool pool = new ProcessPool(1).onWorkerStart((p, id) -> new CountDownLatch(1).await());
      Thread running = new Thread(pool::start);
      running.setDaemon(true);
      running.start();
      jvm.start();
      program.start();
      while (running.isAlive() && workerOf(pool) == 0) {
        Thread.onSpinWait();
      }
      while (!Files.readString(Path.of("/proc/" + program.pid() + "/comm")).equals("sleep\n")) {
        Thread.onSpinWait();
      }
      System.out.println(jvm.pid() + " " + program.pid() + " " + workerOf(pool));
      System.in.read();
    }

    private static int workerOf(ProcessPool pool) {
      return pool.isRunning() ? pool.getProcess(0).orElseThrow().pid() : 0;
    }
  }

  private static Process parent() throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Parent.class.getName())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String[] children(Process parent) throws Exception {
    return new BufferedReader(new InputStreamReader(parent.getInputStream(), UTF_8))
        .readLine()
        .split(" ", -1);
  }

  @Test
  void doesNotOutliveParentThatIsKilled() throws Exception {
    Process parent = parent();
    String[] children = children(parent);

    parent.destroyForcibly();

    for (String pid : children) {
      await().atMost(Ends.LIMIT).until(() -> !runs(Long.parseLong(pid)));
    }
  }

  @Test
  void doesNotOutliveParentThatEnds() throws Exception {
    Process parent = parent();
    String[] children = children(parent);

    parent.getOutputStream().close();

    assertThat(parent.waitFor()).isZero();
    for (String pid : children) {
      await().atMost(Ends.LIMIT).until(() -> !runs(Long.parseLong(pid)));
    }
  }

  @Test
  void goesIntoTheBackgroundWithItsPipeUnderAnotherProcessId(@TempDir Path directory) {
    String file = directory.resolve("runs").toString();
    SwooleProcess process =
        started(
            new SwooleProcess(
                child -> {
                  Files.writeString(
                      Path.of(file),
                      "run\n",
                      java.nio.file.StandardOpenOption.CREATE,
                      java.nio.file.StandardOpenOption.APPEND);
                  boolean done = SwooleProcess.daemon(false, false);
                  child.write(
                      done
                          + " "
                          + child.pid()
                          + " "
                          + Files.readSymbolicLink(Path.of("/proc/self/cwd"))
                          + " "
                          + Files.readSymbolicLink(Path.of("/proc/self/fd/1")));
                  child.read();
                }));

    String[] report = read(process).split(" ", -1);
    assertThat(report[0]).isEqualTo("true");
    long daemon = Long.parseLong(report[1]);
    assertThat(daemon).isNotEqualTo(process.pid());
    assertThat(report[2]).isEqualTo("/");
    assertThat(report[3]).isEqualTo("/dev/null");
    assertThat(SwooleProcess.wait(true)).contains(ended(process, 0, 0));
    assertThat(Path.of(file)).hasContent("run\nrun\n");
    assertThat(sessionOf(daemon)).isEqualTo(daemon);

    process.write("end");
    await().atMost(Ends.LIMIT).until(() -> !runs(daemon));
    process.close();
  }

  /** Where a process is, and what its standard streams are. */
  private static String places() throws IOException {
    StringBuilder places = new StringBuilder();
    for (String name : List.of("cwd", "fd/0", "fd/1", "fd/2")) {
      places.append(Files.readSymbolicLink(Path.of("/proc/self", name))).append(' ');
    }
    return places.toString();
  }

  @Test
  void keepsDirectoryAndStreamsInTheBackgroundByDefault() throws Exception {
    SwooleProcess process =
        started(
            new SwooleProcess(
                child -> {
                  child.write(places());
                  boolean done = SwooleProcess.daemon();
                  child.write(done + " " + child.pid() + " " + places());
                  child.read();
                }));

    String places = read(process);
    assertThat(places).startsWith(Path.of("").toRealPath() + " ");
    assertThat(read(process)).isEqualTo(places);
    String[] report = read(process).split(" ", 3);
    assertThat(report[0]).isEqualTo("true");
    long daemon = Long.parseLong(report[1]);
    assertThat(daemon).isNotEqualTo(process.pid());
    assertThat(report[2]).isEqualTo(places);
    assertThat(SwooleProcess.wait(true)).contains(ended(process, 0, 0));

    process.write("end");
    await().atMost(Ends.LIMIT).until(() -> !runs(daemon));
    process.close();
  }

  private static long sessionOf(long pid) {
    try {
      String state = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return Long.parseLong(state.substring(state.lastIndexOf(')') + 2).split(" ", -1)[3]);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
