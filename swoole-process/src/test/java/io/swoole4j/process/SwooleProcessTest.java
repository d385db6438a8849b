// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import static io.swoole4j.process.Ends.end;
import static io.swoole4j.process.Ends.ended;
import static io.swoole4j.process.Ends.exists;
import static io.swoole4j.process.Ends.read;
import static io.swoole4j.process.Ends.started;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.swoole4j.internal.process.posix.Errno;
import io.swoole4j.testing.Descriptors;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.timer.Timer;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

/** The life of a process, what it is told and how it ends. */
class SwooleProcessTest {
  private Descriptors before;

  @BeforeEach
  void rememberDescriptors() {
    before = Descriptors.snapshot();
  }

  @AfterEach
  void leavesNoChildAndNoDescriptor() {
    assertThat(SwooleProcess.wait(false)).isEmpty();
    assertThat(SwooleProcess.getLastError()).isEqualTo(Errno.ECHILD);
    before.awaitNothingOpenedSince(Ends.LIMIT);
  }

  private static void waitForEver() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  /** A callback that is a class. */
  public static final class Named implements SwooleProcess.Callback {
    @Override
    public void run(SwooleProcess process) {
      process.write("named " + process.id());
    }
  }

  /** A callback that is an object with state. */
  private record Greeting(String name, List<Integer> numbers) implements SwooleProcess.Callback {
    @Override
    public void run(SwooleProcess process) {
      process.write("hello " + name + " " + numbers);
    }
  }

  @Test
  void runsCallbackWithWhatItCapturedInProcessOfItsOwn() {
    String name = "world";
    List<Integer> numbers = List.of(1, 2);

    SwooleProcess process =
        started(
            new SwooleProcess(
                child ->
                    child.write(
                        name + numbers + child.id() + " " + child.pid() + " " + child.pipe())));

    assertThat(read(process)).isEqualTo("world[1, 2]" + process.id() + " " + process.pid() + " 3");
    assertThat(process.pid()).isNotEqualTo((int) ProcessHandle.current().pid());
    assertThat(end(process)).isEqualTo(ended(process, 0, 0));
  }

  @Test
  void runsObjectsAndNamedClassesToo() {
    SwooleProcess object = started(new SwooleProcess(new Greeting("you", List.of(3))));
    assertThat(read(object)).isEqualTo("hello you [3]");
    assertThat(end(object).code()).isZero();

    SwooleProcess named = started(new SwooleProcess(Named.class, false, PipeType.STREAM));
    assertThat(read(named)).isEqualTo("named " + named.id());
    assertThat(end(named).code()).isZero();
  }

  @Test
  void runsLambdasWithValuesOfEveryKind() {
    byte small = -1;
    short number = 300;
    int count = Integer.MIN_VALUE;
    long fd = Long.MAX_VALUE;
    float ratio = 0.1f;
    double exact = -0.0;
    boolean flag = true;
    char letter = '\u00fc';
    String text = "\ud83d\ude00 \ud83d";
    String nothing = System.getProperty("no.such.property");
    Integer boxed = 7;
    SwooleProcess.Callback callback =
        child ->
            child.write(
                String.valueOf(
                    small == -1
                        && number == 300
                        && count == Integer.MIN_VALUE
                        && fd == Long.MAX_VALUE
                        && ratio == 0.1f
                        && 1 / exact == Double.NEGATIVE_INFINITY
                        && flag
                        && letter == '\u00fc'
                        && text.equals("\ud83d\ude00 \ud83d")
                        && nothing == null
                        && boxed == 7));
    assertThat(PlainBody.encode(callback)).isPresent();
    List<String> several = List.of();
    assertThat(PlainBody.encode(child -> child.write(several.toString()))).isEmpty();

    SwooleProcess process = started(new SwooleProcess(callback));

    assertThat(read(process)).isEqualTo("true");
    end(process);
  }

  /** A callback whose lambda is another method, which it calls in its own way. */
  @FunctionalInterface
  private interface Answering extends SwooleProcess.Callback {
    String answer(String question);

