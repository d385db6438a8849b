// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.condition.OS.LINUX;

import io.swoole4j.internal.net.InheritedSocket;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.ChildJvm;
import io.swoole4j.testing.Descriptors;
import io.swoole4j.testing.LogCapture;
import io.swoole4j.testing.PythonClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.Level;

/** Sockets that a process is started with, as by systemd. */
@EnabledOnOs(LINUX)
class InheritedSocketsTest {

  /**
   * Opens the six kinds of sockets, all of them blocking, and starts a program with them as 3 to 8;
   * talks to each as often as the program says that it is ready, and prints what else it says.
   */
  private static final String PARENT =
      """
      import fcntl, os, socket, subprocess, sys
      def bound(family, kind, address):
          s = socket.socket(family, kind)
          s.bind(address)
          if kind == socket.SOCK_STREAM:
              s.listen()
          return s
      directory, command = sys.argv[1], sys.argv[2:]
      sockets = [bound(family, kind, address) for family, address in [
          (socket.AF_INET, ('127.0.0.1', 0)), (socket.AF_INET6, ('::1', 0)),
          (socket.AF_UNIX, None)] for kind, address in [
          (k, address or directory + '/' + k.name) for k in
          (socket.SOCK_STREAM, socket.SOCK_DGRAM)]]
      high = [fcntl.fcntl(s.fileno(), fcntl.F_DUPFD_CLOEXEC, 64) for s in sockets]
      (their_in, to), (back, their_out) = os.pipe(), os.pipe()
      child = os.fork()
      if child == 0:
          os.dup2(their_in, 0); os.dup2(their_out, 1)
          for i, fd in enumerate(high):
              os.dup2(fd, 3 + i)
          os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(high)))
          os.execv(command[0], command)
      os.close(their_in); os.close(their_out)
      def ask(s, number):
          with socket.socket(s.family, s.type) as c:
              c.settimeout(30)
              if s.family == socket.AF_UNIX and s.type == socket.SOCK_DGRAM:
                  c.bind(directory + '/c%d' % number)
              c.connect(s.getsockname())
              c.send(b'?')
              return c.recv(100).decode()
      ended = None
      try:
          for number, line in enumerate(os.fdopen(back)):
              if line.strip() == 'ready':
                  answers = [ask(s, 2 * number + i) for s in sockets for i in (0, 1)]
                  assert answers == ['SUCCESS\\n'] * 12, answers
                  os.write(to, b'\\n')
              else:
                  print(line, end='')
          ended = os.waitpid(child, 0)[1]
          assert ended == 0, ended
      finally:
          if ended is None:
              os.kill(child, 9)
      """;

  /** Serves what it was started with in both modes, one after the other. */
  static final class Serving {
    private Serving() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
      BufferedReader parent = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      Descriptors before = Descriptors.snapshot();
      for (ServerMode mode : ServerMode.values()) {
        Server server = server(mode);
        server.ports().forEach(port -> System.out.println(port.type() + " " + port.host()));
        try (LogCapture log = LogCapture.of(Server.class)) {
          server.startAsync();
          log.messages(Level.WARN)
              .forEach(line -> System.out.println(line.replaceAll(":\\d+: ", ": ")));
        }
        System.out.println("ready");
        if (parent.readLine() == null) {
          throw new IOException("the parent has given up");
        }
        server.shutdown();
        System.out.println(mode + " ended " + server.awaitTermination(Duration.ofSeconds(30)));
      }
      System.out.println("opened " + before.openedSince());
      for (Map<String, Object> settings :
          List.<Map<String, Object>>of(Map.of("transport", "nio"), Map.of("daemonize", true))) {
        try {
          server(ServerMode.BASE).set(settings).startAsync();
        } catch (IllegalStateException e) {
          System.out.println(e.getMessage().replaceFirst(":\\d+", ""));
        }
      }
    }

