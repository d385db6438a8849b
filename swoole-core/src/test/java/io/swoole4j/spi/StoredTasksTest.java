// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.swoole4j.server.Event;
import io.swoole4j.server.Journal;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerState;
import io.swoole4j.server.Task;
import io.swoole4j.server.TaskFlag;
import io.swoole4j.setting.Settings;
import io.swoole4j.spi.TaskQueueFactory.TaskQueue;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

/** Tasks that wait in a queue outside of the JVM, shown with a double of the queue. */
class StoredTasksTest {
  private static final int KEY = 0x51;

  @TempDir private Path directory;
  @TempDir private Path files;

  private final Journal journal = new Journal();
  private final CountDownLatch release = new CountDownLatch(1);

  @BeforeEach
  void forget() {
    QueueDouble.QUEUES.clear();
  }

  /** Stands for the system's queues, which outlive whoever opened them. */
  public static final class QueueDouble implements TaskQueueFactory {
    private static final int CAPACITY = 64;
    private static final Map<Integer, List<Map.Entry<Integer, byte[]>>> QUEUES =
        new ConcurrentHashMap<>();

    @Override
    public TaskQueue open(int key) {
      return new Queue(QUEUES.computeIfAbsent(key, absent -> new ArrayList<>()));
    }

    private record Queue(List<Map.Entry<Integer, byte[]>> entries) implements TaskQueue {
      @Override
      public boolean offer(int channel, byte[] task) {
        synchronized (entries) {
          assertThat(task.length).isLessThanOrEqualTo(MAX_MESSAGE);
          return entries.size() < CAPACITY && entries.add(Map.entry(channel, task));
        }
      }

      @Override
      public Optional<byte[]> poll(int channel) {
        synchronized (entries) {
          Optional<Map.Entry<Integer, byte[]>> first =
              entries.stream()
                  .filter(entry -> channel == 0 || entry.getKey() == channel)
                  .findFirst();
          first.ifPresent(entries::remove);
          return first.map(Map.Entry::getValue);
        }
      }

      @Override
      public Backlog backlog() {
        synchronized (entries) {
          long bytes = entries.stream().mapToLong(entry -> entry.getValue().length).sum();
          return new Backlog(entries.size(), bytes);
        }
      }

      @Override
      public void close() {}
    }
  }

  /** Something that a program may want to submit. */
  record Order(String what, List<Integer> numbers) implements Serializable {}

  /** Counts how often one is made or read. */
  record Counted(int number) implements Serializable {
    private static final AtomicInteger COUNT = new AtomicInteger();

    Counted {
      COUNT.incrementAndGet();
    }
  }

  private ProvidedServices doubles() throws IOException {
    return new ProvidedServices(directory, Map.of(TaskQueueFactory.class, QueueDouble.class));
  }

  private Server server(ServerVariant variant, int mode, int taskWorkers) {
    return configured(variant.newServer(), mode, taskWorkers);
  }

