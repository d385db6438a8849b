// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.swoole4j.setting.LengthType;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.PythonClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** The main flows of a TCP server as a client in another language sees them. */
class PythonFlowsTest {

  /** What every script begins with: sockets with a limit, and reading to an end. */
  private static final String PRELUDE =
      """
      import socket, struct, sys
      host, port = sys.argv[1], int(sys.argv[2])

      def connect(source=None):
          return socket.create_connection((host, port), 30, source)

      def exactly(s, size):
          data = b''
          while len(data) < size:
              piece = s.recv(size - len(data))
              assert piece, (size, data)
              data += piece
          return data

      def to_end(s):
          data = b''
          while True:
              piece = s.recv(65536)
              if not piece:
                  return data
              data += piece
      """;

  private final Journal journal = new Journal();

  private static String run(Server server, String script) {
    try (RunningServer running = RunningServer.start(server)) {
      return PythonClient.run(PRELUDE + script, server.host(), running.port()).requireSuccess();
    }
  }

  private Server journaling(Server server) {
    server.on(Event.CONNECT, (s, fd, reactorId) -> journal.add("connect " + fd));
    server.on(Event.CLOSE, (s, fd, reactorId) -> journal.add("close " + fd + closer(reactorId)));
    return server;
  }

  private static String closer(int reactorId) {
    return reactorId < 0 ? " by server" : " by client";
  }

  private void echo(Server server, long fd, int reactorId, byte[] data) {
    journal.add("receive " + fd + " " + new String(data, UTF_8).strip());
    server.send(fd, data);
  }

  @ServerMatrix
  void connectReceiveAndCloseComeInThisOrder(ServerVariant variant) {
    Server server = journaling(variant.newServer());
    server.on(Event.RECEIVE, this::echo);

    try (RunningServer running = RunningServer.start(server)) {
      PythonClient.run(
              PRELUDE
                  + """
                  for word in (b'one', b'two'):
                      with connect() as s:
                          s.sendall(word)
                          assert exactly(s, 3) == word
                  """,
              server.host(),
              running.port())
          .requireSuccess();
      journal.waitFor("close 2 by client");
      journal.waitFor("close 1 by client");
    }

    assertThat(journal.lines().stream().filter(line -> line.contains(" 1")))
        .containsExactly("connect 1", "receive 1 one", "close 1 by client");
    assertThat(journal.lines().stream().filter(line -> line.contains(" 2")))
        .containsExactly("connect 2", "receive 2 two", "close 2 by client");
  }