    private static Server server(ServerMode mode) {
      Server server = new Server("systemd", 0, mode, SocketType.TCP);
      server.set(Settings.WORKER_NUM, 2);
      if (mode == ServerMode.BASE) {
        server.set(Settings.TCP_FASTOPEN, 8).set(Settings.ENABLE_REUSE_PORT, true);
      }
      server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, "SUCCESS\n"));
      server.on(
          Event.PACKET,
          (s, data, client) -> s.sendto(client.address(), client.port(), "SUCCESS\n"));
      return server;
    }
  }

  @Test
  void serveClientsOfAllSixKinds(@TempDir Path directory) {
    List<Object> command = new ArrayList<>(List.of(directory));
    command.addAll(ChildJvm.command(Serving.class));

    String output = PythonClient.run(PARENT, command.toArray()).requireSuccess();

    String kinds =
        """
        TCP 127.0.0.1
        UDP 127.0.0.1
        TCP6 ::1
        UDP6 ::1
        UNIX_STREAM %1$s/SOCK_STREAM
        UNIX_DGRAM %1$s/SOCK_DGRAM
        """
            .formatted(directory);
    assertThat(output.lines())
        .containsExactlyElementsOf(
            Stream.of(
                    kinds,
                    """
                    port 127.0.0.1: tcp_fastopen: has no effect on a socket that is inherited
                    port 127.0.0.1: enable_reuse_port: has no effect on a socket that is inherited
                    port 127.0.0.1: enable_reuse_port: has no effect on a socket that is inherited
                    port [::1]: tcp_fastopen: has no effect on a socket that is inherited
                    port [::1]: enable_reuse_port: has no effect on a socket that is inherited
                    port [::1]: enable_reuse_port: has no effect on a socket that is inherited
                    """,
                    "BASE ended true\n",
                    kinds,
                    "PROCESS ended true\n",
                    """
                    opened []
                    port 127.0.0.1: inherited (expected: transport epoll, no other can take it over)
                    daemonize: true (expected: false with host SYSTEMD, a new process has not its sockets)
                    """)
                .flatMap(String::lines)
                .toList());
  }

  @Test
  void areRefusedWhereOneIsNoSocketAndNothingIsLeftOpen(@TempDir Path directory) throws Exception {
    Path path = directory.resolve("file");
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      Map<String, String> environment =
          Map.of("LISTEN_PID", "7", "LISTEN_FDS", "1", "LISTEN_FDS_START", descriptorOf(path));
      Descriptors before = Descriptors.snapshot();

      assertThatIllegalStateException()
          .isThrownBy(() -> InheritedSocket.ofSystemd(environment::get, 7))
          .withMessageStartingWith(
              "descriptor " + environment.get("LISTEN_FDS_START") + ": not to be served");

      assertThat(before.openedSince()).isEmpty();
      assertThat(file.write(ByteBuffer.wrap(new byte[] {1}))).isEqualTo(1);
    }
  }

  private static String descriptorOf(Path path) throws IOException {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors) {
        if (Files.isSymbolicLink(descriptor) && Files.readSymbolicLink(descriptor).equals(path)) {
          return descriptor.getFileName().toString();
        }
      }
    }
    throw new AssertionError(path + ": not open");
  }

  @ParameterizedTest
  @CsvSource({
    "LISTEN_PID=8 LISTEN_FDS=1, LISTEN_PID: 8 (expected: 7",
    "LISTEN_PID=7, LISTEN_FDS: null (expected: a number of at least 1",
    "LISTEN_PID=7 LISTEN_FDS=0, LISTEN_FDS: 0 (expected: a number of at least 1",
    "LISTEN_PID=7 LISTEN_FDS=x, LISTEN_FDS: x (expected: a number of at least 1",
    "LISTEN_PID=7 LISTEN_FDS=1 LISTEN_FDS_START=-1, LISTEN_FDS_START: -1 (expected: a number",
    "LISTEN_PID=7 LISTEN_FDS=1 LISTEN_FDS_START=1000000, descriptor 1000000: not to be served"
  })
  void areRefusedWhereTheEnvironmentIsNotOfThem(String variables, String message) {
    Map<String, String> environment =
        Stream.of(variables.split(" ", -1))
            .map(variable -> variable.split("=", 2))
            .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));

    assertThatIllegalStateException()
        .isThrownBy(() -> InheritedSocket.ofSystemd(environment::get, 7))
        .withMessageStartingWith(message);
  }

  @Test
  void areMissedByAServerThatAsksForThem() {
    assertThatIllegalStateException()
        .isThrownBy(() -> new Server(Server.SYSTEMD, 0))
        .withMessageStartingWith("LISTEN_PID: null (expected: " + ProcessHandle.current().pid());
  }
}
