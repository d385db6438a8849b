// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.os;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.swoole4j.internal.process.posix.MessageQueue;
import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.setting.Settings;
import io.swoole4j.spi.TaskQueueFactory.TaskQueue;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks in message queues of the system. */
class TaskQueueTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final double SECONDS = LIMIT.toSeconds();

  private final int key = 0x4000_0000 | new SecureRandom().nextInt(1 << 30);

  @TempDir private Path directory;

  @AfterEach
  void removeQueue() throws IOException {
    MessageQueue.open(key, 0600).remove();
  }

  private Server server(Server server, int mode, int taskWorkers) {
    server
        .set(Settings.WORKER_NUM, 1)
        .set(Settings.TASK_WORKER_NUM, taskWorkers)
        .set(Settings.TASK_IPC_MODE, mode)
        .set(Settings.MESSAGE_QUEUE_KEY, (long) key)
        .set(Settings.TASK_TMPDIR, directory.toString());
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, "?"));
    return server.on(Event.TASK, (s, id, source, data) -> data);
  }

  private String[] arguments(String... more) {
    List<String> all = new ArrayList<>(List.of(more));
    all.add("task_ipc_mode=2");
    all.add("task_worker_num=2");
    all.add("message_queue_key=" + key);
    all.add("task_tmpdir=" + directory);
    return all.toArray(String[]::new);
  }

  private String ipcs() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("ipcs", "-q").start();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return text.lines()
        .filter(line -> line.startsWith(String.format("0x%08x", key)))
        .findFirst()
        .orElse("");
  }

  @ServerMatrix
  void carryTasksAndTheirAnswersComeBack(ServerVariant variant) throws Exception {
    Server server = server(variant.newServer(), 2, 2);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          byte[] answer = (byte[]) s.taskwait(data, SECONDS).orElseThrow();
          s.send(fd, answer);
        });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("hello").readText(5)).isEqualTo("hello");
      // Far more than a message holds, and for a certain task worker.
      assertThat(server.taskwait("x".repeat(1_000_000), SECONDS, 1))
          .contains("x".repeat(1_000_000));
      assertThat(ipcs()).contains(" 600 ");
    }
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void shareTasksAmongTaskWorkersInMode3() {
    Server server = server(new Server("127.0.0.1", 0), 3, 3);
    Set<Integer> ids = ConcurrentHashMap.newKeySet();
    CountDownLatch all = new CountDownLatch(3);
    server.on(
        Event.TASK,
        (s, id, source, data) -> {
          ids.add(s.workerId());
          all.countDown();
          assertThat(all.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
          return data;
        });

    try (RunningServer running = RunningServer.start(server)) {
      // All for the same one, which does not matter.
      for (int i = 0; i < 3; i++) {
        assertThat(server.task("a", 0)).isEqualTo(i);
      }
      Awaitility.await().atMost(LIMIT).until(() -> server.stats().get("tasking_num").equals(0));
    }

    assertThat(ids).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void keepTasksOfServerThatIsKilledForItsNextStart() throws Exception {
    try (ServerJvm first = new ServerJvm(arguments("tasks=hold"))) {
      int port = first.port();
      ServerJvm.ask(port, "task taken 0");
      ServerJvm.ask(port, "task taken 1");
      first.awaitLine("holds ");
      first.awaitLine("holds ");
      for (int i = 0; i < 4; i++) {
        assertThat(ServerJvm.ask(port, "task left-" + i + " " + i % 2)).isNotEqualTo("-1");
      }
      assertThat(ServerJvm.ask(port, "long")).isNotEqualTo("-1");
      assertThat(ServerJvm.ask(port, "queue")).isEqualTo("5");
      first.kill();
    }
    assertThat(ipcs().strip()).endsWith(" 5");

    try (ServerJvm second = new ServerJvm(arguments())) {
      int port = second.port();
      List<String> seen = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        seen.add(second.awaitLine("finished "));
      }
      assertThat(seen)
          .containsExactlyInAnyOrder("left-0", "left-1", "left-2", "left-3", "100000 bytes");
      assertThat(ServerJvm.ask(port, "queue")).isEqualTo("0");
    }
  }

  @Test
  void takeFarMoreTasksThanTheyHoldWhileTheyAreEmptied() {
    Server server = server(new Server("127.0.0.1", 0), 2, 1);
    List<Long> ran = Collections.synchronizedList(new ArrayList<>());
    server.on(
        Event.TASK,
        (s, id, source, data) -> {
          ran.add(id);
          return null;
        });

    try (RunningServer running = RunningServer.start(server)) {
      for (int i = 0; i < 2048; i++) {
        String task = "x".repeat(2048 + i);
        // refused when it has waited a second for room, as happens on a machine that is busy
        Awaitility.await()
            .atMost(LIMIT)
            .pollInSameThread()
            .pollDelay(Duration.ZERO)
            .until(() -> server.task(task) >= 0);
      }
      Awaitility.await().atMost(LIMIT).until(() -> server.stats().get("tasking_num").equals(0));
    }

    assertThat(ran).hasSize(2048).isSorted();
  }

  @Test
  void areMadeAnewWhenSomebodyRemovesThem() throws Exception {
    Server server = server(new Server("127.0.0.1", 0), 2, 1);

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(server.taskwait("a", SECONDS)).contains("a");
      Process removal = new ProcessBuilder("ipcrm", "-Q", Integer.toString(key)).start();
      assertThat(removal.waitFor()).isZero();
      assertThat(server.taskwait("b", SECONDS)).contains("b");
    }
  }

  @Test
  void areRefusedWhenOthersCouldPutTasksIntoThem() throws Exception {
    MessageQueue.open(key, 0666);

    assertThatIllegalStateException()
        .isThrownBy(() -> new SystemVTaskQueues().open(key))
        .withMessageStartingWith(String.format("message_queue_key: 0x%08x", key))
        .withMessageEndingWith("(expected: a queue that only this user may use; ipcrm removes it)");
  }

  @Test
  void takeWhatFitsAMessageByWhomItIsFor() throws Exception {
    try (TaskQueue queue = new SystemVTaskQueues().open(key)) {
      assertThat(queue.offer(1, new byte[8192])).isTrue();
      assertThat(queue.poll(2)).isEmpty();
      assertThat(queue.poll(1)).hasValueSatisfying(task -> assertThat(task).hasSize(8192));
      assertThat(queue.poll(0)).isEmpty();
      assertThat(queue.backlog().tasks()).isZero();
    }
  }
}
