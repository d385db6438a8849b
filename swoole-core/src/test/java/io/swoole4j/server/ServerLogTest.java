// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swoole4j.setting.LogLevel;
import io.swoole4j.setting.PackageLengthFunction;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.event.Level;

/** What a server says, and how it is told to say less. */
class ServerLogTest {

  private static final Map<String, Object> WITHOUT_EFFECT_IN_BASE =
      Map.of(
          "reactor_num",
          2,
          "dispatch_mode",
          2,
          "dispatch_func",
          (DispatchFunction) (server, fd, type, data) -> 0,
          "max_queued_bytes",
          "1M",
          "enable_unsafe_event",
          true,
          "discard_timeout_request",
          false);

  /** A server that logs one line at INFO, one at WARN and one at ERROR until its first answer. */
  private static Server talkative(LogLevel level) {
    Server server = new Server("127.0.0.1", 0, ServerMode.BASE, SocketType.TCP);
    server.set(Settings.LOG_LEVEL, level).set(Settings.REACTOR_NUM, 1);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.send(fd, data);
          throw new IllegalStateException("logged at ERROR");
        });
    return server;
  }

  @ParameterizedTest
  @EnumSource
  void saysNothingBelowLogLevel(LogLevel level) {
    try (LogCapture log = LogCapture.of("io.swoole4j", Level.TRACE)) {
      try (RunningServer running = RunningServer.start(talkative(level))) {
        assertThat(running.client().send("ab").readText(2)).isEqualTo("ab");
      }

      assertThat(log.contains(Level.DEBUG, "connected"))
          .isEqualTo(level.compareTo(LogLevel.INFO) < 0);
      assertThat(log.contains(Level.INFO, "listening on"))
          .isEqualTo(level.compareTo(LogLevel.NOTICE) < 0);
      assertThat(log.contains(Level.WARN, "reactor_num: has no effect in BASE mode"))
          .isEqualTo(level.compareTo(LogLevel.ERROR) < 0);
      assertThat(log.contains(Level.ERROR, "handler of receive threw"))
          .isEqualTo(level != LogLevel.NONE);
      if (level == LogLevel.NONE) {
        assertThat(log.events()).isEmpty();
      }
    }
  }

  @ServerMatrix
  void saysOnceWhereItListensAndThatItHasEnded(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 2);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

    try (LogCapture log = LogCapture.of("io.swoole4j", Level.INFO)) {
      RunningServer.start(server).close();

      assertThat(log.messages(Level.INFO))
          .containsExactly(
              "listening on 127.0.0.1:%d (%s, 2 workers)"
                  .formatted(server.getPort(), variant.mode()),
              "the server on port %d has ended".formatted(server.getPort()));
    }
  }

  /** Starts and ends a server with these settings; answers what it warned of. */
  private static List<String> warnings(Map<String, ?> settings) {
    return warnings(settings, server -> {});
  }

  private static List<String> warnings(Map<String, ?> settings, Consumer<Server> more) {
    Server server = new Server("127.0.0.1", 0, ServerMode.PROCESS, SocketType.TCP).set(settings);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    more.accept(server);
    try (LogCapture log = LogCapture.of(Server.class)) {
      RunningServer.start(server).close();
      return log.messages(Level.WARN);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "max_request_grace, 5, max_request",
    "task_max_request_grace, 5, task_max_request",
    "log_rotation, 2, log_file",
    "log_date_format, %Y, log_file or request_slowlog_file",
    "log_date_with_microseconds, true, log_file or request_slowlog_file",
    "request_slowlog_timeout, 2, request_slowlog_file",
    "stats_timer_interval, 500, stats_file",
  })
  void warnsOfSettingWithoutTheOneItBelongsTo(String name, String value, String needed) {
    assertThat(warnings(Map.of(name, value)))
        .containsExactly(name + ": has no effect without " + needed);
  }

  @ParameterizedTest
  @CsvSource({
    "tcp_keepidle, 5, open_tcp_keepalive",
    "tcp_keepinterval, 5, open_tcp_keepalive",
    "tcp_keepcount, 5, open_tcp_keepalive",
    "proxy_trusted, 127.0.0.1, open_proxy_protocol",
    "proxy_header_time, 2, open_proxy_protocol",
  })
  void warnsOfSettingOfPortWithoutItsSwitch(String name, String value, String needed) {
    assertThat(warnings(Map.of(name, value)))
        .singleElement(as(InstanceOfAssertFactories.STRING))
        .endsWith(": " + name + ": has no effect without " + needed);
    assertThat(
            warnings(
                name.startsWith("tcp")
                    ? Map.of(name, value, needed, true)
                    : Map.of("proxy_trusted", "127.0.0.1", "proxy_header_time", 2, needed, true)))
        .isEmpty();
  }

  @Test
  void warnsOnceOfWhatAPortForDatagramsCannotUse() {
    Map<String, ?> both = Map.of("heartbeat_idle_time", 60, "open_eof_split", true);
    Map<String, ?> useful = Map.of("kernel_socket_recv_buffer_size", 65536);
    String lost = ": heartbeat_idle_time, open_eof_split: have no effect on a port for datagrams";

    assertThat(warnings(useful, server -> udp(server).set(both).set(useful)))
        .singleElement(as(InstanceOfAssertFactories.STRING))
        .endsWith(lost);
    assertThat(warnings(both, ServerLogTest::udp)).isEmpty();
  }

  @Test
  void warnsOfNothingThatWorkersOfDatagramsUse() {
    Server server = new Server("127.0.0.1", 0, ServerMode.PROCESS, SocketType.UDP);
    server.set("worker_num", 1).set("max_wait_time", 1).set("max_request", 5);
    server.set(Server.DISPATCH_FUNC, (s, fd, type, data) -> 0);
    server.on(Event.PACKET, (s, data, client) -> {});

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      assertThat(running.server().state()).isEqualTo(ServerState.RUNNING);
      assertThat(log.messages(Level.WARN)).isEmpty();
    }
  }

  private static ServerPort udp(Server server) {
    ServerPort port = server.addListener("127.0.0.1", 0, SocketType.UDP);
    port.on(Event.PACKET, (s, data, client) -> {});
    return port;
  }

  @Test
  void warnsOfFramingOptionsWithoutTheirSwitch() {
    PackageLengthFunction lengths = data -> 1;

    assertThat(warnings(Map.of("package_eof", "\n")))
        .containsExactly("package_eof: has no effect without open_eof_check or open_eof_split");
    for (Map.Entry<String, ?> option :
        Map.of(
                "package_length_type",
                "n",
                "package_length_offset",
                1,
                "package_body_offset",
                2,
                "package_length_func",
                lengths)
            .entrySet()) {
      assertThat(warnings(Map.of(option.getKey(), option.getValue())))
          .containsExactly(option.getKey() + ": has no effect without open_length_check");
    }
    assertThat(warnings(Map.of("package_length_type", "n", "open_length_check", false)))
        .containsExactly("package_length_type: has no effect without open_length_check");
  }

  @Test
  void warnsOfFramingThatLosesToAnother() {
    String lost = "open_length_check: has no effect, open_eof_check and open_eof_split win";

    assertThat(warnings(Map.of("open_length_check", true, "open_eof_split", true)))
        .containsExactly(lost);
    assertThat(warnings(Map.of("open_length_check", true, "open_eof_check", true)))
        .containsExactly(lost);
    for (String winner : List.of("open_length_check", "open_eof_check", "open_eof_split")) {
      assertThat(warnings(Map.of("open_mqtt_protocol", true, winner, true)))
          .containsExactly("open_mqtt_protocol: has no effect, EOF and length checks win");
    }
  }

  @Test
  void warnsOfNoFramingOptionThatHasItsSwitch() {
    assertThat(warnings(Map.of("package_eof", "\n", "open_eof_check", true))).isEmpty();
    assertThat(warnings(Map.of("package_eof", "\n", "open_eof_split", true))).isEmpty();
    assertThat(
            warnings(
                Map.of(
                    "open_length_check",
                    true,
                    "package_length_type",
                    "n",
                    "package_length_offset",
                    1,
                    "package_body_offset",
                    3)))
        .isEmpty();
    assertThat(warnings(Map.of("open_mqtt_protocol", true))).isEmpty();
  }

  @ServerMatrix
  void warnsOfSettingsThatHaveNoEffectInBaseMode(ServerVariant variant) {
    Server server = variant.newServer().set(WITHOUT_EFFECT_IN_BASE);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

    try (LogCapture log = LogCapture.of(Server.class)) {
      try (RunningServer running = RunningServer.start(server)) {
        assertThat(running.client().send("ab").readText(2)).isEqualTo("ab");
      }

      List<String> warnings =
          WITHOUT_EFFECT_IN_BASE.keySet().stream()
              .map(name -> name + ": has no effect in BASE mode")
              .toList();
      if (variant.mode() == ServerMode.BASE) {
        assertThat(log.messages(Level.WARN)).containsExactlyInAnyOrderElementsOf(warnings);
      } else {
        assertThat(log.messages(Level.WARN)).isEmpty();
      }
    }
  }

  @ServerMatrix(transports = "nio")
  void saysThatRemovedSettingsHaveNoEffectAndServesAsWithoutThem(ServerVariant variant) {
    try (LogCapture log = LogCapture.of("io.swoole4j")) {
      Server server = variant.newServer().set("pipe_buffer_size", 32 * 1024 * 1024);
      server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
      try (RunningServer running = RunningServer.start(server)) {
        assertThat(running.client().send("ab").readText(2)).isEqualTo("ab");
      }

      assertThat(server.setting()).containsOnlyKeys("transport");
      assertThat(log.messages(Level.WARN))
          .contains("pipe_buffer_size: removed from Swoole, has no effect");
    }
  }

  @ServerMatrix
  void warnsOfNothingThatWasNotSet(ServerVariant variant) {
    Server server = variant.newServer();
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

    try (LogCapture log = LogCapture.of("io.swoole4j")) {
      RunningServer.start(server).close();

      assertThat(log.messages(Level.WARN)).isEmpty();
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void warnsOfEventsThatDispatchModeSuppresses(ServerVariant variant) {
    Server server = variant.newServer().set("dispatch_mode", 1);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

    try (LogCapture log = LogCapture.of(Server.class)) {
      RunningServer.start(server).close();

      assertThat(log.messages(Level.WARN))
          .singleElement()
          .asString()
          .startsWith("dispatch_mode 1 cannot keep the order of events: connect, close,");
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void refusesDispatchModeOfFunctionWithoutFunction(ServerVariant variant) {
    Server server = variant.newServer().set("dispatch_mode", 6);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

    assertThatThrownBy(server::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("dispatch_mode: 6 (expected: a dispatch_func with it)");
  }

  @ServerMatrix(transports = "nio")
  void isNotFloodedByPeersThatBreakTheFraming(ServerVariant variant) {
    int peers = 40;
    Server server = variant.newServer();
    server.set(Settings.OPEN_LENGTH_CHECK, true).set(Settings.PACKAGE_MAX_LENGTH, 1000);
    server.set(Settings.PACKAGE_LENGTH_FUNC, data -> data.get(0) == 'l' ? 1001 : -1);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> {});

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      long begin = System.nanoTime();
      for (int i = 0; i < peers; i++) {
        running.client().send("long").expectClosed();
        running.client().send("bad").expectClosed();
      }
      List<String> warnings = log.messages(Level.WARN);
      int seconds = (int) TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);

      // Each cause on its own: a line at once, and one for each second that has passed since.
      for (String cause : List.of("[1201]", "[1204]")) {
        assertThat(warnings)
            .filteredOn(line -> line.startsWith(cause))
            .hasSizeBetween(1, seconds + 1)
            .allSatisfy(line -> assertThat(line).contains("times since the last report"))
            .first()
            .asString()
            .contains("(1 times");
      }
    }
  }
}
