// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import static io.swoole4j.spi.LineProtocol.LINE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swoole4j.server.ConnectHandler;
import io.swoole4j.server.Event;
import io.swoole4j.server.Journal;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.ServerPort;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;
import io.swoole4j.spi.LineProtocol.LineHandler;
import io.swoole4j.testing.Descriptors;
import io.swoole4j.testing.ExpectErrors;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

/** A protocol of a third party is found, checked, and called as the server's own would be. */
class PortProtocolTest {

  private static final LineHandler ECHO = (server, line, text) -> line.reply(text);

  private final Journal journal = new Journal();

  /** A server that brings its protocol along. */
  private static final class LineServer extends Server {
    LineServer(ServerMode mode) {
      super("127.0.0.1", 0, mode, SocketType.TCP, List.of(new LineProtocol()));
    }
  }

  private static Server lineServer(ServerVariant variant) {
    return variant
        .prepare(new LineServer(variant.mode()))
        .set(Settings.WORKER_NUM, 2)
        .set(LineProtocol.OPEN_LINE_PROTOCOL, true);
  }

  @ServerMatrix
  void isBroughtAlongBySubclass(ServerVariant variant) {
    Server server = lineServer(variant).on(LINE, ECHO);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(client.send("one\ntw").readUntil("\n")).isEqualTo("one\n");
      assertThat(client.send("o\r\n").readUntil("\n")).isEqualTo("two\n");
    }
  }

  @ServerMatrix
  void isFoundAmongServices(ServerVariant variant, @TempDir Path directory) throws IOException {
    try (ProvidedServices services =
        new ProvidedServices(directory, Map.of(PortProtocol.class, LineProtocol.class))) {
      Server server = variant.newServer();
      server.set(Map.of("open_line_protocol", true, "line_max_length", "1K"));
      server.on("LINE", ECHO);

      try (RunningServer running = RunningServer.start(server)) {
        assertThat(running.client().send("one\n").readUntil("\n")).isEqualTo("one\n");
        assertThat(server.setting()).containsEntry("line_max_length", 1024);
      }
    }
  }

  @Test
  void isUnknownToServersWithoutIt() {
    Server server = new Server("127.0.0.1", 0);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.set("open_line_protocol", true))
        .withMessageContaining("open_line_protocol");
    assertThatIllegalArgumentException().isThrownBy(() -> server.on("line", ECHO));
    assertThatIllegalArgumentException().isThrownBy(() -> server.on(LINE, ECHO));
  }

  @ServerMatrix
  void leavesPortToPlainBytesUnlessEnabled(ServerVariant variant) {
    Server server = lineServer(variant).set(LineProtocol.OPEN_LINE_PROTOCOL, false);
    server.on(LINE, ECHO);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, "plain"));

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("one\n").readText(5)).isEqualTo("plain");
    }
  }

  @ServerMatrix
  void isInheritedByPortsOnWhichNothingIsSet(ServerVariant variant) {
    Server server = lineServer(variant).set(LineProtocol.LINE_MAX_LENGTH, 100).on(LINE, ECHO);
    ServerPort inheriting = server.addListener("127.0.0.1", 0, SocketType.TCP);
    inheriting.on(LINE, (s, line, text) -> line.reply("own " + text));
    ServerPort plain = server.addListener("127.0.0.1", 0, SocketType.TCP).set(Map.of());
    plain.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, "plain"));

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("a\n").readUntil("\n")).isEqualTo("a\n");
      RawClient lines = running.client(RawClient.to("127.0.0.1", inheriting.port()));
      assertThat(lines.send("b\n").readUntil("\n")).isEqualTo("own b\n");
      RawClient bytes = running.client(RawClient.to("127.0.0.1", plain.port()));
      assertThat(bytes.send("c").readText(5)).isEqualTo("plain");
    }
  }

  @ServerMatrix
  void leavesPortWithItsOwnSettingsToPlainBytesWhichNeedReceive(ServerVariant variant) {
    Server server = lineServer(variant).on(LINE, ECHO);
    server.addListener("127.0.0.1", 0, SocketType.TCP).set(Map.of());

    assertThatThrownBy(server::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("require onReceive callback");
  }

  @ServerMatrix
  void requiresItsOwnEventInsteadOfReceive(ServerVariant variant) {
    Descriptors before = Descriptors.snapshot();
    Server server = lineServer(variant);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});

    assertThatThrownBy(server::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("require onLine callback");
    before.awaitNothingOpenedSince();
  }

  @ServerMatrix
  void failsStartWithSettingsThatItRefuses(ServerVariant variant) {
    Descriptors before = Descriptors.snapshot();
    Server server = lineServer(variant).set(LineProtocol.LINE_MAX_LENGTH, 13).on(LINE, ECHO);

    assertThatThrownBy(server::startAsync)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("line_max_length: 13 (expected: anything else)");
    before.awaitNothingOpenedSince();
  }

  /** Handlers of one worker, events of the protocol among them. */
  private final class Private implements LineHandler, ConnectHandler {
    private final int workerId;

    Private(int workerId) {
      this.workerId = workerId;
    }

    @Override
    public void onLine(Server server, LineProtocol.Line line, String text) {
      assertThat(server.workerId()).isEqualTo(workerId);
      line.reply("private " + text);
    }

    @Override
    public void onConnect(Server server, long fd, int reactorId) {
      journal.add("connect " + fd);
    }
  }

  @ServerMatrix
  void callsHandlersOfWorkersAndEventsOfConnections(ServerVariant variant) {
    Server server = lineServer(variant).on(LINE, ECHO);
    server.workerHandlers(Private::new);
    server.on(Event.CLOSE, (s, fd, reactorId) -> journal.add("close " + fd));

    try (RunningServer running = RunningServer.start(server)) {
      try (RawClient client = running.client()) {
        assertThat(client.send("one\n").readUntil("\n")).isEqualTo("private one\n");
      }
      journal.waitFor("close 1");
    }

    assertThat(journal.lines()).containsExactly("connect 1", "close 1");
  }

  @ServerMatrix
  void reportsFailureUnderItsOwnEvent(ServerVariant variant) {
    Server server = lineServer(variant);
    server.on(
        LINE,
        (s, line, text) -> {
          line.reply(text);
          throw new IllegalStateException("thrown by line");
        });
    server.on(
        Event.ERROR,
        (s, event, fd, workerId, cause) ->
            journal.add(event + " " + fd + " " + cause.getMessage()));

    try (LogCapture log = LogCapture.of(Server.class);
        RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      assertThat(client.send("one\n").readUntil("\n")).isEqualTo("one\n");
      assertThat(client.send("two\n").readUntil("\n")).isEqualTo("two\n");
      journal.waitFor("line 1 thrown by line", 2);
      // Logged before the handler of errors is told.
      assertThat(log.messages(Level.ERROR))
          .hasSize(2)
          .allMatch(message -> message.startsWith("handler of line threw: fd 1, worker "));
    }
  }

  @ServerMatrix
  @ExpectErrors("handler of line threw")
  void losesOnlyTheMessageThatThrewAnError(ServerVariant variant) {
    Server server = lineServer(variant);
    server.on(Event.WORKER_START, (s, workerId) -> journal.add("workerStart"));
    server.on(
        LINE,
        (s, line, text) -> {
          if (text.equals("error")) {
            throw new AssertionError("asked for");
          }
          line.reply(text);
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send("one\nerror\ntwo\n");
      assertThat(client.readUntil("two\n")).isEqualTo("one\ntwo\n");
      journal.waitFor("workerStart", 3);
    }
  }

  @ServerMatrix
  void saysGoodbyeWhenServerStops(ServerVariant variant) {
    Server server = lineServer(variant).on(LINE, ECHO);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient speaking = running.client();
      RawClient silent = running.client();
      speaking.send("one\n").readUntil("\n");
      silent.send("two\n").readUntil("\n");
      server.shutdown();

      assertThat(new String(speaking.readUntilEof(), UTF_8)).isEqualTo("BYE\n");
      assertThat(new String(silent.readUntilEof(), UTF_8)).isEqualTo("BYE\n");
    }
  }

  @ServerMatrix
  void closesConnectionThatBreaksIt(ServerVariant variant) {
    Server server = lineServer(variant).set(LineProtocol.LINE_MAX_LENGTH, 8).on(LINE, ECHO);
    server.on(Event.CLOSE, (s, fd, reactorId) -> journal.add("close " + (reactorId >= 0)));

    try (LogCapture log = LogCapture.of(Server.class);
        RunningServer running = RunningServer.start(server)) {
      running.client().send("longer than eight\n").expectClosed();
      journal.waitFor("close true");
      log.awaitContains(Level.WARN, "fd 1 of 127.0.0.1");
    }
  }
}
