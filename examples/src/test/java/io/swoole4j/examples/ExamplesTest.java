// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.testing.PythonClient;
import io.swoole4j.testing.RawClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each example, started by its name, serves a client in another language. */
final class ExamplesTest {
  private static final Pattern EVENT = Pattern.compile("\"event\":\"([a-zA-Z]+)\"");

  private static ExampleProcess start(String example, String mode, String... more) {
    List<String> arguments = new ArrayList<>(List.of(example, "--port", "0", "--mode", mode));
    arguments.addAll(List.of(more));
    return ExampleProcess.run(arguments.toArray(String[]::new)).awaitListening();
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "process"})
  void tcpEchoReturnsEveryByte(String mode) {
    try (ExampleProcess server = start("tcp-echo", mode)) {
      assertThat(server.listeningLine())
          .isEqualTo("tcp-echo listening on 127.0.0.1:" + server.port() + " (" + mode + " mode)");

      String answer =
          PythonClient.run(
                  """
                  import socket, sys
                  data = bytes(range(256)) * 4000
                  with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as client:
                      client.sendall(data)
                      client.shutdown(socket.SHUT_WR)
                      with client.makefile("rb") as stream:
                          print(stream.read() == data)
                  """,
                  server.port())
              .requireSuccess();

      assertThat(answer).isEqualTo("True");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void udpEchoReturnsEveryDatagram(String host) {
    try (ExampleProcess server = start("udp-echo", "process", "--host", host)) {
      String answer =
          PythonClient.run(
                  """
                  import socket, sys
                  family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
                  with socket.socket(family, socket.SOCK_DGRAM) as client:
                      client.settimeout(25)
                      client.sendto(b"x" * 5000, (sys.argv[1], int(sys.argv[2])))
                      print(client.recv(65536) == b"x" * 5000)
                  """,
                  host,
                  server.port())
              .requireSuccess();

      assertThat(answer).isEqualTo("True");
    }
  }

  @Test
  void anIpv6HostMakesATcp6Port() {
    try (ExampleProcess server = start("tcp-echo", "process", "--host", "::1")) {
      assertThat(server.listeningLine()).contains(" listening on [::1]:" + server.port() + " ");

      try (RawClient client = RawClient.connect("::1", server.port())) {
        assertThat(client.send("over IPv6").readText(9)).isEqualTo("over IPv6");
      }
    }
  }

  @Test
  void settingsOfTheCommandLineWinOverThoseOfTheExample() {
    try (ExampleProcess server =
        start("length-echo", "base", "--package_max_length=8", "--package_length_type", "n")) {
      try (RawClient client = RawClient.connect(server.port())) {
        client.send(new byte[] {0, 4, 9, 9, 1, 2, 3, 4});
        assertThat(client.readExactly(8)).endsWith(1, 2, 3, 4);

        client.send(new byte[] {0, 5, 9, 9, 1, 2, 3, 4, 5}).expectClosed();
      }
    }
  }

  @Test
  void lengthEchoReturnsEveryFrame() {
    try (ExampleProcess server = start("length-echo", "process")) {
      String answer =
          PythonClient.run(
                  """
                  import socket, struct, sys
                  frames = b"".join(struct.pack(">I", n) + b"x" * n for n in (0, 1, 70000, 3))
                  with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as client:
                      for begin in range(0, len(frames), 1000):
                          client.sendall(frames[begin:begin + 1000])
                      with client.makefile("rb") as stream:
                          print(stream.read(len(frames)) == frames)
                  """,
                  server.port())
              .requireSuccess();

      assertThat(answer).isEqualTo("True");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "process"})
  void eofEchoReturnsEveryLine(String mode) {
    try (ExampleProcess server = start("eof-echo", mode)) {
      String answer =
          PythonClient.run(
                  """
                  import socket, sys
                  with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as client:
                      client.sendall(b"one\\r\\ntwo\\nstill two\\r\\nthr")
                      with client.makefile("rb") as stream:
                          print(stream.read(5 + 15))
                          client.sendall(b"ee\\r\\n")
                          print(stream.read(7))
                  """,
                  server.port())
              .requireSuccess();

      assertThat(answer).isEqualTo("b'one\\r\\ntwo\\nstill two\\r\\n'\nb'three\\r\\n'");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "process"})
  void notesProtocolCarriesMessagesBetweenUsers(String mode) {
    try (ExampleProcess server = start("notes-protocol", mode, "--worker_num", "2")) {
      String answer =
          PythonClient.run(
                  """
                  import socket, struct, sys

                  class User:
                      def __init__(self, uid):
                          self.socket = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
                          self.stream = self.socket.makefile("rb")
                          self.uid = uid
                      def send(self, type, serid, body=b""):
                          header = struct.pack(">IIII", type, self.uid, len(body), serid)
                          self.socket.sendall(header + body)
                      def receive(self):
                          type, uid, length, serid = struct.unpack(">IIII", self.stream.read(16))
                          return type, uid, serid, self.stream.read(length).decode()
                      def call(self, type, serid, body=b""):
                          self.send(type, serid, body)
                          return self.receive()

                  ann, phone, bob = User(7), User(7), User(4000000000)
                  print(bob.call(3, 1)[::3])
                  print(ann.call(1, 2), phone.call(1, 3)[3], bob.call(1, 4)[3])
                  print(bob.call(3, 5))
                  print(bob.call(2, 6, struct.pack(">I", 7) + b"hi Ann"))
                  print(ann.receive(), phone.receive())
                  print(ann.call(9, 8)[::3], ann.call(1, 9)[0], User(0).call(1, 10)[0])
                  """,
                  server.port())
              .requireSuccess();

      assertThat(answer)
          .isEqualTo(
              """
              (255, 'type: 3 (expected: HELLO first)')
              (1, 7, 2, 'hello 7') hello 7 hello 4000000000
              (3, 4000000000, 5, '7 4000000000')
              (2, 4000000000, 6, '2')
              (2, 4000000000, 0, 'hi Ann') (2, 4000000000, 0, 'hi Ann')
              (255, 'type: 9 (expected: 1..3)') 255 255""");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "process"})
  void subclassGreetsAnswersAndEnds(String mode) {
    try (ExampleProcess server = start("subclass", mode)) {
      String answer =
          PythonClient.run(
                  """
                  import socket, sys
                  with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as client:
                      client.sendall(b"loud\\nquit\\n")
                      with client.makefile("r", encoding="utf-8") as stream:
                          print(stream.read())
                  """,
                  server.port())
              .requireSuccess();

      assertThat(answer).isEqualTo("hello, you are number 1\nLOUD\nbye");
      eventually(() -> server.stdout().contains("number 1 from 127.0.0.1 has left"));
      assertThat(server.signal("TERM").awaitExit()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"base, INT, 130", "base, TERM, 0", "process, INT, 130", "process, TERM, 0"})
  void eventLogShowsTheWholeLifeUpToAGracefulEnd(String mode, String signal, int exitCode) {
    try (ExampleProcess server = start("event-log", mode, "--worker_num", "2");
        RawClient client = RawClient.connect(server.port())) {
      client.send("hi").readExactly(2);

      int ended = server.signal(signal).awaitExit();

      client.expectEof();
      assertThat(ended).isEqualTo(exitCode);
      assertThat(events(server))
          .startsWith("start", "managerStart")
          .containsSubsequence(
              "workerStart", "connect", "receive", "beforeShutdown", "close", "workerStop")
          .endsWith("workerStop", "managerStop", "shutdown");
    }
  }

  @Test
  void eventLogPrintsNothingButJsonToStandardOutput() {
    try (ExampleProcess server = start("event-log", "process", "--worker_num", "3")) {
      try (RawClient client = RawClient.connect(server.port())) {
        client.send("first").readExactly(5);
        client.send("throw");
        // Or the two could arrive as one.
        eventually(() -> events(server).contains("error"));
        client.send("close").expectEof();
      }
      server.signal("TERM").awaitExit();

      String lines =
          PythonClient.run(
                  """
                  import json, sys
                  for text in sys.argv[1].splitlines():
                      line = json.loads(text)
                      if "fd" in line:
                          del line["ms"], line["thread"]
                          print(" ".join(str(value) for value in line.values()))
                  """,
                  server.stdout())
              .requireSuccess();

      assertThat(lines.lines())
          .containsExactly(
              "connect 1 1 0",
              "receive 1 1 0 5",
              "receive 1 1 0 5",
              "error 1 1 receive java.lang.IllegalStateException: a client asked for it",
              "receive 1 1 0 5",
              "close 1 1 -1");
      assertThat(server.stderr()).contains("handler of receive threw");
    }
  }

  @Test
  void eventLogBindsEveryEventThatATcpServerHas() {
    Server server = new EventLog().server("127.0.0.1", 0, ServerMode.PROCESS, SocketType.TCP);

    // The start is told by listening(), and datagrams have ports of their own.
    Set<String> others = Set.of("start", "packet");

    assertThat(Event.all())
        .filteredOn(event -> !others.contains(event.name()))
        .allSatisfy(
            event -> assertThat(server.getCallback(event.name())).as("%s", event).isPresent());
  }

  @Test
  void eventLogShowsTasksMessagesBuffersAndRenewal() {
    try (ExampleProcess server =
            start(
                "event-log",
                "process",
                "--worker_num=1",
                "--task_worker_num=1",
                "--buffer_high_watermark=1",
                "--buffer_low_watermark=0");
        RawClient client = RawClient.connect(server.port())) {
      client.send("hi").readExactly(2);
      client.send("task");
      eventually(() -> events(server).contains("finish"));
      client.send("message");
      eventually(() -> events(server).contains("pipeMessage"));
      client.send("timer");
      eventually(() -> events(server).contains("timer"));
      client.send("reload");
      eventually(() -> events(server).contains("afterReload"));

      assertThat(events(server))
          .containsSubsequence("receive", "bufferFull", "bufferEmpty", "receive", "task", "finish")
          .containsSubsequence("beforeReload", "workerStop", "afterReload");
    }
  }

  private static void eventually(Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(30)).until(condition);
  }

  private static List<String> events(ExampleProcess server) {
    return EVENT.matcher(server.stdout()).results().map(event -> event.group(1)).toList();
  }
}
