// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import static io.swoole4j.process.Ends.exists;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.internal.process.ChildDescriptors;
import io.swoole4j.internal.process.Frames;
import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;
import io.swoole4j.spi.ServerHandle;
import io.swoole4j.testing.Descriptors;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Child processes that are added to a server. */
class AddedProcessTest {
  private final BlockingQueue<Object> messages = new LinkedBlockingQueue<>();
  private Descriptors before;

  @BeforeEach
  void rememberDescriptors() {
    before = Descriptors.snapshot();
  }

  @AfterEach
  void leavesNoDescriptor() {
    before.awaitNothingOpenedSince(Ends.LIMIT);
  }

  private Server server(ServerVariant variant) {
    return variant
        .newServer()
        .set(Settings.WORKER_NUM, 2)
        .on(Event.RECEIVE, (server, fd, reactorId, data) -> server.send(fd, data))
        .on(Event.PIPE_MESSAGE, (server, source, message) -> messages.add(source + " " + message));
  }

  private Object message() throws InterruptedException {
    Object message = messages.poll(Ends.LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertThat(message).isNotNull();
    return message;
  }

  @ServerMatrix(transports = "epoll")
  void usesEveryMethodOfTheServer(ServerVariant variant) throws Exception {
    Server server = server(variant);
    SwooleProcess process =
        new SwooleProcess(
            child -> {
              ServerHandle handle = child.server();
              while (true) {
                long fd = Long.parseLong(new String(child.read().orElseThrow(), UTF_8));
                handle.sendMessage(
                    List.of(
                        handle.exist(fd),
                        handle.exist(fd + 1),
                        handle.getClientList(0, 10),
                        handle.getClientInfo(fd).orElseThrow().remoteIp(),
                        handle.getClientInfo(fd + 1).isPresent(),
                        handle.stats().get("connection_num"),
                        handle.send(fd, "from the child".getBytes(UTF_8)),
                        handle.reload(true),
                        handle.close(fd),
                        handle.close(fd + 1)),
                    0);
              }
            });
    server.addProcess(process);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> process.write(String.valueOf(fd)));

    try (RunningServer running = RunningServer.start(server);
        RawClient client = running.client()) {
      client.send("go");

      assertThat(message())
          .isEqualTo("2 [true, false, [1], 127.0.0.1, false, 1, true, true, true, false]");
      assertThat(client.readText(14)).isEqualTo("from the child");
      client.expectEof();
    }
  }

  /** What the server cannot do for it, and which code it tells. */
  private static String refused(ServerHandle server, boolean done) {
    return done + " " + server.getLastError();
  }