    @Override
    @SuppressWarnings("FunctionalInterfaceMethodChanged") // what users may write all the same
    default void run(SwooleProcess process) {
      process.write(answer("question"));
    }
  }

  @Test
  void runsLambdasOfInterfacesThatExtendTheCallback() {
    String prefix = "answer to ";
    Answering callback = question -> prefix + question;
    assertThat(PlainBody.encode(callback)).isPresent();

    SwooleProcess process = started(new SwooleProcess(callback));

    assertThat(read(process)).isEqualTo("answer to question");
    assertThat(end(process)).isEqualTo(ended(process, 0, 0));
  }

  @Test
  void tellsWhoeverWaitsForAnEndThatAnotherTakesThatThereIsNoChild() {
    SwooleProcess process = started(new SwooleProcess(child -> child.read()));
    Queue<String> outcomes = new ConcurrentLinkedQueue<>();
    Runnable waiting =
        () -> {
          Optional<ExitStatus> end = SwooleProcess.wait(true);
          outcomes.add(end.map(ExitStatus::toString).orElse("") + SwooleProcess.getLastError());
        };
    Thread one = new Thread(waiting);
    Thread other = new Thread(waiting);
    one.start();
    other.start();
    await()
        .atMost(Ends.LIMIT)
        .until(
            () ->
                one.getState() == Thread.State.WAITING && other.getState() == Thread.State.WAITING);

    process.write("end");

    await().atMost(Ends.LIMIT).until(() -> outcomes.size() == 2);
    assertThat(outcomes)
        .containsExactlyInAnyOrder(ended(process, 0, 0) + "0", String.valueOf(Errno.ECHILD));
    process.close();
  }

  @Test
  void leavesNoEndToWaitForWhenItCannotBeStarted() {
    SwooleProcess process = started(new SwooleProcess(child -> child.read()));
    CompletableFuture<Optional<ExitStatus>> waiting = new CompletableFuture<>();
    Thread waiter = new Thread(() -> waiting.complete(SwooleProcess.wait(true)));
    waiter.start();
    await().atMost(Ends.LIMIT).until(() -> waiter.getState() == Thread.State.WAITING);

    SwooleProcess failing = new SwooleProcess(child -> {}).jvmOptions("--dry-run");
    assertThatThrownBy(failing::start).isInstanceOf(IllegalStateException.class);
    assertThat(SwooleProcess.wait(false)).isEmpty();
    assertThat(SwooleProcess.getLastError()).isZero();
    process.write("end");

    assertThat(waiting).succeedsWithin(Ends.LIMIT).isEqualTo(Optional.of(ended(process, 0, 0)));
    process.close();
  }

  private static void startOnceMore(SwooleProcess child) {
    String property = "swoole4j.test.generation";
    if (System.getProperty(property) != null) {
      child.write("grandchild");
      return;
    }
    System.setProperty(property, "2");
    SwooleProcess own = started(new SwooleProcess(child.callback()));
    child.write(read(own) + " " + NamedCallback.classOf(child.callback()).getSimpleName());
    SwooleProcess.wait(true);
  }

  @Test
  void runsMethodsThatItsChildrenCanPassOn() {
    SwooleProcess.Callback method = SwooleProcessTest::startOnceMore;

    SwooleProcess process = started(new SwooleProcess(method));

    assertThat(read(process)).isEqualTo("grandchild SwooleProcessTest");
    assertThat(end(process)).isEqualTo(ended(process, 0, 0));
  }

  @Test
  void isNumberedFromOneObjectToTheNext() {
    SwooleProcess first = new SwooleProcess(child -> {});
    SwooleProcess second = new SwooleProcess(child -> {});

    assertThat(second.id()).isEqualTo(first.id() + 1);
    assertThat(first.pid()).isZero();
    assertThat(first.pipe()).isEqualTo(-1);
  }