  private Server configured(Server server, int mode, int taskWorkers) {
    server
        .set(Settings.WORKER_NUM, 1)
        .set(Settings.TASK_WORKER_NUM, taskWorkers)
        .set(Settings.TASK_IPC_MODE, mode)
        .set(Settings.MESSAGE_QUEUE_KEY, (long) KEY)
        .set(Settings.TASK_TMPDIR, files.toString());
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});
    server.on(
        Event.TASK,
        (s, id, source, data) -> {
          journal.add("task " + id + " on " + s.workerId() + ": " + data);
          return data;
        });
    server.on(Event.FINISH, (s, id, result) -> journal.add("finished " + id + ": " + result));
    return server;
  }

  private void hold() throws InterruptedException {
    assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
  }

  private void awaitLines(int count) {
    Awaitility.await().until(() -> journal.lines().size() >= count);
  }

  @ServerMatrix
  void goThroughQueueAndTheirResultsComeBack(ServerVariant variant) throws IOException {
    Server server = server(variant, 2, 2);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.task("plain");
          s.task(Map.of("a", List.of(1, 2)), 1, (t, id, result) -> journal.add("own " + result));
          String waited = s.taskwait("waited", 30.0).map(Object::toString).orElse("nothing");
          s.send(fd, waited + s.taskWaitMulti(List.of("x", "y"), 30.0));
        });

    try (ProvidedServices services = doubles();
        RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("go").readUntil("}")).isEqualTo("waited{0=x, 1=y}");
      awaitLines(7);
    }

    assertThat(journal.lines())
        .contains("finished 0: plain", "task 1 on 2: {a=[1, 2]}", "own {a=[1, 2]}")
        .hasSize(7);
  }

  @Test
  void waitInQueueUntilTaskWorkerIsFree() throws Exception {
    Server server = configured(new Server("127.0.0.1", 0), 2, 1);
    server.on(
        Event.TASK,
        (s, id, source, data) -> {
          hold();
          return null;
        });

    try (ProvidedServices services = doubles();
        RunningServer running = RunningServer.start(server)) {
      assertThat(server.task("taken")).isZero();
      Awaitility.await().until(() -> server.stats().get("task_queue_num").equals(0L));
      assertThat(server.task("waits")).isEqualTo(1);
      assertThat(server.task(new byte[10])).isEqualTo(2);

      assertThat(server.stats())
          .containsEntry("task_queue_num", 2L)
          .containsEntry("tasking_num", 3);
      assertThat((Long) server.stats().get("task_queue_bytes")).isGreaterThan(15);
      release.countDown();
      Awaitility.await().until(() -> server.stats().get("tasking_num").equals(0));
    }
  }

  @Test
  void areLeftToNextRunThatTellsWorkerOfTheSameId() throws IOException {
    Server first = configured(new Server("127.0.0.1", 0), 2, 2).set(Settings.MAX_WAIT_TIME, 0.2);
    first.on(
        Event.TASK,
        (s, id, source, data) -> {
          hold();
          return null;
        });
    first.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          for (String what : List.of("held 0", "held 1", "left 0", "left 1")) {
            s.task(what, what.charAt(5) - '0');
          }
          s.task("no answer", 0, (t, id, result) -> journal.add("callback"));
          s.send(fd, "ok");
        });
    Server second = configured(new Server("127.0.0.1", 0), 2, 1);
    second.on(Event.WORKER_START, (s, workerId) -> journal.add("start " + workerId));

    try (ProvidedServices services = doubles();
        LogCapture log = LogCapture.of(Server.class)) {
      try (RunningServer running = RunningServer.start(first)) {
        running.client().send("go").readUntil("ok");
        Awaitility.await().until(() -> first.stats().get("task_queue_num").equals(3L));
      } finally {
        release.countDown();
      }
      try (RunningServer running = RunningServer.start(second)) {
        log.awaitContains(Level.INFO, "tasks wait in message queue 0x00000051, 3 are left in it");
        awaitLines(7);
      }
    }

    assertThat(journal.lines())
        .contains("task 2 on 1: left 0", "task 3 on 1: left 1", "finished 2: left 0")
        .contains("finished 3: left 1", "task 4 on 1: no answer")
        .doesNotContain("callback", "finished 4: no answer");
  }

  @Test
  void goToTaskWorkerTheyAreForInMode2AndToWhoeverIsFreeInMode3() throws IOException {
    for (int mode = 2; mode <= 3; mode++) {
      Server server = configured(new Server("127.0.0.1", 0), mode, 3);
      Set<Object> ids = ConcurrentHashMap.newKeySet();
      server.on(
          Event.TASK,
          (s, id, source, data) -> {
            ids.add(s.workerId());
            if (data.equals("hold")) {
              hold();
            }
            return data;
          });

      try (ProvidedServices services = doubles();
          RunningServer running = RunningServer.start(server)) {
        if (mode == 3) {
          // Its task worker is busy: were the number heeded, nobody would answer the next.
          server.task("hold", 2);
          Awaitility.await().until(() -> !ids.isEmpty());
          assertThat(server.taskwait("a", 30.0, 2)).contains("a");
          assertThat(server.taskwait("b", 30.0, 2)).contains("b");
          assertThat(ids).hasSizeGreaterThan(1);
          release.countDown();
        } else {
          for (int i = 0; i < 10; i++) {
            assertThat(server.taskwait("a", 30.0, 2)).contains("a");
          }
          assertThat(ids).containsExactly(3);
        }
      }
    }
  }

  @Test
  void countTowardsTheLimitOfTheirTaskWorker() throws IOException {
    for (int mode = 2; mode <= 3; mode++) {
      String start = "start in mode " + mode;
      Server server = configured(new Server("127.0.0.1", 0), mode, 1);
      server.set(Settings.TASK_MAX_REQUEST, 5L).set(Settings.TASK_MAX_REQUEST_GRACE, 0L);
      server.on(Event.WORKER_START, (s, workerId) -> journal.add(start + " of " + workerId));
      server.on(
          Event.TASK, (s, id, source, data) -> s.stats().get("worker_request_count") + " " + data);

      try (ProvidedServices services = doubles();
          RunningServer running = RunningServer.start(server)) {
        for (int i = 0; i < 20; i++) {
          assertThat(server.taskwait(i, 30.0)).contains(i % 5 + 1 + " " + i);
        }
        journal.waitFor(start + " of 1", 5);
      }
      assertThat(journal.count(start + " of 1")).isEqualTo(5);
      assertThat(journal.count(start + " of 0")).isEqualTo(1);
    }
  }

  @Test
  void sendsMessagesToAnyTaskWorkerInMode3() throws IOException {
    Server server = configured(new Server("127.0.0.1", 0), 3, 3);
    Set<Integer> receivers = ConcurrentHashMap.newKeySet();
    server.on(
        Event.PIPE_MESSAGE,
        (s, source, message) -> {
          receivers.add(s.workerId());
          journal.add("message " + message);
        });

    try (ProvidedServices services = doubles();
        RunningServer running = RunningServer.start(server)) {
      for (int i = 0; i < 12; i++) {
        assertThat(server.sendMessage(i, 1)).isTrue();
      }
      awaitLines(12);
      assertThat(receivers).hasSizeGreaterThan(1).allMatch(id -> id >= 1);
      receivers.clear();
      assertThat(server.sendMessage("to a worker", 0)).isTrue();
      awaitLines(13);
      assertThat(receivers).containsExactly(0);
    }
  }

  @ServerMatrix(transports = "nio")
  void travelAsFilesOfTheirOwnerWhenTheyAreLong(ServerVariant variant) throws IOException {
    Server server = server(variant, 2, 1);
    Set<Integer> flags = ConcurrentHashMap.newKeySet();
    byte[] data = new byte[100_000];
    data[99_999] = 7;
    server.on(
        Event.TASK_OBJECT,
        (s, task) -> {
          hold();
          flags.add(task.flags());
          return task.data() instanceof byte[] bytes ? bytes[99_999] : null;
        });

    try (ProvidedServices services = doubles();
        RunningServer running = RunningServer.start(server)) {
      server.task("short");
      server.task(data);
      List<Path> written = list();
      assertThat(written).singleElement().asString().contains("swoole.task.");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(written.get(0))))
          .isEqualTo("rw-------");
      release.countDown();
      assertThat(server.taskwait(data, 30.0)).contains((byte) 7);
      assertThat(list()).isEmpty();
    }
    assertThat(flags)
        .anyMatch(bits -> (bits & TaskFlag.TMPFILE.number()) != 0)
        .anyMatch(bits -> (bits & TaskFlag.TMPFILE.number()) == 0);
  }

  private List<Path> list() throws IOException {
    try (Stream<Path> all = Files.list(files)) {
      return all.toList();
    }
  }

  @Test
  void areRefusedWhenQueueIsFullAndLeaveNoFile() throws IOException {
    Server server = configured(new Server("127.0.0.1", 0), 2, 1);
    server.on(
        Event.TASK,
        (s, id, source, data) -> {
          hold();
          return null;
        });

    try (ProvidedServices services = doubles();
        RunningServer running = RunningServer.start(server)) {
      int taken = 0;
      while (server.task("x".repeat(10_000)) >= 0) {
        taken++;
      }
      assertThat(server.getLastError()).isEqualTo(506);
      assertThat(taken).isBetween(QueueDouble.CAPACITY, QueueDouble.CAPACITY + 1);
      assertThat(list()).hasSizeLessThanOrEqualTo(QueueDouble.CAPACITY);
      release.countDown();
      Awaitility.await().until(() -> list().isEmpty());
    }
  }

  @Test
  void areOfAllowedClassesOnlyWhenTheyAreWritten() throws IOException {
    Server server = configured(new Server("127.0.0.1", 0), 2, 1);
    // An enum of a program is named like its other classes.
    server.set(Settings.TASK_CLASSES, List.of("java.util.concurrent.TimeUnit"));
    List<Object> fine =
        List.of(
            1,
            2L,
            'c',
            true,
            1.5,
            new int[] {1},
            new String[][] {{"a"}},
            List.of("a", "b", "c"),
            Arrays.asList(1, null),
            new HashSet<>(List.of(1)),
            Map.of("a", new TreeMap<>(Map.of("b", BigDecimal.ONE))),
            Collections.unmodifiableList(new ArrayList<>(List.of(1))),
            new ConcurrentHashMap<>(Map.of("a", 1)),
            EnumSet.of(TimeUnit.DAYS),
            LocalDateTime.of(2020, 1, 1, 0, 0),
            ZonedDateTime.of(2020, 1, 1, 0, 0, 0, 0, ZoneId.of("Europe/Berlin")),
            Instant.EPOCH,
            UUID.randomUUID(),
            URI.create("http://a/"),
            nested(15),
            nested(14, 1),
            IntStream.range(0, 100).mapToObj(i -> new ArrayList<>(List.of(i))).toList());

    try (ProvidedServices services = doubles();
        RunningServer running = RunningServer.start(server)) {
      for (Object data : fine) {
        assertThat(server.taskwait(data, 30.0)).as("%s", data).isPresent();
      }
      assertThatIllegalArgumentException()
          .isThrownBy(() -> server.task(new Order("a", List.of())))
          .withMessageEndingWith("$Order (expected: a class that task_classes allows)");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> server.task(List.of(new Object())))
          .withMessage(
              "data: java.lang.Object (expected: Serializable, with task_ipc_mode 2 and 3)");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> server.task((Runnable & Serializable) () -> {}))
          .withMessageContaining("SerializedLambda");
      for (int depth : new int[] {17, 100_000}) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> server.task(nested(depth)))
            .withMessage(
                "data: nested more deeply than 16"
                    + " (expected: at most that, with task_ipc_mode 2 and 3)");
      }
      // the number is the 16th, and what it inherits from is described inside of it
      assertThatIllegalArgumentException()
          .isThrownBy(() -> server.task(nested(15, 1)))
          .withMessageStartingWith("data: nested more deeply than 16 ");
      Awaitility.await().until(() -> server.stats().get("tasking_num").equals(0));
    }
  }

  @Test
  void mayHaveClassesThatAreNamed() throws IOException {
    Server server = configured(new Server("127.0.0.1", 0), 2, 1);
    server.set(Settings.TASK_CLASSES, List.of("io.swoole4j.spi.*"));
    Order order = new Order("a", List.of(1, 2));

    try (ProvidedServices services = doubles();
        RunningServer running = RunningServer.start(server)) {
      assertThat(server.taskwait(order, 30.0)).contains(order);
    }
  }

  @Test
  void areReadOnceWhenTheyHoldPlainValuesOnly() throws IOException {
    Server server = configured(new Server("127.0.0.1", 0), 2, 1);
    server.set(Settings.TASK_CLASSES, List.of("io.swoole4j.spi.*"));
    server.on(Event.TASK, (s, id, source, data) -> Counted.COUNT.get());
    List<Object> flat = new ArrayList<>(Stream.generate(UUID::randomUUID).limit(50).toList());
    flat.add(new Counted(1));
    int made = Counted.COUNT.get();

    try (ProvidedServices services = doubles();
        RunningServer running = RunningServer.start(server)) {
      assertThat(server.taskwait(flat, 30.0)).contains(made + 1);
    }
  }

  @Test
  void areDroppedWhenTheyCannotBeReadAndOthersGoOn() throws IOException {
    Server trusting = configured(new Server("127.0.0.1", 0), 2, 1);
    trusting.set(Settings.TASK_CLASSES, List.of("io.swoole4j.spi.*")).set("max_wait_time", 0.2);
    trusting.on(
        Event.TASK,
        (s, id, source, data) -> {
          hold();
          return null;
        });
    Server strict = configured(new Server("127.0.0.1", 0), 2, 1);

    try (ProvidedServices services = doubles();
        LogCapture log = LogCapture.of(Server.class)) {
      try (RunningServer running = RunningServer.start(trusting)) {
        trusting.task("held");
        Awaitility.await().until(() -> trusting.stats().get("task_queue_num").equals(0L));
        trusting.task(new Order("a", List.of()));
      } finally {
        release.countDown();
      }
      try (TaskQueue queue = new QueueDouble().open(KEY)) {
        queue.offer(1, "nonsense".getBytes(UTF_8));
        queue.offer(1, new byte[0]);
      }
      try (RunningServer running = RunningServer.start(strict)) {
        assertThat(strict.taskwait("fine", 30.0)).contains("fine");
        log.awaitContains(Level.WARN, "a task of the queue cannot be read and is dropped");
        assertThat(strict.stats()).containsEntry("task_queue_num", 0L);
      }
    }

    assertThat(journal.lines()).containsExactly("task 0 on 1: fine");
  }

  @Test
  void failStartWithoutDirectoryForLongOnes() throws IOException {
    Path file = Files.createFile(files.resolve("file"));
    // not even root may write into the last
    for (Path wrong : List.of(files.resolve("missing"), file, Path.of("/proc/sys"))) {
      Server server = configured(new Server("127.0.0.1", 0), 2, 1);
      server.set(Settings.TASK_TMPDIR, wrong.toString());

      try (ProvidedServices services = doubles()) {
        assertThatIllegalStateException()
            .isThrownBy(server::startAsync)
            .withMessageStartingWith("task_tmpdir: " + wrong);
      }
    }
  }

  @ServerMatrix(transports = "nio")
  void arePutIntoTheQueueByOthersToo(ServerVariant variant) throws IOException {
    List<Object> all = List.of("text", new byte[] {1, 2}, Map.of("a", List.of(1, 2.5)));
    try (ProvidedServices services = doubles();
        LogCapture log = LogCapture.of("io.swoole4j")) {
      Server server = server(variant, 2, 1);
      server.on(
          Event.TASK_OBJECT,
          (s, task) -> {
            String data = task.data() instanceof byte[] b ? Arrays.toString(b) : "" + task.data();
            journal.add(data + " of " + task.workerId() + " " + task.has(TaskFlag.NOREPLY));
            return "nobody waits for it";
          });
      try (RunningServer running = RunningServer.start(server)) {
        for (Object data : all) {
          assertThat(new QueueDouble().open(KEY).offer(1, Task.pack(data))).isTrue();
        }
        awaitLines(3);
        assertThat(running.server().state()).isEqualTo(ServerState.RUNNING);
      }
      assertThat(log.messages(Level.WARN)).isEmpty();
    }
    assertThat(journal.lines())
        .containsExactly("text of -1 true", "[1, 2] of -1 true", "{a=[1, 2.5]} of -1 true");
  }

  @Test
  void arePackedAndUnpackedUnlessTheyAreTooLongOrNoPlainValues() {
    assertThat(Task.unpack(Task.pack(Map.of("a", List.of(1, 2.5)))))
        .isEqualTo(Map.of("a", List.of(1, 2.5)));
    assertThat(Task.unpack(Task.pack("x".repeat(8000)))).isEqualTo("x".repeat(8000));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Task.pack(new byte[8192]))
        .withMessageStartingWith("data: 8193 bytes (expected: at most ");
    assertThatIllegalArgumentException().isThrownBy(() -> Task.pack(null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Task.unpack(null))
        .withMessage("packed: null (expected: what pack has made)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Task.pack(nested(17)))
        .withMessageStartingWith("data: nested more deeply than 16 ");
    assertThat(Task.unpack(Task.pack(nested(15)))).isEqualTo(nested(15));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Task.unpack(hostile(nested(17))))
        .withMessageStartingWith("packed: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Task.pack(List.of(new int[(1 << 20) + 1])))
        .withMessageStartingWith("data: an array of 1048577 (expected: at most 1048576 inside");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Task.pack(new Order("a", List.of())))
        .withMessageContaining("Order");
    for (byte[] bytes : List.of(new byte[0], new byte[100], "nonsense".getBytes(UTF_8))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Task.unpack(bytes))
          .withMessageContaining("expected: what pack has made");
    }
  }

  /** What {@link Task#pack} does not make. */
  private static byte[] hostile(Object data) throws IOException {
    byte[] harmless = Task.pack(nested(1));
    int head = harmless.length - serialised(nested(1)).length;
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(Arrays.copyOf(harmless, head));
    all.writeBytes(serialised(data));
    return all.toByteArray();
  }

  private static byte[] serialised(Object data) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(data);
    }
    return bytes.toByteArray();
  }

  private static Object nested(int depth) {
    return nested(depth, "x");
  }

  private static Object nested(int depth, Object innermost) {
    Object nested = innermost;
    for (int i = 0; i < depth; i++) {
      nested = new ArrayList<>(List.of(nested));
    }
    return nested;
  }

  @Test
  void failStartWithTaskEnableCoroutine() throws IOException {
    Server server = configured(new Server("127.0.0.1", 0), 3, 1);
    server.set(Settings.TASK_ENABLE_COROUTINE, true);

    try (ProvidedServices services = doubles()) {
      assertThatIllegalStateException()
          .isThrownBy(server::startAsync)
          .withMessage("task_enable_coroutine: true (expected: false with task_ipc_mode 2 and 3)");
    }
  }

  @Test
  void loseTheirSettingsEffectWithoutQueue() {
    Server server = new Server("127.0.0.1", 0).set("task_tmpdir", "/dev/shm");
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});

    try (LogCapture log = LogCapture.of(Server.class);
        RunningServer running = RunningServer.start(server)) {
      log.awaitContains(
          Level.WARN, "task_tmpdir: has no effect without task workers and task_ipc_mode 2 or 3");
    }
  }

  @Test
  void countNoLongerWhenSomebodyElseTookThem() throws IOException {
    Server server = configured(new Server("127.0.0.1", 0), 2, 1);
    server.on(
        Event.TASK,
        (s, id, source, data) -> {
          hold();
          return null;
        });

    try (ProvidedServices services = doubles();
        RunningServer running = RunningServer.start(server)) {
      server.task("held");
      Awaitility.await().until(() -> server.stats().get("task_queue_num").equals(0L));
      server.task("stolen");
      try (TaskQueue queue = new QueueDouble().open(KEY)) {
        assertThat(queue.poll(1)).isPresent();
      }
      Awaitility.await().until(() -> server.stats().get("tasking_num").equals(1));
      release.countDown();
    }
  }
}
