// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swoole4j.server.Event;
import io.swoole4j.server.Journal;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.ServerState;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.Descriptors;
import io.swoole4j.testing.ExpectErrors;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.Level;

/** When and where the operating system's services are called, shown with doubles of them. */
class OsServicesTest {

  private static final Map<Class<?>, Class<?>> DOUBLES =
      Map.of(
          Daemon.class,
          DaemonDouble.class,
          Privileges.class,
          PrivilegesDouble.class,
          Affinity.class,
          AffinityDouble.class);

  /** What the doubles wrote; they are made by the service loader and cannot be handed anything. */
  private static volatile Journal journal = new Journal();

  /** Run by each double before it returns. */
  private static volatile Runnable probe = () -> {};

  @TempDir private Path directory;

  @BeforeEach
  void forget() {
    journal = new Journal();
    probe = () -> {};
  }

  private static String here() {
    return Thread.currentThread().getName();
  }

  /** Stands for a service that puts the process into the background. */
  public static final class DaemonDouble implements Daemon {
    @Override
    public boolean isDetached() {
      return true;
    }

    @Override
    public void detach(Optional<Path> output) {
      journal.add("detach on " + here());
      probe.run();
    }

    @Override
    public void ready() {
      journal.add("ready");
    }

    @Override
    public void failed(Throwable cause) {
      journal.add("failed: " + cause.getMessage());
    }
  }

  /** Stands for a service that changes the identity of the process. */
  public static final class PrivilegesDouble implements Privileges {
    @Override
    public void check(Optional<String> user, Optional<String> group, Optional<String> root) {
      journal.add(
          "check %s, %s, %s".formatted(user.orElse("-"), group.orElse("-"), root.orElse("-")));
    }

    @Override
    public void drop(Optional<String> user, Optional<String> group, Optional<String> root) {
      journal.add(
          "drop to %s, %s, %s on %s"
              .formatted(user.orElse("-"), group.orElse("-"), root.orElse("-"), here()));
      probe.run();
    }
  }

  /** Stands for a service that pins threads. */
  public static final class AffinityDouble implements Affinity {
    private List<Integer> ignored = List.of();

    @Override
    public void check(List<Integer> toIgnore) {
      ignored = toIgnore;
    }

    @Override
    public void pinCurrentThread(int number) {
      journal.add("pin " + number + " without " + ignored + " on " + here());
      probe.run();
    }
  }

