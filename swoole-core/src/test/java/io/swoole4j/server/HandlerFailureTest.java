// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.List;
import org.slf4j.event.Level;

/** What becomes of exceptions that handlers throw. */
class HandlerFailureTest {

  private final Journal journal = new Journal();

  private static Exception failure(String event) {
    return new Exception("thrown by " + event);
  }

  /** One worker; every handler throws. */
  private Server throwing(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 1);
    server.on(Event.START, s -> fail("start"));
    server.on(Event.MANAGER_START, s -> fail("managerStart"));
    server.on(Event.WORKER_START, (s, workerId) -> fail("workerStart"));
    server.on(Event.CONNECT, (s, fd, reactorId) -> fail("connect"));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.send(fd, data);
          fail("receive");
        });
    server.on(Event.CLOSE, (s, fd, reactorId) -> fail("close"));
    server.on(Event.WORKER_STOP, (s, workerId) -> fail("workerStop"));
    server.on(Event.BEFORE_SHUTDOWN, s -> fail("beforeShutdown"));
    server.on(Event.MANAGER_STOP, s -> fail("managerStop"));
    server.on(Event.SHUTDOWN, s -> fail("shutdown"));
    return server;
  }

  private static void fail(String event) throws Exception {
    throw failure(event);
  }

  private static List<String> errors(LogCapture log) {
    return log.events().stream()
        .filter(event -> event.getLevel().levelStr.equals("ERROR"))
        .map(
            event ->
                event.getFormattedMessage()
                    + ": "
                    + ((ThrowableProxy) event.getThrowableProxy()).getThrowable().getMessage())
        .toList();
  }

  private static String line(String event, long fd, int worker) {
    return "handler of %s threw: fd %d, worker %d: thrown by %s"
        .formatted(event, fd, worker, event);
  }

  @ServerMatrix
  void logsEachFailureOnceAndServesOn(ServerVariant variant) {
    Server server = throwing(variant);

    try (LogCapture log = LogCapture.of("io.swoole4j")) {
      try (RunningServer running = RunningServer.start(server)) {
        RawClient client = running.client();
        assertThat(client.send("one").readText(3)).isEqualTo("one");
        assertThat(client.send("two").readText(3)).isEqualTo("two");
        client.close();
        log.awaitContains(Level.ERROR, "handler of close threw");
      }

      String[] expected =
          variant.mode() == ServerMode.PROCESS
              ? new String[] {
                line("start", 0, -1),
                line("managerStart", 0, -1),
                line("workerStart", 0, 0),
                line("connect", 1, 0),
                line("receive", 1, 0),
                line("receive", 1, 0),
                line("close", 1, 0),
                line("beforeShutdown", 0, -1),
                line("workerStop", 0, 0),
                line("managerStop", 0, -1),
                line("shutdown", 0, -1)
              }
              : new String[] {
                line("start", 0, -1),
                line("workerStart", 0, 0),
                line("connect", 1, 0),
                line("receive", 1, 0),
                line("receive", 1, 0),
                line("close", 1, 0),
                line("beforeShutdown", 0, -1),
                line("workerStop", 0, 0),
                line("shutdown", 0, -1)
              };
      assertThat(errors(log)).containsExactly(expected);
    }
  }

  @ServerMatrix
  void tellsErrorHandlerAboutEachFailureOnTheThreadThatFailed(ServerVariant variant) {
    Server server = throwing(variant);
    server.on(
        Event.ERROR,
        (s, event, fd, workerId, cause) -> {
          assertThat(s).isSameAs(server);
          assertThat(cause).hasMessage("thrown by " + event.name());
          assertThat(s.workerId()).isEqualTo(workerId);
          journal.add(event + " " + fd + " " + workerId);
        });

    try (LogCapture log = LogCapture.of(Server.class)) {
      try (RunningServer running = RunningServer.start(server)) {
        RawClient client = running.client();
        client.send("one").readText(3);
        client.close();
        journal.waitFor("close 1 0");
      }
      assertThat(log.messages(Level.ERROR)).hasSameSizeAs(journal.lines());
    }

    assertThat(journal.lines())
        .containsSubsequence(
            "start 0 -1",
            "workerStart 0 0",
            "connect 1 0",
            "receive 1 0",
            "close 1 0",
            "beforeShutdown 0 -1",
            "workerStop 0 0",
            "shutdown 0 -1");
  }

  @ServerMatrix
  void onlyLogsWhatErrorHandlerThrowsItself(ServerVariant variant) {
    Server server = throwing(variant);
    server.on(
        Event.ERROR,
        (s, event, fd, workerId, cause) -> {
          throw new IllegalStateException("while handling " + event);
        });

    try (LogCapture log = LogCapture.of(Server.class)) {
      try (RunningServer running = RunningServer.start(server)) {
        assertThat(running.client().send("one").readText(3)).isEqualTo("one");
        log.awaitContains(Level.ERROR, "handler of error threw: fd 1, worker 0");
      }
      assertThat(errors(log))
          .contains("handler of error threw: fd 0, worker -1: while handling start");
    }
  }

  @ServerMatrix
  void survivesErrorsThrownByHandlersOfTheServersOwnEvents(ServerVariant variant) {
    Server server = throwing(variant);
    server.on(Event.START, s -> throwError("start"));
    server.on(Event.BEFORE_SHUTDOWN, s -> throwError("beforeShutdown"));
    server.on(Event.SHUTDOWN, s -> throwError("shutdown"));
    server.on(Event.ERROR, (s, event, fd, workerId, cause) -> throwError("error"));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    server.on(Event.CONNECT, (s, fd, reactorId) -> {});
    server.on(Event.CLOSE, (s, fd, reactorId) -> {});
    server.on(Event.WORKER_START, (s, workerId) -> {});
    server.on(Event.WORKER_STOP, (s, workerId) -> {});

    try (LogCapture log = LogCapture.of("io.swoole4j")) {
      try (RunningServer running = RunningServer.start(server)) {
        assertThat(running.client().send("one").readText(3)).isEqualTo("one");
      }
      assertThat(errors(log))
          .contains(
              "handler of start threw: fd 0, worker -1: start",
              "handler of error threw: fd 0, worker -1: error",
              "handler of beforeShutdown threw: fd 0, worker -1: beforeShutdown",
              "handler of shutdown threw: fd 0, worker -1: shutdown")
          .allMatch(line -> line.startsWith("handler of "));
    }
  }

  private static void throwError(String message) {
    throw new AssertionError(message);
  }

  @ServerMatrix
  void logsFailureOfCloseInsideCloseOnceAndForItsOwnEvent(ServerVariant variant) {
    Server server = variant.newServer();
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> journal.add("closed " + s.close(fd)));
    server.on(Event.CLOSE, (s, fd, reactorId) -> fail("close"));

    try (LogCapture log = LogCapture.of("io.swoole4j")) {
      try (RunningServer running = RunningServer.start(server)) {
        running.client().send("x").expectEof();
      }
      assertThat(errors(log))
          .singleElement()
          .asString()
          .startsWith("handler of close threw: fd 1,");
    }
    assertThat(journal.lines()).containsExactly("closed true");
  }

  @ServerMatrix
  void hidesPayloadOfTheMessageThatFailed(ServerVariant variant) {
    Server server = throwing(variant);

    try (LogCapture log = LogCapture.of("io.swoole4j", Level.DEBUG)) {
      try (RunningServer running = RunningServer.start(server)) {
        running.client().send("a secret").readText(8);
        log.awaitContains(Level.ERROR, "handler of receive threw");
      }
      assertThat(log.events().stream().map(ILoggingEvent::getFormattedMessage))
          .noneMatch(message -> message.contains("secret"));
    }
  }
}