  private static String wrong(Runnable call) {
    try {
      call.run();
      return "done";
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "epoll")
  void actsOnConnectionsAndSendsInEveryWay(ServerVariant variant, @TempDir Path directory)
      throws Exception {
    BlockingQueue<String> packets = new LinkedBlockingQueue<>();
    String file = Files.writeString(directory.resolve("file"), "a file ").toString();
    Server server = server(variant);
    server.addListener("127.0.0.1", 0, SocketType.UDP);
    server.on(Event.PACKET, (s, data, client) -> packets.add(new String(data, UTF_8)));
    SwooleProcess process =
        new SwooleProcess(
            child -> {
              ServerHandle handle = child.server();
              String[] told = new String(child.read().orElseThrow(), UTF_8).split(" ", -1);
              long fd = Long.parseLong(told[0]);
              long other = fd + 1;
              List<Object> results = new ArrayList<>();
              results.add(handle.sendwait(fd, "waited ".getBytes(UTF_8)));
              results.add(handle.sendfile(fd, file, 0, 0));
              results.add(handle.send(fd, "text"));
              results.add(refused(handle, handle.send(other, "text")));
              results.add(handle.bind(fd, 7));
              results.add(refused(handle, handle.bind(fd, 8)));
              results.add(handle.connectionInfo(fd).orElseThrow().uid().orElse(0));
              results.add(handle.pause(fd) && handle.resume(fd) && handle.protect(fd, true));
              results.add(refused(handle, handle.confirm(fd)));
              results.add(handle.exists(fd));
              results.add(handle.connectionList(0, 10));
              results.add(wrong(() -> handle.getClientList(0, 101)));
              // the same thread's failure stays until the next
              results.add(handle.getLastError());
              results.add(refused(handle, handle.close(other, true)));
              results.add(handle.heartbeat(true) + " " + handle.getLastError());
              byte[] datagram = "datagram".getBytes(UTF_8);
              results.add(handle.sendto("127.0.0.1", Integer.parseInt(told[1]), datagram));
              results.add(refused(handle, handle.sendto("no address", 1, datagram)));
              handle.sendMessage(results.toString(), 0);
              child.read();
              handle.close(fd, true);
              child.read();
            });
    server.addProcess(process);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> process.write(fd + " " + s.ports().get(1).port()));

    try (RunningServer running = RunningServer.start(server);
        RawClient client = running.client()) {
      client.send("go");

      assertThat(message())
          .isEqualTo(
              "2 [true, true, true, false 1005, true, false 505, 7, true, false 509, true, [1],"
                  + " count: 101 (expected: 0..100), 509, false 1005, [] 509, true, false 505]");
      assertThat(client.readText(18)).isEqualTo("waited a file text");
      assertThat(packets.poll(Ends.LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("datagram");
      process.write("reset");
      client.expectReset();
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void asksForTasksAndAboutWorkers(ServerVariant variant) throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    BlockingQueue<Object> tasks = new LinkedBlockingQueue<>();
    Server server = server(variant);
    server.set(Settings.TASK_WORKER_NUM, 1);
    server.on(
        Event.TASK,
        (s, taskId, source, data) -> {
          tasks.add(source + " " + data);
          if (data.equals("slow")) {
            release.await();
          }
          return data + " done";
        });
    server.on(
        Event.PIPE_MESSAGE,
        (s, source, message) -> {
          release.countDown();
          messages.add(message);
        });
    SwooleProcess process =
        new SwooleProcess(
            child -> {
              ServerHandle handle = child.server();
              CompletableFuture<Optional<Object>> slow =
                  CompletableFuture.supplyAsync(() -> handle.taskwait("slow", 60));
              // a call that waits does not hold up others
              handle.sendMessage("begun", 0);
              List<Object> results = new ArrayList<>();
              results.add(slow.join());
              results.add(handle.task("alone"));
              results.add(handle.task("nowhere", 1) + " " + handle.getLastError());
              results.add(handle.taskWaitMulti(List.of("x", "y"), 60));
              results.add(wrong(() -> handle.taskwait("never", -1)));
              int own = handle.getWorkerId();
              results.add(own);
              results.add(handle.getWorkerPid(own) == child.pid());
              results.add(handle.getWorkerPid(-1) == child.pid());
              results.add(handle.getWorkerPid(9) + " " + handle.getLastError());
              results.add(handle.getWorkerPid(0) == handle.masterPid());
              results.add(handle.managerPid() == handle.masterPid());
              results.add(handle.getWorkerStatus(1).isPresent());
              results.add(handle.getWorkerStatus(9).isPresent());
              results.add(handle.setting().get("worker_num"));
              results.add(handle.stop(1));
              results.add(handle.reload());
              handle.sendMessage(results.toString(), 0);
              child.read();
            });
    server.addProcess(process);

    RunningServer running = RunningServer.start(server);
    try (running) {
      assertThat(message()).isEqualTo("begun");
      assertThat(message())
          .isEqualTo(
              "[Optional[slow done], 1, -1 505, {0=x done, 1=y done},"
                  + " timeout: -1.0 (expected: above 0 seconds), 3, true, true, 0 505, true, true,"
                  + " true, false, 2, true, true]");
    }
    assertThat(tasks).containsExactly("-1 slow", "-1 alone", "-1 x", "-1 y");
  }

  /** Can be written; reading it fails with the exception or error that it carries. */
  private static final class Unreadable implements Serializable {
    @Serial private static final long serialVersionUID = 1L;

    private final Throwable failure;

    Unreadable(Throwable failure) {
      this.failure = failure;
    }

    @Serial
    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      if (failure instanceof Error error) {
        throw error;
      }
      throw (IOException) failure;
    }

    static String refusal(ServerHandle server, Throwable failure) {
      try {
        return "done " + server.sendMessage(new Unreadable(failure), 0);
      } catch (IllegalStateException e) {
        return String.valueOf(e.getMessage());
      }
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void isToldEveryFailureOfItsCallsAndGoesOn(ServerVariant variant) throws Exception {
    Server server = server(variant);
    server.set(
        Settings.TASK_CLASSES, List.of(Unreadable.class.getName(), "java.io.*", "java.lang.*"));
    server.addProcess(
        new SwooleProcess(
            child -> {
              ServerHandle handle = child.server();
              String unread = Unreadable.refusal(handle, new InvalidObjectException("not today"));
              String unlinked = Unreadable.refusal(handle, new NoClassDefFoundError("a/B"));
              String cut = Unreadable.refusal(handle, new IOException("\u20ac".repeat(100_000)));
              handle.sendMessage(List.of(unread, unlinked, cut.length()), 0);
              child.read();
            }));

    RunningServer running = RunningServer.start(server);
    try (running) {
      assertThat(message())
          .isEqualTo(
              "2 [java.io.InvalidObjectException: not today,"
                  + " java.lang.NoClassDefFoundError: a/B, 21845]");
    }
  }

  /** What a child sends that somebody else has taken over: code of the server's own class path. */
  private record Hostile(String file) implements Serializable {
    private Hostile {
      try {
        Files.createFile(Path.of(file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void cannotMakeItsServerRunCodeOfAnyClass(ServerVariant variant, @TempDir Path directory)
      throws Exception {
    Server server = server(variant);
    server.set(Settings.TASK_WORKER_NUM, 1);
    server.on(Event.TASK, (s, taskId, source, data) -> data);
    String file = directory.resolve("ran").toString();
    server.addProcess(
        new SwooleProcess(
            child -> {
              Hostile hostile = new Hostile(file);
              Files.delete(Path.of(file));
              ServerHandle handle = child.server();
              Set<String> refusals = new TreeSet<>();
              refusals.add(wrong(() -> handle.sendMessage(hostile, 0)));
              refusals.add(wrong(() -> handle.sendMessage(List.of("x", hostile), 0)));
              refusals.add(wrong(() -> handle.sendMessage(new Hostile[] {hostile}, 0)));
              refusals.add(wrong(() -> handle.task(Map.of("key", hostile))));
              refusals.add(wrong(() -> handle.taskwait(hostile, 60)));
              refusals.add(wrong(() -> handle.taskWaitMulti(List.of(hostile), 60)));
              handle.sendMessage(List.copyOf(refusals), 0);
              child.read();
            }));

    RunningServer running = RunningServer.start(server);
    try (running) {
      String name = Hostile.class.getName();
      assertThat(message())
          .isEqualTo(
              "3 [data: uses a ["
                  + "L%s; (expected: a class that task_classes allows),".formatted(name)
                  + " data: uses a %s (expected: a class that task_classes allows)]"
                      .formatted(name));
    }
    assertThat(Path.of(file)).doesNotExist();
  }

  /** A message that its server knows. */
  private record Point(int x, int y) implements Serializable {}

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void sendsClassesThatItsServerAllows(ServerVariant variant) throws Exception {
    Server server = server(variant);
    server.set(Settings.TASK_CLASSES, List.of(Point.class.getName()));
    server.addProcess(
        new SwooleProcess(
            child -> {
              child.server().sendMessage(List.of(new Point(1, 2)), 0);
              child.read();
            }));

    RunningServer running;
    try (LogCapture log = LogCapture.of("io.swoole4j")) {
      running = RunningServer.start(server);
      assertThat(log.contains("task_classes")).isFalse();
    }
    try (running) {
      assertThat(message()).isEqualTo("2 [Point[x=1, y=2]]");
    }
  }

  /** The thread of a server that waits for a task of its child. */
  private static Optional<Thread> waitingThread() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(
            entry ->
                Stream.of(entry.getValue())
                    .anyMatch(frame -> frame.getMethodName().equals("taskwait")))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** A server whose only task worker does nothing until it is released. */
  private Server holdingTasks(ServerVariant variant, CountDownLatch release) {
    Server server = server(variant);
    server.set(Settings.TASK_WORKER_NUM, 1);
    server.on(
        Event.TASK,
        (s, taskId, source, data) -> {
          release.await();
          return data;
        });
    return server;
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void leavesNobodyWaitingWhenItEnds(ServerVariant variant) throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    Server server = holdingTasks(variant, release);
    SwooleProcess process = new SwooleProcess(child -> child.server().taskwait("slow", 600));
    server.addProcess(process);

    RunningServer running = RunningServer.start(server);
    try (running) {
      Thread waiting =
          await()
              .atMost(Ends.LIMIT)
              .until(AddedProcessTest::waitingThread, Optional::isPresent)
              .orElseThrow();
      SwooleProcess.kill(process.pid(), Signals.SIGKILL);

      waiting.join(Ends.LIMIT.toMillis());
      assertThat(waiting.isAlive()).isFalse();
      release.countDown();
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void endsWithoutAnErrorWhenItIsStoppedBeforeItRuns(ServerVariant variant) throws Exception {
    Server server = server(variant);
    SwooleProcess process = new SwooleProcess(child -> {});
    server.addProcess(process);

    try (RunningServer running = RunningServer.start(server)) {
      int first = process.pid();
      await().pollInterval(Duration.ofMillis(1)).until(() -> process.pid() != first);
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "epoll")
  void getsOtherAnswersWhileOneOfItsCallsWaitsForRoom(ServerVariant variant) throws Exception {
    Server server = server(variant);
    server.set(Settings.SEND_YIELD, true);
    server.set(Settings.SEND_TIMEOUT, 30.0);
    SwooleProcess process =
        new SwooleProcess(
            child -> {
              ServerHandle handle = child.server();
              long fd = Long.parseLong(new String(child.read().orElseThrow(), UTF_8));
              AtomicLong sent = new AtomicLong();
              CompletableFuture<Void> sending =
                  CompletableFuture.runAsync(
                      () -> {
                        while (handle.send(fd, new byte[256 << 10])) {
                          sent.incrementAndGet();
                        }
                      });
              // a send that takes as long as so many other calls waits
              long before = -1;
              while (sent.get() == 0 || sent.get() != before) {
                before = sent.get();
                for (int i = 0; i < 100; i++) {
                  handle.exist(fd);
                }
              }
              child.write("answered " + handle.exist(fd));
              child.read();
              handle.close(fd, true);
              sending.join();
              child.write("failed " + !handle.exist(fd));
              child.read();
            });
    server.addProcess(process);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> process.write(String.valueOf(fd)));

    try (RunningServer running = RunningServer.start(server);
        RawClient client = running.client()) {
      process.setTimeout(Ends.LIMIT_SECONDS);
      client.send("go");

      assertThat(Ends.read(process)).isEqualTo("answered true");
      process.write("enough");
      assertThat(Ends.read(process)).isEqualTo("failed true");
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void isRefusedMoreThan256CallsThatWait(ServerVariant variant) throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    Server server = holdingTasks(variant, release);
    server.on(
        Event.PIPE_MESSAGE,
        (s, source, message) -> {
          messages.add(message);
          release.countDown();
        });
    SwooleProcess process =
        new SwooleProcess(
            child -> {
              ServerHandle handle = child.server();
              CountDownLatch refused = new CountDownLatch(4);
              AtomicInteger results = new AtomicInteger();
              List<Thread> threads = new ArrayList<>();
              for (int i = 0; i < 260; i++) {
                Thread thread =
                    new Thread(
                        () -> {
                          try {
                            handle.taskwait("slow", 60).ifPresent(r -> results.incrementAndGet());
                          } catch (IllegalStateException e) {
                            refused.countDown();
                          }
                        });
                threads.add(thread);
                thread.start();
              }
              refused.await();
              handle.sendMessage("refused", 0);
              for (Thread thread : threads) {
                thread.join();
              }
              handle.sendMessage(results.get(), 0);
              child.read();
            });
    server.addProcess(process);

    RunningServer running = RunningServer.start(server);
    try (running) {
      assertThat(message()).isEqualTo("refused");
      assertThat(message()).isEqualTo(256);
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void shutsServerDown(ServerVariant variant) {
    Server server = server(variant);
    server.addProcess(new SwooleProcess(child -> child.server().shutdown()));

    RunningServer running = RunningServer.start(server);

    running.awaitTerminated();
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void isStartedAgainUnderAnotherProcessIdWithTheSamePipe(ServerVariant variant) throws Exception {
    Server server = server(variant);
    // as long as it takes to end: below it is gone at once
    server.set(Settings.MAX_WAIT_TIME, 20.0);
    CountDownLatch reloaded = new CountDownLatch(1);
    server.on(Event.AFTER_RELOAD, s -> reloaded.countDown());
    SwooleProcess process =
        new SwooleProcess(
            child -> {
              child.server().sendMessage("run of " + child.pid(), 0);
              while (true) {
                String text = new String(child.read().orElseThrow(), UTF_8);
                // to the same worker, for others may be faster
                child.server().sendMessage(text + " read by " + child.pid(), 0);
              }
            });
    server.addProcess(process);

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(message()).isEqualTo("2 run of " + process.pid());
      int first = process.pid();
      // a reload is not for it
      assertThat(server.reload()).isTrue();
      assertThat(reloaded.await(Ends.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      process.write("untouched");
      assertThat(message()).isEqualTo("2 untouched read by " + first);
      assertThat(process.pid()).isEqualTo(first);
      SwooleProcess.kill(first, Signals.SIGKILL);
      await().atMost(Ends.LIMIT).until(() -> !exists(first));
      process.write("in between");

      assertThat(message()).asString().isEqualTo("2 run of " + process.pid());
      assertThat(process.pid()).isNotEqualTo(first);
      assertThat(message()).isEqualTo("2 in between read by " + process.pid());
      running.close();
      assertThat(exists(process.pid())).isFalse();
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void isEndedAndStartedAgainWhenItsFramesMakeNoSense(
      ServerVariant variant, @TempDir Path directory) throws Exception {
    String file = directory.resolve("first").toString();
    Server server = server(variant);
    SwooleProcess process =
        new SwooleProcess(
            child -> {
              if (Files.exists(Path.of(file))) {
                child.server().sendMessage("second", 0);
              } else {
                Files.createFile(Path.of(file));
                byte[] negativeLength = {Frames.CALL, 0, 0, 0, 1, -1, -1, -1, -1};
                ChildDescriptors.out(ChildDescriptors.CONTROL).write(negativeLength);
              }
              child.read();
            });
    server.addProcess(process);

    RunningServer running = RunningServer.start(server);
    try (running) {
      assertThat(message()).isEqualTo("2 second");
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void canHandleTheSignalThatItsServerEndsItWith(ServerVariant variant, @TempDir Path directory)
      throws Exception {
    String file = directory.resolve("ended").toString();
    Server server = server(variant);
    server.set(Settings.MAX_WAIT_TIME, 60.0);
    server.addProcess(
        new SwooleProcess(
            child -> {
              CountDownLatch end = new CountDownLatch(1);
              SwooleProcess.signal(Signals.SIGTERM, signo -> end.countDown());
              child.server().sendMessage("ready", 0);
              end.await();
              Files.createFile(Path.of(file));
              child.exit(0);
            }));

    RunningServer running = RunningServer.start(server);
    assertThat(message()).isEqualTo("2 ready");
    running.close();
    assertThat(Path.of(file)).exists();
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void isNoServerForThoseWhoWereNotAddedAndKeepsSignalsOfServers(ServerVariant variant)
      throws Exception {
    BlockingQueue<String> refused = new LinkedBlockingQueue<>();
    Server server = server(variant).set(Settings.WORKER_NUM, 1);
    server.on(
        Event.WORKER_START,
        (s, workerId) -> {
          for (int signo : List.of(Signals.SIGTERM, Signals.SIGALRM)) {
            refused.add(
                String.valueOf(
                    Assertions.catchThrowable(() -> SwooleProcess.signal(signo, number -> {}))));
          }
        });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.port()).isPositive();
      await().atMost(Ends.LIMIT).until(() -> refused.size() == 2);
    }

    assertThat(refused)
        .containsExactly(
            "java.lang.IllegalStateException: signo: SIGTERM (expected: others inside a server)",
            "java.lang.IllegalStateException: signo: SIGALRM (expected: others inside a server)");
    Assertions.assertThatThrownBy(() -> new SwooleProcess(child -> {}).server())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("server: none (expected: the child of an added process)");
  }
}
