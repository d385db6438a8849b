// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.swoole4j.setting.Settings;
import io.swoole4j.spi.UserProcess;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * What each method answers where it makes no sense: before the start, after the end, on the wrong
 * thread and for a connection that there is not.
 */
class ServerCallsTest {

  private static final String NONE = "false 1005";
  private static final String NEVER = "IllegalStateException";

  /** One call and what it has to answer. */
  private record Call(String name, Callable<?> call, String before, String after) {}

  private final List<Call> calls = new ArrayList<>();

  private static Server server(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 1);
    server.set(Settings.TASK_WORKER_NUM, 1).set(Settings.MAX_WAIT_TIME, 60.0);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    server.on(Event.TASK, (s, taskId, workerId, data) -> null);
    server.on(Event.PIPE_MESSAGE, (s, workerId, message) -> {});
    return server;
  }

  private void add(String name, String before, String after, Callable<?> call) {
    calls.add(new Call(name, call, before, after));
  }

  private void addSame(String name, String always, Callable<?> call) {
    add(name, always, always, call);
  }

  /** Methods about one connection: the same for every id that no connection has. */
  private static Map<String, Callable<?>> ofConnection(Server server, long fd) {
    Map<String, Callable<?>> calls = new LinkedHashMap<>();
    calls.put("send", () -> server.send(fd, new byte[1]));
    calls.put("send nothing", () -> server.send(fd, new byte[0]));
    calls.put("send text", () -> server.send(fd, "x"));
    calls.put("send buffer", () -> server.send(fd, ByteBuffer.allocate(1)));
    calls.put("sendwait", () -> server.sendwait(fd, "x"));
    calls.put("sendfile", () -> server.sendfile(fd, "/nowhere"));
    calls.put("close", () -> server.close(fd));
    calls.put("close by reset", () -> server.close(fd, true));
    calls.put("pause", () -> server.pause(fd));
    calls.put("resume", () -> server.resume(fd));
    calls.put("confirm", () -> server.confirm(fd));
    calls.put("protect", () -> server.protect(fd));
    calls.put("bind", () -> server.bind(fd, 7));
    return calls;
  }

  private void addConnections(Server server) {
    ofConnection(server, 1).forEach((name, call) -> addSame(name, NONE, call));
    addSame("exist", "false 0", () -> server.exist(1));
    addSame("getClientInfo", "Optional.empty 0", () -> server.getClientInfo(1));
    addSame("getClientInfo with extra data", "Optional.empty 0", () -> server.getClientInfo(1, 5));
    addSame("getClientList", "[] 0", () -> server.getClientList());
    addSame("connections", "0 0", () -> server.connections().size());
    addSame("heartbeat", "[] 509", () -> server.heartbeat());
    addSame("sendto", "false 507", () -> server.sendto("127.0.0.1", 9, new byte[1]));
  }

  private void addWork(Server server) {
    add("task", NEVER, "-1 2002", () -> server.task("x"));
    add("taskwait", NEVER, "Optional.empty 2002", () -> server.taskwait("x"));
    add("taskWaitMulti", NEVER, "{} 2002", () -> server.taskWaitMulti(List.of("x")));
    add("taskCo", NEVER, "[Optional.empty] 2002", () -> server.taskCo(List.of("x")));
    addSame("finish", NEVER, () -> server.finish("x"));
    add("sendMessage", NEVER, "false 509", () -> server.sendMessage("x", 0));
    addSame("command", "Optional.empty 509", () -> server.command("x", 0, ProcessType.MASTER, ""));
    addSame("tick", NEVER, () -> server.tick(1, id -> {}));
    addSame("after", NEVER, () -> server.after(1, () -> {}));
    addSame("clearTimer", NEVER, () -> server.clearTimer(1));
    addSame(
        "defer",
        NEVER,
        () -> {
          server.defer(() -> {});
          return "";
        });
  }

  private void addLife(Server server) {
    addSame("reload", "false 509", () -> server.reload());
    addSame("stop", "false 509", () -> server.stop());
    addSame("reopenLogFiles", "false 509", () -> server.reopenLogFiles());
    addSame(
        "reloadTls",
        NEVER,
        () -> {
          server.reloadTls();
          return "";
        });
    add("getWorkerPid", NEVER, ownPid() + " 0", () -> server.getWorkerPid(0));
    add("getWorkerStatus", NEVER, "Optional[EXIT] 0", () -> server.getWorkerStatus(0));
    addSame("workerId", "-1 0", () -> server.workerId());
    addSame("getWorkerId", "-1 0", () -> server.getWorkerId());
    addSame("taskworker", "false 0", () -> server.taskworker());
    add("masterPid", "0 0", ownPid() + " 0", () -> server.masterPid());
    add("managerPid", "0 0", ownPid() + " 0", () -> server.managerPid());
    add("getMasterPid", "0 0", ownPid() + " 0", () -> server.getMasterPid());
    add("getManagerPid", "0 0", ownPid() + " 0", () -> server.getManagerPid());
    add("shutdown", "false 0", "true 0", () -> server.shutdown());
    add("awaitTermination", "false 0", "true 0", () -> server.awaitTermination(Duration.ZERO));
  }

  private void addSetup(Server server) {
    String done = "done 0";
    add("set", done, NEVER, () -> done(server.set("worker_num", 1)));
    add("on", done, NEVER, () -> done(server.on(Event.CONNECT, (s, fd, reactorId) -> {})));
    add("on a name", done, NEVER, () -> done(server.on("start", (StartHandler) s -> {})));
    add(
        "addProcess",
        "0 0",
        NEVER,
        () -> server.addProcess(UserProcess.thread((s, id) -> new CountDownLatch(1).await())));
    ErrorHandler errors = (s, event, fd, workerId, cause) -> {};
    add("workerHandlers", done, NEVER, () -> done(server.workerHandlers(id -> errors)));
    add(
        "addCommand",
        done,
        NEVER,
        () -> done(server.addCommand("x", Set.of(ProcessType.MASTER), (s, data) -> data)));
    add(
        "addListener",
        done,
        NEVER,
        () -> {
          server.addListener("127.0.0.1", 0, SocketType.TCP);
          return "done";
        });
  }

  private static String done(Server server) {
    assertThat(server).isNotNull();
    return "done";
  }

  private static long ownPid() {
    return ProcessHandle.current().pid();
  }

  /** The answer and the error code, on a thread that has not seen another error. */
  private static String outcome(Server server, Callable<?> call) {
    String[] outcome = new String[1];
    Thread thread =
        new Thread(
            () -> {
              try {
                outcome[0] = call.call() + " " + server.getLastError();
              } catch (Exception e) {
                outcome[0] = e.getClass().getSimpleName();
              }
            });
    thread.start();
    try {
      thread.join(30_000);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return outcome[0];
  }

  private static Map<String, String> outcomes(Server server, List<Call> calls) {
    Map<String, String> outcomes = new LinkedHashMap<>();
    calls.forEach(call -> outcomes.put(call.name(), outcome(server, call.call())));
    return outcomes;
  }

  @ServerMatrix(transports = "nio")
  void tellThatThereIsNoServerBeforeTheStartAndAfterTheEnd(ServerVariant variant) {
    Server server = server(variant);
    addSetup(server);
    addConnections(server);
    addWork(server);
    addLife(server);
    add("stats", "{} 0", "a map", () -> server.stats().isEmpty() ? Map.of() : "a map");
    Map<String, String> before = new LinkedHashMap<>();
    calls.forEach(call -> before.put(call.name(), call.before()));
    Map<String, String> after = new LinkedHashMap<>();
    calls.forEach(call -> after.put(call.name(), call.after()));
    after.put("stats", "a map 0");

    assertThat(outcomes(server, calls)).containsExactlyEntriesOf(before);
    RunningServer.start(server).close();
    assertThat(outcomes(server, calls)).containsExactlyEntriesOf(after);
    assertThat(outcome(server, server::start)).isEqualTo(NEVER);
    assertThat(outcome(server, server::startAsync)).isEqualTo(NEVER);
  }

  @ServerMatrix(transports = "nio")
  void tellThatThereIsNoConnectionOfThatId(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(server(variant))) {
      Server server = running.server();
      assertThat(running.client().send("on").readText(2)).isEqualTo("on");
      assertThat(server.exist(1) && server.exists(1)).isTrue();
      assertThat(server.getClientInfo(1, 5)).isPresent();

      for (long fd : new long[] {0, -1, 2, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE}) {
        ofConnection(server, fd)
            .forEach(
                (name, call) ->
                    assertThat(outcome(server, call)).as(name + " of " + fd).isEqualTo(NONE));
        assertThat(server.exist(fd) || server.exists(fd)).isFalse();
        assertThat(server.getClientInfo(fd)).isEmpty();
        assertThat(server.connections().contains(fd)).isFalse();
      }
    }
  }

  @ServerMatrix(transports = "nio")
  void tellThatTheyBelongOnAWorker(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(server(variant))) {
      Server server = running.server();
      Map<String, Callable<?>> ofWorkers =
          Map.of(
              "tick", () -> server.tick(1, id -> {}),
              "after", () -> server.after(1, () -> {}),
              "clearTimer", () -> server.clearTimer(1),
              "stop", () -> server.stop(),
              "finish", () -> server.finish("x"),
              "task", () -> server.task("x", -1, (s, taskId, result) -> {}));

      ofWorkers.forEach(
          (name, call) -> assertThat(outcome(server, call)).as(name).isEqualTo(NEVER));
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() -> server.defer(() -> {}))
          .withMessageEndingWith("(expected: a worker of this server)");
    }
  }

  @Test
  void tellWhatIsWantedInPlaceOfNull() {
    Server server = new Server("127.0.0.1", 0);
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("settings: null (expected: a map)", () -> server.set((Map<String, ?>) null));
    calls.put("settings: null (", () -> server.ports().get(0).set((Map<String, ?>) null));
    calls.put("address: null (expected: an address", () -> server.sendto(null, 9, new byte[1]));
    calls.put("data: null (", () -> server.sendto("127.0.0.1", 9, (byte[]) null));
    calls.put("data: null", () -> server.send(1, (byte[]) null, 9));
    calls.put("path: null (expected: the path", () -> server.send((String) null, new byte[1]));
    calls.put("data: null (expected: bytes)", () -> server.send("/tmp/x", (byte[]) null));
    calls.put("text: null (expected: text)", () -> server.send("/tmp/x", (String) null));

    calls.forEach(
        (message, call) ->
            assertThatIllegalArgumentException().isThrownBy(call).withMessageStartingWith(message));
  }
}