  @ServerMatrix
  void closeBehindALargeAnswerLosesNothingAndEndsInOrder(ServerVariant variant) {
    Server server = journaling(variant.newServer());
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.send(fd, Traffic.letters(1 << 20));
          s.close(fd);
        });

    // More than the server has read when it closes: a careless close would answer with a reset.
    String received =
        run(
            server,
            """
            with connect() as s:
                s.sendall(b'?')
                first = exactly(s, 1)
                s.sendall(b'x' * 100000)
                print(len(first + to_end(s)))
            """);

    assertThat(received).isEqualTo(String.valueOf(1 << 20));
    assertThat(journal.lines()).containsExactly("connect 1", "close 1 by server");
  }

  @ServerMatrix
  void clientThatOnlyStopsSendingGetsItsAnswer(ServerVariant variant) {
    Server server = journaling(variant.newServer());
    server.on(Event.RECEIVE, this::echo);

    String answer =
        run(
            server,
            """
            with connect() as s:
                s.sendall(b'last words')
                s.shutdown(socket.SHUT_WR)
                print(to_end(s).decode())
            """);

    assertThat(answer).isEqualTo("last words");
    assertThat(journal.lines())
        .containsExactly("connect 1", "receive 1 last words", "close 1 by client");
  }

  @ServerMatrix
  void slowReaderGetsAllThatWasAcceptedAndOthersAreServedMeanwhile(ServerVariant variant) {
    Server server = variant.newServer().set(Settings.SOCKET_BUFFER_SIZE, 256 * 1024);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          if (data[0] != 'f') {
            s.send(fd, data);
            return;
          }
          int accepted = 0;
          while (s.send(fd, new byte[32 * 1024])) {
            accepted++;
          }
          journal.add("accepted " + accepted + ", then " + s.getLastError());
        });

    String received =
        run(
            server,
            """
            slow = socket.socket(socket.AF_INET)
            slow.settimeout(30)
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
            slow.connect((host, port))
            slow.sendall(b'fill')
            with connect() as other:
                for i in range(20):
                    other.sendall(b'ping')
                    assert exactly(other, 4) == b'ping'
            slow.shutdown(socket.SHUT_WR)
            print(len(to_end(slow)))
            """);

    int messages = Integer.parseInt(received) / (32 * 1024);
    assertThat(messages).isGreaterThanOrEqualTo(8);
    assertThat(journal.lines()).containsExactly("accepted " + messages + ", then 1008");
  }

  @ServerMatrix
  void packetsAreSplitAtTheirEndHoweverTheyArrive(ServerVariant variant) {
    Server server = variant.newServer();
    server.set("open_eof_split", true).set("package_eof", "\r\n");
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> s.send(fd, data.length + ":" + new String(data, UTF_8)));

    String answers =
        run(
            server,
            """
            with connect() as s:
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for byte in b'a\\r\\nbc\\r':
                    s.sendall(bytes([byte]))
                s.sendall(b'\\ndef\\r\\n\\r\\nrest')
                s.shutdown(socket.SHUT_WR)
                print(to_end(s).decode().replace('\\r\\n', '|'))
            """);

    assertThat(answers).isEqualTo("3:a|4:bc|5:def|2:|");
  }

  @ServerMatrix
  void headerOfTypeUidLengthAndSerialIsFramed(ServerVariant variant) {
    Server server = variant.newServer();
    server.set(Settings.OPEN_LENGTH_CHECK, true);
    server.set(Settings.PACKAGE_LENGTH_TYPE, LengthType.UINT32_NETWORK);
    server.set(Settings.PACKAGE_LENGTH_OFFSET, 8).set(Settings.PACKAGE_BODY_OFFSET, 16);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

    String echoed =
        run(
            server,
            """
            def packet(kind, uid, body, serial):
                return struct.pack('!IIII', kind, uid, len(body), serial) + body

            with connect() as s:
                stream = b''.join(packet(1, 42, b'x' * n, n) for n in (0, 5, 70000))
                for begin in range(0, len(stream), 1001):
                    s.sendall(stream[begin:begin + 1001])
                for n in (0, 5, 70000):
                    kind, uid, length, serial = struct.unpack('!IIII', exactly(s, 16))
                    assert (kind, uid, length, serial) == (1, 42, n, n)
                    assert exactly(s, length) == b'x' * n
                print('same')
            """);

    assertThat(echoed).isEqualTo("same");
  }

  @ServerMatrix
  void clientOfIpv6IsServedAndKnownByItsAddress(ServerVariant variant) {
    Server server = variant.newServer("::1", SocketType.TCP6);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) ->
            s.send(fd, s.getClientInfo(fd).map(ClientInfo::remoteIp).orElse("unknown") + "\n"));

    String seen =
        run(
            server,
            """
            with connect() as s:
                s.sendall(b'who am I')
                print(s.makefile().readline().strip(), s.getsockname()[0])
            """);

    assertThat(seen).isEqualTo("::1 ::1");
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void connectionsOfOneAddressGoToOneWorker(ServerVariant variant) {
    Server server = variant.newServer().set("dispatch_mode", 4).set("worker_num", 4);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, "" + s.workerId()));

    String workers =
        run(
            server,
            """
            seen = []
            for last in (1, 2, 3, 4, 5):
                answers = set()
                for i in range(3):
                    with connect((f'127.0.0.{last}', 0)) as s:
                        s.sendall(b'who')
                        answers.add(exactly(s, 1).decode())
                assert len(answers) == 1, answers
                seen.append(answers.pop())
            print(''.join(seen))
            """);

    // ip2long("127.0.0.n") is 2130706432 + n
    assertThat(workers).isEqualTo("12301");
  }

  private static Server heartbeating(ServerMode mode) {
    Server server = new ServerVariant(mode, "nio").newServer();
    server.set("heartbeat_check_interval", 1).set("heartbeat_idle_time", 1);
    // One event loop, which looks at older clients first.
    server.set(mode == ServerMode.BASE ? Settings.WORKER_NUM : Settings.REACTOR_NUM, 1);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          if (data[0] == 'p') {
            s.protect(fd);
          }
          s.send(fd, data);
        });
    return server;
  }

  @Test
  void silentClientsAreClosedAndActiveOrProtectedOnesAreNot() {
    try (RunningServer base = RunningServer.start(heartbeating(ServerMode.BASE));
        RunningServer process = RunningServer.start(heartbeating(ServerMode.PROCESS))) {
      PythonClient.run(
              PRELUDE
                  + """
                  from concurrent.futures import ThreadPoolExecutor
                  from select import select
                  from time import monotonic
                  IDLE = 0.9 # of one second, as two clocks are compared

                  def ask(s, word):
                      try:
                          s.sendall(word)
                          return exactly(s, len(word)) == word
                      except (OSError, AssertionError):
                          return False

                  def spoken(port, *words):
                      'A client that was heard. On a busy machine its time may be up before that.'
                      while True:
                          begun = monotonic()
                          s = socket.create_connection((host, port), 30)
                          if all(ask(s, word) for word in words):
                              return s, begun
                          assert monotonic() - begun >= IDLE

                  def flow(port):
                      # What is answered behind the protection was not closed before it.
                      protected = spoken(port, b'p', b'!')[0]
                      active, since = spoken(port, b'!')
                      silent, begun = spoken(port, b'!')
                      last = since
                      while not select([silent], [], [], 0.1)[0]:
                          now = monotonic()
                          if ask(active, b'!'):
                              since, last = last, now
                          else:
                              assert monotonic() - since >= IDLE
                              active, since = spoken(port, b'!')
                              last = since
                      assert silent.recv(1) == b''
                      assert monotonic() - begun >= IDLE
                      # It was silent for longer than the one that was closed.
                      assert ask(protected, b'still here')

                  with ThreadPoolExecutor() as threads:
                      list(threads.map(flow, [port, int(sys.argv[3])]))
                  """,
              base.server().host(),
              base.port(),
              process.port())
          .requireSuccess();
    }
  }

  @ServerMatrix
  void thousandsOfClientsAtOnceAllGetTheirGreeting(ServerVariant variant) {
    long clients = Math.min(3000, descriptors() - 500);
    Server server = variant.newServer();
    server.on(Event.CONNECT, (s, fd, reactorId) -> s.send(fd, "hello " + fd + "\n"));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

    try (RunningServer running = RunningServer.start(server)) {
      String greeted =
          PythonClient.run(
                  PRELUDE
                      + """
                      import resource
                      hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
                      resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
                      sockets = [connect() for i in range(int(sys.argv[3]))]
                      print(len({s.makefile().readline() for s in sockets}))
                      sockets[-1].sendall(b'echo')
                      assert exactly(sockets[-1], 4) == b'echo'
                      """,
                  server.host(),
                  running.port(),
                  clients)
              .requireSuccess();

      assertThat(greeted).isEqualTo(String.valueOf(clients));
      Traffic.untilNothingIsLeft(server);
    }
  }

  /** How many this JVM may open; the server needs one for each client. */
  private static long descriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : 1024;
  }
}
