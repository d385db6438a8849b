// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.testing.ChildJvm;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/** A server whose process has no descriptor left for one more connection. */
class DescriptorsExhaustedTest {

  private static final int DESCRIPTORS = 200;
  private static final Pattern REPORT = Pattern.compile("\\((\\d+) times since the last report\\)");

  /** An echo server in a process of its own; arguments: mode and transport. */
  public static void main(String[] arguments) throws Exception {
    Server server = new Server("127.0.0.1", 0, ServerMode.valueOf(arguments[0]), SocketType.TCP);
    server.set("transport", arguments[1]);
    server.set("max_connection", 100_000);
    server.on(Event.RECEIVE, DescriptorsExhaustedTest::received);
    server.startAsync();
    // Classes in directories, other than those in jars, need a descriptor to be loaded.
    LoggerFactory.getLogger(Server.class).warn("logging works", new IOException("for example"));
    comeAndGo(server.getPort(), 'a');
    comeAndGo(server.getPort(), 'f');
    System.out.println("port " + server.getPort());
    System.out.println("ended " + server.awaitTermination(Duration.ofSeconds(60)));
  }

  /** An echo; "f" asks for the first byte of a file. */
  private static void received(Server server, long fd, int reactorId, byte[] data) {
    if (data[0] != 'f' || data.length > 1) {
      server.send(fd, data);
    } else if (!server.sendfile(fd, "/etc/passwd", 0, 1)) {
      server.send(fd, "refused " + server.getLastError());
    }
  }

  private static void comeAndGo(int port, char request) throws IOException {
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
      client.getOutputStream().write(request);
      client.shutdownOutput();
      client.getInputStream().readAllBytes();
    }
  }

  @ServerMatrix
  void acceptsAgainWhenThereAreSomeAndDoesNotSpinMeanwhile(ServerVariant variant) throws Exception {
    try (ChildJvm child =
        ChildJvm.startWithDescriptors(
            DESCRIPTORS, DescriptorsExhaustedTest.class, variant.mode(), variant.transport())) {
      int port = Integer.parseInt(child.awaitLine("port "));
      List<RawClient> clients = new ArrayList<>();
      try {
        RawClient first = RawClient.connect(port);
        clients.add(first);
        assertThat(first.send("before").readText(6)).isEqualTo("before");
        first.send("f").readExactly(1);
        for (int i = 0; i < DESCRIPTORS; i++) {
          clients.add(RawClient.connect(port));
        }

        for (int i = 0; i < 2; i++) {
          Matcher report = REPORT.matcher(child.awaitLineWith("a connection cannot be accepted"));
          assertThat(report.find()).isTrue();
          assertThat(Integer.parseInt(report.group(1))).isLessThan(10);
        }
        assertThat(first.send("meanwhile").readText(9)).isEqualTo("meanwhile");
        assertThat(first.send("f").readText(10)).isEqualTo("refused 13");
      } finally {
        clients.forEach(RawClient::close);
      }

      try (RawClient again = RawClient.connect(port)) {
        assertThat(again.send("again").readText(5)).isEqualTo("again");
      }
    }
  }
}
