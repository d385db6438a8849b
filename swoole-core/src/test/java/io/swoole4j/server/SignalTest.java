// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.ChildJvm;
import io.swoole4j.testing.RawClient;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a process that runs a server does at SIGTERM, and how it exits. */
class SignalTest {

  /** Prints where it listens and serves until it is told to end. */
  static final class Serving {
    private Serving() {}

    public static void main(String[] arguments) {
      Server server = new Server("127.0.0.1", 0, ServerMode.valueOf(arguments[0]), SocketType.TCP);
      server.on(Event.START, s -> System.out.println("port " + s.getPort()));
      server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
      server.start();
    }
  }

  /** Prints its events and shuts itself down once it has started. */
  static final class EndingItself {
    private EndingItself() {}

    public static void main(String[] arguments) {
      Server server = new Server("127.0.0.1", 0, ServerMode.valueOf(arguments[0]), SocketType.TCP);
      server.set(Settings.WORKER_NUM, Integer.valueOf(arguments[1]));
      server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
      server.on(
          Event.START,
          s -> {
            long pid = ProcessHandle.current().pid();
            System.out.println("START");
            System.out.println("manager " + (s.managerPid() == pid ? "own" : s.managerPid()));
            System.out.println("master " + (s.masterPid() == pid ? "own" : s.masterPid()));
            s.shutdown();
          });
      server.on(Event.SHUTDOWN, s -> System.out.println("SHUTDOWN"));
      System.out.println("answer " + server.start());
    }
  }

  /** Handles SIGTERM itself before and after a server does. */
  static final class HandlingSignals {
    private HandlingSignals() {}

    public static void main(String[] arguments) throws Exception {
      CountDownLatch own = new CountDownLatch(1);
      Class<?> type = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Object handler =
          Proxy.newProxyInstance(
              SignalTest.class.getClassLoader(),
              new Class<?>[] {handlerType},
              (proxy, method, values) -> {
                own.countDown();
                return null;
              });
      Object term = type.getConstructor(String.class).newInstance("TERM");
      type.getMethod("handle", type, handlerType).invoke(null, term, handler);
      Serving.main(new String[] {"PROCESS"});
      System.out.println("ended, own " + (own.getCount() == 0));
      own.await();
      System.out.println("own");
    }
  }

  /** Serves with a task worker, and prints when a worker begins and a reload has ended. */
  static final class Reloading {
    private Reloading() {}

    public static void main(String[] arguments) {
      Server server = new Server("127.0.0.1", 0, ServerMode.valueOf(arguments[0]), SocketType.TCP);
      server.set(Settings.WORKER_NUM, 1).set(Settings.TASK_WORKER_NUM, 1);
      server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
      server.on(Event.TASK, (s, taskId, workerId, data) -> null);
      server.on(Event.WORKER_START, (s, workerId) -> System.out.println("worker " + workerId));
      // Behind the event: until then a further reload would be discarded.
      server.on(
          Event.AFTER_RELOAD, s -> s.engine().onManager(() -> System.out.println("reloaded"), 0));
      server.on(
          Event.START,
          s -> {
            System.out.println("port " + s.getPort());
            // Time enough for a signal to come while it starts.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
          });
      server.start();
    }
  }

  @ParameterizedTest
  @EnumSource
  void renewsAllWorkersAtUsr1AndTaskWorkersAtUsr2(ServerMode mode) throws Exception {
    try (ChildJvm child = ChildJvm.start(Reloading.class, mode)) {
      String port = child.awaitLine("port ");
      // It is carried out once the server runs.
      child.signal("USR2");
      try (RawClient client = RawClient.connect("127.0.0.1", Integer.parseInt(port))) {
        assertThat(client.send("ab").readText(2)).isEqualTo("ab");
        child.awaitLine("reloaded");
        child.signal("USR1");
        child.awaitLine("reloaded");
        assertThat(client.send("cd").readText(2)).isEqualTo("cd");
        child.terminate();
      }
      List<String> lines = child.awaitEnd();
      // A worker that is slow to begin for the first time may do so behind the first reload.
      assertThat(lines).filteredOn("worker 0"::equals).hasSize(2);
      assertThat(lines).filteredOn("worker 1"::equals).hasSize(3);
      assertThat(lines.subList(0, lines.indexOf("reloaded")))
          .containsSubsequence("worker 1", "worker 1")
          .filteredOn("worker 0"::equals)
          .hasSizeLessThan(2);
      assertThat(lines).endsWith("reloaded", "exit 0");
    }
  }

  @ParameterizedTest
  @EnumSource
  void endsCleanlyAndSilentlyAtTermination(ServerMode mode) throws Exception {
    try (ChildJvm child = ChildJvm.start(Serving.class, mode)) {
      String port = child.awaitLine("port ");
      try (RawClient client = RawClient.connect("127.0.0.1", Integer.parseInt(port))) {
        assertThat(client.send("ab").readText(2)).isEqualTo("ab");
        child.terminate();
        client.expectEof();
      }

      assertThat(child.awaitEnd()).containsExactly("port " + port, "exit 0");
    }
  }

  @Test
  void hasOneProcessAndNoManagerInBaseModeWithOneWorker() throws Exception {
    try (ChildJvm child = ChildJvm.start(EndingItself.class, ServerMode.BASE, 1)) {
      assertThat(child.awaitEnd())
          .containsExactly("START", "manager 0", "master own", "SHUTDOWN", "answer true", "exit 0");
    }
  }

  @ParameterizedTest
  @EnumSource
  void exitsInGoodOrderWhenShutDownByStartHandler(ServerMode mode) throws Exception {
    try (ChildJvm child = ChildJvm.start(EndingItself.class, mode, 4)) {
      assertThat(child.awaitEnd())
          .containsExactly(
              "START", "manager own", "master own", "SHUTDOWN", "answer true", "exit 0");
    }
  }

  @Test
  void givesSignalBackWhenItHasEnded() throws Exception {
    try (ChildJvm child = ChildJvm.start(HandlingSignals.class)) {
      child.awaitLine("port ");
      child.terminate();
      assertThat(child.awaitLine("ended, own ")).isEqualTo("false");
      child.terminate();
      assertThat(child.awaitEnd()).endsWith("own", "exit 0");
    }
  }
}
