// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.PythonClient;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.event.Level;

/** Connections through proxies that say whom they speak for. */
class ProxyProtocolTest {

  /** Header of version 2 with an extension, as HAProxy writes it, and the first data behind it. */
  private static final String VERSION_2 =
      """
      import socket, struct, sys
      command, family = int(sys.argv[2]), int(sys.argv[3])
      if family == 0x11:
          body = socket.inet_aton("203.0.113.9") + socket.inet_aton("192.0.2.1")
      elif family == 0x21:
          body = socket.inet_pton(socket.AF_INET6, "2001:db8::9")
          body += socket.inet_pton(socket.AF_INET6, "2001:db8::1")
      else:
          body = b""
      if body: body += struct.pack("!HH", 4711, 80)
      body += struct.pack("!BH", 0x04, 3) + b"pad" if body else b""
      header = b"\\r\\n\\r\\n\\0\\r\\nQUIT\\n" + struct.pack("!BBH", 0x20 | command, family, len(body))
      s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 30)
      for byte in header + body + b"who\\n": s.sendall(bytes([byte]))
      print(s.makefile().readline())
      """;

  private static Server server(ServerVariant variant) {
    Server server = Lines.framed(variant.newServer());
    server.set(Settings.OPEN_PROXY_PROTOCOL, true);
    server.set(Settings.PROXY_TRUSTED, List.of("127.0.0.1"));
    server.set(Settings.PROXY_HEADER_TIME, 60.0);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          ClientInfo info = s.getClientInfo(fd).orElseThrow();
          Lines.answer(s, fd, fd + " " + info.remoteIp() + " " + info.remotePort());
        });
    return server;
  }

  @ServerMatrix
  void clientIsWhomTheHeaderNames(ServerVariant variant) {
    AtomicInteger connects = new AtomicInteger();
    Server server = server(variant);
    server.on(Event.CONNECT, (s, fd, reactorId) -> connects.incrementAndGet());

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send("PROXY TCP4 203.0.113.7 192.0.2.1 56324 443\r\nwho\nand ");
      assertThat(Lines.read(client)).isEqualTo("1 203.0.113.7 56324");
      assertThat(Lines.ask(client, "again")).isEqualTo("1 203.0.113.7 56324");
      assertThat(connects).hasValue(1);
      assertThat(server.stats()).containsEntry("total_recv_bytes", 4L + 4 + 6);

      RawClient six = running.client();
      six.sendSlices("PROXY TCP6 2001:db8::7 2001:db8::1 1 2\r\nwho\n".getBytes(UTF_8), 1);
      assertThat(Lines.read(six)).isEqualTo("2 2001:db8::7 1");
      RawClient unknown = running.client().send("PROXY UNKNOWN\r\nwho\n");
      assertThat(Lines.read(unknown)).isEqualTo("3 127.0.0.1 " + unknown.localPort());
    }
  }

  @ServerMatrix
  void understandsVersionTwo(ServerVariant variant) {
    try (RunningServer running = RunningServer.start(server(variant))) {
      assertThat(PythonClient.run(VERSION_2, running.port(), 1, 0x11).requireSuccess())
          .isEqualTo("1 203.0.113.9 4711");
      assertThat(PythonClient.run(VERSION_2, running.port(), 1, 0x21).requireSuccess())
          .isEqualTo("2 2001:db8::9 4711");
      assertThat(PythonClient.run(VERSION_2, running.port(), 0, 0x00).requireSuccess())
          .startsWith("3 127.0.0.1 ");
    }
  }

  @ServerMatrix
  void whatIsNoHeaderCostsTheConnection(ServerVariant variant) {
    AtomicInteger events = new AtomicInteger();
    Server server = counting(variant, events);
    long begin = System.nanoTime();

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      running.client().send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").expectClosed();
      running.client().send("PROXY TCP4 203.0.113.7 192.0.2.1 99999 443\r\n").expectClosed();
      running.client().send("PROXY TCP4 nowhere 192.0.2.1 1 443\r\n").expectClosed();
      running.client().send("PROXY " + "x".repeat(200)).expectClosed();
      byte[] huge = "\r\n\r\n\0\r\nQUIT\n!\21\377\377".getBytes(ISO_8859_1);
      running.client().send(Arrays.copyOf(huge, 8000)).expectClosed();
      running.client().send("PROXY TC").shutdownOutput().expectClosed();
      running.client().shutdownOutput().expectClosed();
      log.awaitContains(Level.WARN, "PROXY protocol: connection refused");
      Traffic.untilNothingIsLeft(server);

      assertThat(events).hasValue(0);
      Traffic.untilStats(server, Map.of("accept_count", 7L, "abort_count", 5L, "close_count", 7L));
      // One line of each kind at once, and one for each second that has passed since.
      List<String> warnings = log.messages(Level.WARN);
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
      assertThat(warnings)
          .filteredOn(line -> line.startsWith("PROXY protocol: connection refused"))
          .hasSizeBetween(1, (int) seconds + 1);
      RawClient good = running.client().send("PROXY TCP4 203.0.113.7 192.0.2.1 1 443\r\nwho\n");
      assertThat(Lines.read(good)).endsWith("203.0.113.7 1");
    }
  }

  /** Counts events of connections, of which there are to be none. */
  private static Server counting(ServerVariant variant, AtomicInteger events) {
    Server server = server(variant);
    server.on(Event.CONNECT, (s, fd, reactorId) -> events.incrementAndGet());
    server.on(Event.CLOSE, (s, fd, reactorId) -> events.incrementAndGet());
    return server;
  }

  @ServerMatrix
  void headerThatDoesNotComeInTimeCostsTheConnection(ServerVariant variant) {
    AtomicInteger events = new AtomicInteger();
    Server server = counting(variant, events).set(Settings.PROXY_HEADER_TIME, 0.3);

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      running.client().expectClosed();
      RawClient half = running.client();
      half.sendIfOpen("PROXY TC").expectClosed();
      log.awaitContains(Level.WARN, "PROXY protocol: connection refused");
      Traffic.untilNothingIsLeft(server);

      assertThat(events).hasValue(0);
      Traffic.untilStats(server, Map.of("accept_count", 2L, "close_count", 2L));
    }
  }

  @ServerMatrix
  void nobodyElseIsBelieved(ServerVariant variant) {
    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server(variant))) {
      RawClient stranger = running.client(running.clientOptions().localIp("127.0.0.2"));
      stranger.expectClosed();

      log.awaitContains(Level.WARN, "not a trusted proxy: /127.0.0.2");
    }
  }

  @ServerMatrix
  void limitOfAddressHoldsForClientsNotForProxies(ServerVariant variant) {
    Server server = server(variant).set(Settings.MAX_CONNECTIONS_PER_IP, 1);

    try (LogCapture log = LogCapture.of("io.swoole4j");
        RunningServer running = RunningServer.start(server)) {
      RawClient first = running.client().send("PROXY TCP4 203.0.113.7 192.0.2.1 1 443\r\nwho\n");
      assertThat(Lines.read(first)).endsWith("203.0.113.7 1");
      RawClient other = running.client().send("PROXY TCP4 203.0.113.8 192.0.2.1 2 443\r\nwho\n");
      assertThat(Lines.read(other)).endsWith("203.0.113.8 2");
      running.client().send("PROXY TCP4 203.0.113.7 192.0.2.1 3 443\r\nwho\n").expectClosed();
      log.awaitContains(Level.WARN, "max_connections_per_ip reached");
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void dispatchModeFourGoesByTheClient(ServerVariant variant) {
    Server server = server(variant);
    server.set(Settings.DISPATCH_MODE, 4).set(Settings.WORKER_NUM, 4);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> Lines.answer(s, fd, s.workerId()));

    try (RunningServer running = RunningServer.start(server)) {
      int base = -1;
      for (int last = 0; last < 4; last++) {
        RawClient client =
            running.client().send("PROXY TCP4 203.0.113." + last + " 192.0.2.1 1 443\r\nwho\n");
        int worker = Integer.parseInt(Lines.read(client));
        if (last == 0) {
          base = worker;
        }
        assertThat(worker).isEqualTo((base + last) % 4);
      }
    }
  }

  @ServerMatrix
  void serverEndsWhileHeadersAreAwaited(ServerVariant variant) {
    Server server = server(variant);
    server.set(Settings.MAX_WAIT_TIME, 1.0);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client().send("PROXY ");
      Traffic.until(() -> server.stats().get("accept_count").equals(1L));
      server.shutdown();

      client.expectClosed();
      running.awaitTerminated();
    }
  }

  @ServerMatrix
  void needsToKnowTheProxies(ServerVariant variant) {
    Server nobody = server(variant).set(Settings.PROXY_TRUSTED, List.of());
    assertThatThrownBy(nobody::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("proxy_trusted: []");

    Server nonsense = server(variant).set(Settings.PROXY_TRUSTED, List.of("10.0.0.0/40"));
    assertThatThrownBy(nonsense::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("10.0.0.0/40");
  }
}