  @Test
  void hasTheSameNumberInTheChildWhichCountsOnFromThere() {
    SwooleProcess process =
        started(
            new SwooleProcess(
                child -> child.write(child.id() + " " + new SwooleProcess(own -> {}).id())));

    assertThat(read(process)).isEqualTo(process.id() + " " + (process.id() + 1));
    end(process);
  }

  @Test
  void refusesToRunNothing() {
    assertThatThrownBy(() -> new SwooleProcess((SwooleProcess.Callback) null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("callback");
  }

  @Test
  void hasPriorityOfItsOwnWithEveryThread() {
    SwooleProcess process =
        started(
            new SwooleProcess(
                child -> {
                  child.write(String.valueOf(child.setPriority(SwooleProcess.PRIO_PROCESS, 7, 0)));
                  child.read();
                }));
    int before = process.getPriority(SwooleProcess.PRIO_PROCESS, 0).orElseThrow();

    assertThat(read(process)).isEqualTo("true");
    assertThat(process.getPriority(SwooleProcess.PRIO_PROCESS)).hasValue(7);
    assertThat(process.setPriority(SwooleProcess.PRIO_PROCESS, 11)).isTrue();
    assertThat(threadsOf(process.pid(), "stat"))
        .isNotEmpty()
        .allSatisfy(
            stat ->
                assertThat(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16])
                    .isEqualTo("11"));
    assertThat(process.getPriority(SwooleProcess.PRIO_PROCESS, 0)).hasValue(before);

    process.write("end");
    end(process);
    assertThat(process.getPriority(SwooleProcess.PRIO_PROCESS)).isEmpty();
    assertThat(process.setPriority(SwooleProcess.PRIO_PROCESS, 0)).isFalse();
    assertThat(SwooleProcess.getLastError()).isEqualTo(Errno.ESRCH);
    SwooleProcess later = new SwooleProcess(child -> {});
    assertThatThrownBy(() -> later.setPriority(SwooleProcess.PRIO_PROCESS, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("process: not started (expected: started)");
    assertThatThrownBy(() -> process.setPriority(3, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("which: 3 (expected: 0, 1 or 2)");
    assertThatThrownBy(() -> process.setPriority(SwooleProcess.PRIO_PROCESS, 20))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("priority: 20 (expected: -20 to 19)");
  }

  @Test
  void runsWhatTheCallbackWasChangedToUntilItIsStarted() {
    SwooleProcess process = new SwooleProcess(child -> child.write("first"));
    process.callback(child -> child.write("second"));

    started(process);

    assertThat(read(process)).isEqualTo("second");
    assertThatThrownBy(() -> process.callback(child -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("process: started (expected: not yet)");
    assertThatThrownBy(process::start).isInstanceOf(IllegalStateException.class);
    end(process);
  }

  @Test
  void hasSystemPropertiesOfItsParentAndOptionsOfItsOwn() {
    System.setProperty("swoole4j.test.word", "travels");
    try {
      SwooleProcess process =
          started(
              new SwooleProcess(
                      child ->
                          child.write(
                              System.getProperty("swoole4j.test.word")
                                  + " "
                                  + (Runtime.getRuntime().maxMemory() >> 20)))
                  .jvmOptions("-Xmx32m"));

      assertThat(read(process)).startsWith("travels 3");
      end(process);
    } finally {
      System.clearProperty("swoole4j.test.word");
    }
  }

  @Test
  void endsWithTheStatusItExitsWith() {
    SwooleProcess process = started(new SwooleProcess(child -> child.exit(9)));

    assertThat(end(process)).isEqualTo(ended(process, 9, 0));
  }

  @Test
  void goesOnBehindItsCallbackUntilItsTimersAreCleared() {
    SwooleProcess process =
        started(
            new SwooleProcess(
                child -> {
                  AtomicInteger ticks = new AtomicInteger();
                  Timer.tick(
                      5,
                      id -> {
                        child.write("tick " + ticks.incrementAndGet());
                        if (ticks.get() == 3) {
                          Timer.clear(id);
                        }
                      });
                }));

    assertThat(List.of(read(process), read(process), read(process)))
        .containsExactly("tick 1", "tick 2", "tick 3");
    assertThat(end(process)).isEqualTo(ended(process, 0, 0));
  }

  @Test
  void runsShutdownHooksAtStatusZeroOnly(@TempDir Path directory) {
    for (int status : new int[] {0, 1}) {
      String file = directory.resolve("hook" + status).toString();
      SwooleProcess process =
          started(
              new SwooleProcess(
                  child -> {
                    Runtime.getRuntime().addShutdownHook(new Thread(() -> touch(file)));
                    child.exit(status);
                  }));
      assertThat(end(process)).isEqualTo(ended(process, status, 0));
    }

    assertThat(directory.resolve("hook0")).exists();
    assertThat(directory.resolve("hook1")).doesNotExist();
  }

  private static void touch(String file) {
    try {
      Files.createFile(Path.of(file));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void endsWith255WhenCallbackThrows() {
    SwooleProcess process =
        started(
            new SwooleProcess(
                child -> {
                  System.setErr(new java.io.PrintStream(java.io.OutputStream.nullOutputStream()));
                  throw new IllegalStateException("on purpose");
                }));

    assertThat(end(process)).isEqualTo(ended(process, 255, 0));
  }

  @Test
  void refusesStatusOutOfRangeAndExitOfTheParent() {
    SwooleProcess parent = new SwooleProcess(child -> {});
    assertThatThrownBy(() -> parent.exit(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("exit: in the parent (expected: in the child)");

    SwooleProcess process =
        started(
            new SwooleProcess(
                child -> {
                  try {
                    child.exit(256);
                  } catch (IllegalArgumentException e) {
                    child.write(e.getMessage());
                  }
                }));
    assertThat(read(process)).isEqualTo("status: 256 (expected: 0 to 255)");
    end(process);
  }

  @Test
  void isEndedBySignalsAndTellsWhichApartFromCodes() {
    for (int signal : new int[] {Signals.SIGKILL, Signals.SIGTERM, Signals.SIGUSR1}) {
      SwooleProcess process = started(new SwooleProcess(child -> waitForEver()));

      assertThat(SwooleProcess.kill(process.pid(), 0)).isTrue();
      assertThat(SwooleProcess.kill(process.pid(), signal)).isTrue();

      assertThat(end(process)).isEqualTo(ended(process, 0, signal));
      assertThat(SwooleProcess.kill(process.pid(), 0)).isFalse();
      assertThat(SwooleProcess.getLastError()).isEqualTo(Errno.ESRCH);
    }
    SwooleProcess process = started(new SwooleProcess(child -> child.exit(137)));
    assertThat(end(process).asMap())
        .isEqualTo(Map.of("pid", process.pid(), "code", 137, "signal", 0));
  }

  @Test
  void refusesSignalsAndProcessesThatMakeNoSense() {
    assertThat(SwooleProcess.kill(ProcessHandle.current().pid(), 1000)).isFalse();
    assertThat(SwooleProcess.getLastError()).isEqualTo(Errno.EINVAL);
    assertThatThrownBy(() -> SwooleProcess.kill(-1, Signals.SIGKILL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pid: -1 (expected: one process)");
  }

  @Test
  void isSeenByWaitWithoutBlockingOnceItHasEnded() {
    SwooleProcess process =
        started(
            new SwooleProcess(
                child -> {
                  child.read();
                  child.exit(4);
                }));

    assertThat(SwooleProcess.wait(false)).isEmpty();
    assertThat(SwooleProcess.getLastError()).isZero();
    process.write("end");

    Optional<ExitStatus> status =
        await().atMost(Ends.LIMIT).until(() -> SwooleProcess.wait(false), Optional::isPresent);
    assertThat(status).contains(ended(process, 4, 0));
    process.close();
  }

  /** The descriptors behind the standard ones that are sockets or pipes. */
  private static List<String> connections() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      List<String> found = new ArrayList<>();
      for (Path descriptor : open.toList()) {
        String number = descriptor.getFileName().toString();
        String target = Integer.parseInt(number) > 2 ? targetOf(descriptor) : "";
        if (target.startsWith("socket:") || target.startsWith("pipe:")) {
          found.add(number);
        }
      }
      return found;
    }
  }

  /** Empty for what was closed meanwhile, such as a file that a class came from. */
  private static String targetOf(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  @Test
  void inheritsNothingButItsWaysToTheParent() throws IOException {
    try (ServerSocket listening = new ServerSocket(0)) {
      assertThat(listening.isBound()).isTrue();
      SwooleProcess process =
          started(new SwooleProcess(child -> child.write(connections().toString())));

      assertThat(read(process)).isEqualTo("[3, 4]");
      end(process);
    }
  }

  @Test
  void leavesNoZombieWhenNobodyWaits() {
    SwooleProcess process = started(new SwooleProcess(child -> {}));

    await().atMost(Ends.LIMIT).until(() -> !exists(process.pid()));

    assertThat(end(process).code()).isZero();
  }

  @Test
  void hasTitleThatOthersSee() throws IOException {
    SwooleProcess process =
        started(
            new SwooleProcess(
                child -> {
                  child.write("named " + child.name("java server: worker 1"));
                  child.read();
                }));

    assertThat(read(process)).isEqualTo("named true");
    Path proc = Path.of("/proc/" + process.pid());
    assertThat(Files.readString(proc.resolve("comm"))).isEqualTo("java server: wo\n");
    assertThat(Files.readString(proc.resolve("cmdline"))).startsWith("java server: worker 1\0");
    process.write("end");
    end(process);
  }

  @Test
  void refusesAtOnceWhatCannotTravel() {
    Object unserializable = new Object();
    assertThatThrownBy(() -> new SwooleProcess(child -> child.write(unserializable.toString())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("callback: uses a java.lang.Object (expected: only what is Serializable)");
  }

  @Test
  void refusesClassesThatChildWouldNotFind() throws Exception {
    URL[] path = {Named.class.getProtectionDomain().getCodeSource().getLocation()};
    try (URLClassLoader loader =
        new URLClassLoader(path, SwooleProcess.class.getClassLoader()) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            return name.equals(Named.class.getName())
                ? findClass(name)
                : super.loadClass(name, resolve);
          }
        }) {
      Class<? extends SwooleProcess.Callback> elsewhere =
          loader.loadClass(Named.class.getName()).asSubclass(SwooleProcess.Callback.class);

      assertThatThrownBy(() -> new SwooleProcess(elsewhere, false, PipeType.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "callback: uses class "
                  + Named.class.getName()
                  + " (expected: one of the class path)");
    }
  }

  @Test
  void saysWhatIsMissingInTheChild(@TempDir Path directory) {
    SwooleProcess process = new SwooleProcess(new Greeting("x", List.of()));
    SwooleProcess lambda = new SwooleProcess(child -> {});
    String path = System.getProperty("java.class.path");
    String library =
        SwooleProcess.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    // the child gets the library and the core, and not this class
    String core =
        io.swoole4j.Swoole.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    System.setProperty("java.class.path", library + File.pathSeparator + core);
    try {
      assertThatThrownBy(process::start)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("class: " + Greeting.class.getName())
          .hasMessageContaining("code 255, signal 0");
      assertThatThrownBy(lambda::start)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("class: " + SwooleProcessTest.class.getName());
    } finally {
      System.setProperty("java.class.path", path);
    }
  }

  @Test
  void saysWhenChildDiesBeforeItReports() {
    SwooleProcess process = new SwooleProcess(child -> {}).jvmOptions("--dry-run");

    assertThatThrownBy(process::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("process: it ended before it reported; code 0, signal 0");
  }

  @Test
  void canBeWaitedForBeforeItHasReported(@TempDir Path directory) throws IOException {
    Path pause = directory.resolve("pause");
    SwooleProcess process =
        new SwooleProcess(child -> child.exit(6))
            .jvmOptions(
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:+PauseAtStartup",
                "-XX:PauseAtStartupFile=" + pause);

    CompletableFuture<Integer> start = CompletableFuture.supplyAsync(process::start);
    await()
        .atMost(Ends.LIMIT)
        .until(() -> SwooleProcess.wait(false).isEmpty() && SwooleProcess.getLastError() == 0);
    await().atMost(Ends.LIMIT).until(() -> Files.deleteIfExists(pause));

    assertThat(start).succeedsWithin(Ends.LIMIT);
    assertThat(end(process)).isEqualTo(ended(process, 6, 0));
  }

  @Test
  void endsChildThatDoesNotReportInTime(@TempDir Path directory) {
    String file = directory.resolve("pause").toString();
    SwooleProcess process =
        new SwooleProcess(child -> {})
            .jvmOptions(
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:+PauseAtStartup",
                "-XX:PauseAtStartupFile=" + file);
    System.setProperty("swoole4j.process.seconds", "0.2");
    try {
      assertThatThrownBy(process::start)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("process: it did not report: ")
          .hasMessageEndingWith("; code 0, signal 9");
      System.setProperty("swoole4j.process.seconds", "soon");
      SwooleProcess another = new SwooleProcess(child -> {});
      assertThatThrownBy(another::start)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("swoole4j.process.seconds: soon (expected: seconds, 0.001 to 86400)");
      assertThat(another.pid()).isZero();
    } finally {
      System.clearProperty("swoole4j.process.seconds");
    }
  }

  @Test
  void tellsWhyThereIsNoChild(@TempDir Path directory) {
    String home = System.getProperty("java.home");
    System.setProperty("java.home", directory.toString());
    try {
      assertThat(new SwooleProcess(child -> {}).start()).isEqualTo(-1);
      assertThat(SwooleProcess.getLastError()).isEqualTo(Errno.ENOENT);
    } finally {
      System.setProperty("java.home", home);
    }
  }

  @Test
  void warnsOfBufferWithoutRoom() {
    SwooleProcess process = new SwooleProcess(child -> {});
    try (LogCapture log = LogCapture.of(SwooleProcess.class)) {
      assertThat(process.read(0)).isEmpty();
      assertThat(log.messages(Level.WARN))
          .containsExactly("bufferSize: 0 (expected: 1 to 1048576)");
    }
    assertThat(SwooleProcess.getLastError()).isEqualTo(Errno.EINVAL);
  }

  @Test
  void hasNoPipeWhenNoneWasAskedFor() {
    SwooleProcess process =
        started(new SwooleProcess(child -> child.exit(child.pipe() == -1 ? 5 : 6), false, 0));

    assertThatThrownBy(() -> process.write("x"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("pipe: none (expected: a pipe type other than 0)");
    assertThat(process.close()).isFalse();
    assertThat(SwooleProcess.getLastError()).isEqualTo(Errno.EBADF);
    assertThat(SwooleProcess.wait(true)).contains(ended(process, 5, 0));
  }

  @Test
  void runsOnTheProcessorsItChooses() {
    int first = SwooleProcess.getAffinity().get(0);
    SwooleProcess process =
        started(
            new SwooleProcess(
                child -> {
                  boolean done = SwooleProcess.setAffinity(List.of(first));
                  child.write(done + " " + SwooleProcess.getAffinity());
                  child.read();
                }));

    assertThat(read(process)).isEqualTo("true [" + first + "]");
    assertThat(threadsOf(process.pid(), "status"))
        .isNotEmpty()
        .allSatisfy(status -> assertThat(status).contains("Cpus_allowed_list:\t" + first + "\n"));
    process.write("end");
    end(process);
    assertThatThrownBy(() -> SwooleProcess.setAffinity(List.of(4096)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SwooleProcess.setAffinity(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** What the system says of each thread; one that ends meanwhile says nothing. */
  private static List<String> threadsOf(int pid, String file) {
    List<String> said = new ArrayList<>();
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
      for (Path thread : threads) {
        try {
          said.add(Files.readString(thread.resolve(file), UTF_8));
        } catch (IOException e) {
          assertThat(thread.resolve(file)).doesNotExist();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return said;
  }
}