  private static Server server(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 2);
    server.on(Event.START, s -> journal.add("start"));
    server.on(Event.WORKER_START, (s, workerId) -> journal.add("workerStart on " + here()));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    return server;
  }

  private ProvidedServices doubles() throws IOException {
    return new ProvidedServices(directory, DOUBLES);
  }

  @ServerMatrix
  void detachesFirstOfAllOnStartingThread(ServerVariant variant) throws IOException {
    Descriptors before = Descriptors.snapshot();
    Server server = server(variant).set(Settings.DAEMONIZE, true);
    probe = () -> journal.add("opened " + before.openedSince());

    try (ProvidedServices services = doubles();
        RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("ab").readText(2)).isEqualTo("ab");
    }

    assertThat(journal.lines()).startsWith("detach on " + here(), "opened []", "start");
    assertThat(journal.lines()).contains("ready").noneMatch(line -> line.startsWith("failed"));
    assertThat(journal.lines())
        .noneMatch(line -> line.startsWith("drop") || line.startsWith("pin"));
  }

  @ServerMatrix
  void failsStartWhenItCannotDetach(ServerVariant variant) throws IOException {
    Descriptors before = Descriptors.snapshot();
    IllegalStateException failure = new IllegalStateException("cannot detach");
    Server server = server(variant).set(Settings.DAEMONIZE, true);
    probe =
        () -> {
          throw failure;
        };

    try (ProvidedServices services = doubles()) {
      assertThatThrownBy(server::startAsync).isSameAs(failure);
    }

    assertThat(server.state()).isEqualTo(ServerState.TERMINATED);
    assertThat(journal.lines()).doesNotContain("start", "ready").endsWith("failed: cannot detach");
    before.awaitNothingOpenedSince();
  }

  @ServerMatrix
  void dropsPrivilegesOnceEveryPortIsBoundAndBeforeAnyHandlerRuns(ServerVariant variant)
      throws IOException {
    Server server = server(variant);
    server.set("user", "nobody").set("group", "nogroup").set("chroot", "/srv/empty");
    probe = () -> journal.add("bound " + (server.getPort() > 0 && server.getSocket().isPresent()));

    try (ProvidedServices services = doubles();
        RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("ab").readText(2)).isEqualTo("ab");
    }

    assertThat(journal.lines())
        .startsWith(
            "check nobody, nogroup, /srv/empty",
            "drop to nobody, nogroup, /srv/empty on " + here(),
            "bound true",
            "start");
    assertThat(journal.lines()).filteredOn(line -> line.startsWith("drop")).hasSize(1);
  }

  @ServerMatrix
  void closesPortsAgainWhenPrivilegesCannotBeDropped(ServerVariant variant) throws IOException {
    Descriptors before = Descriptors.snapshot();
    IllegalStateException failure = new IllegalStateException("no such group");
    Server server = server(variant).set("group", "nogroup");
    probe =
        () -> {
          throw failure;
        };

    try (ProvidedServices services = doubles()) {
      assertThatThrownBy(server::startAsync).isSameAs(failure);
    }

    assertThat(journal.lines())
        .containsExactly("check -, nogroup, -", "drop to -, nogroup, - on " + here());
    before.awaitNothingOpenedSince();
  }

  @ServerMatrix
  @ExpectErrors("handler of receive threw")
  void pinsEveryThreadBeforeItWorks(ServerVariant variant) throws IOException {
    Server server = server(variant).set(Settings.OPEN_CPU_AFFINITY, true);
    server.set(Settings.CPU_AFFINITY_IGNORE, List.of(0, 3));
    boolean base = variant.mode() == ServerMode.BASE;
    if (!base) {
      server.set(Settings.REACTOR_NUM, 2);
    }
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          throw new AssertionError("so that another thread takes over");
        });

    try (ProvidedServices services = doubles();
        RunningServer running = RunningServer.start(server)) {
      running.client().send("ab");
      await(3, "workerStart");
    }

    String prefix = "swoole-" + server.getPort();
    for (int i = 0; i < 2; i++) {
      String pin = "pin " + i + " without [0, 3] on " + prefix;
      assertThat(journal.lines())
          .containsSubsequence(pin + "-worker-" + i, "workerStart on " + prefix + "-worker-" + i);
      if (!base) {
        assertThat(journal.lines()).contains(pin + "-reactor-" + i);
      }
    }
    assertThat(journal.lines())
        .filteredOn(line -> line.startsWith("pin") && line.contains("-worker-"))
        .hasSize(base ? 2 : 3);
  }

  private static void await(int times, String prefix) {
    Awaitility.await()
        .until(
            () ->
                journal.lines().stream().filter(line -> line.startsWith(prefix)).count() >= times);
  }

  @ServerMatrix
  void servesUnpinnedWhenThreadsCannotBePinned(ServerVariant variant) throws IOException {
    Server server = server(variant).set(Settings.OPEN_CPU_AFFINITY, true);
    probe =
        () -> {
          throw new IllegalStateException("no such processor");
        };

    try (LogCapture log = LogCapture.of(Server.class);
        ProvidedServices services = doubles();
        RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("ab").readText(2)).isEqualTo("ab");
      log.awaitContains(Level.WARN, "open_cpu_affinity: worker 0 is not pinned");
      log.awaitContains(Level.WARN, "open_cpu_affinity: worker 1 is not pinned");
    }
  }

  @ServerMatrix
  void callsNoServiceThatNoSettingAsksFor(ServerVariant variant) throws IOException {
    Server server = server(variant).set("user", "").set("daemonize", false);

    try (ProvidedServices services = doubles();
        RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("ab").readText(2)).isEqualTo("ab");
    }

    assertThat(journal.lines()).filteredOn(line -> line.matches("(detach|drop|pin) .*")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "daemonize, true, Daemon",
    "user, nobody, Privileges",
    "group, nogroup, Privileges",
    "chroot, /srv/empty, Privileges",
    "open_cpu_affinity, true, Affinity",
    "task_ipc_mode, 2, TaskQueueFactory"
  })
  void namesArtifactThatIsMissing(String setting, String value, String service) {
    Descriptors before = Descriptors.snapshot();
    Server server = new Server("127.0.0.1", 0).set(setting, value).set("task_worker_num", 1);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    server.on(Event.TASK, (s, id, source, data) -> null);

    assertThatThrownBy(server::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "%s: %s (expected: the artifact io.swoole4j:swoole-process, which provides %s)"
                .formatted(setting, value, service));
    before.awaitNothingOpenedSince();
  }

  @Test
  void detachesOnlyWhatCouldStart() throws IOException {
    Server server = new Server("127.0.0.1", 0).set(Settings.DAEMONIZE, true);

    try (ProvidedServices services = doubles()) {
      assertThatThrownBy(server::startAsync).hasMessageContaining("require onReceive callback");
    }

    assertThat(journal.lines()).isEmpty();
  }
}
