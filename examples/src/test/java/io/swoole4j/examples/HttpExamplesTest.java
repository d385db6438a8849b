// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.testing.PythonClient;
import io.swoole4j.testing.RunningServer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The HTTP examples keep their contract, as Python's client sees it. */
final class HttpExamplesTest {
  private static final String ASK =
      """
      import http.client, sys
      client = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=25)
      def ask(method, path, body=None, **headers):
          client.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
          reply = client.getresponse()
          print(reply.status, reply.getheader("Content-Type"), repr(reply.read().decode()))
      """;

  private static String run(String example, ServerMode mode, String script) {
    try (RunningServer server =
        RunningServer.start(Examples.named(example).server("127.0.0.1", 0, mode, SocketType.TCP))) {
      return PythonClient.run(ASK + script, server.port()).requireSuccess();
    }
  }

  @ParameterizedTest
  @EnumSource
  void helloGreets(ServerMode mode) {
    assertThat(run("http-hello", mode, "ask('GET', '/')"))
        .matches("200 text/html '<h1>Hello Swoole. #\\d{4}</h1>'");
  }

  @ParameterizedTest
  @EnumSource
  void conformanceAnswersWhatToolsAskFor(ServerMode mode) {
    String script =
        """
        ask('GET', '/')
        ask('POST', '/', 'one')
        ask('POST', '/echo-body', 'two')
        ask('PUT', '/echo', 'three', X_Own='a')
        ask('GET', '/cookie', Cookie='a=b; c=%20d')
        ask('GET', '/plaintext')
        import socket
        s = socket.create_connection(('127.0.0.1', int(sys.argv[1])), 25)
        s.sendall(b'GET /echo HTTP/1.0\\r\\nx-Own:\\ta \\r\\nY:\\r\\n\\r\\n')
        print(s.makefile('rb').read().split(b'\\r\\n\\r\\n')[1])
        """;

    assertThat(run("http-conformance", mode, script).lines())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("200 text/plain ''"),
            line -> assertThat(line).isEqualTo("200 text/plain 'one'"),
            line -> assertThat(line).isEqualTo("200 text/plain 'two'"),
            line ->
                assertThat(line)
                    .startsWith("200 text/plain 'Host: 127.0.0.1:")
                    .endsWith("\\nContent-Length: 5\\nX-Own: a\\n'"),
            line -> assertThat(line).isEqualTo("200 text/plain 'a=b\\nc= d\\n'"),
            line -> assertThat(line).isEqualTo("200 text/plain 'Hello, World!'"),
            line -> assertThat(line).isEqualTo("b'x-Own: a\\nY: \\n'"));
  }

  @ParameterizedTest
  @EnumSource
  void tasksAnswerWhatHandlersHaveDetached(ServerMode mode) {
    String script =
        """
        ask('GET', '/?n=5')
        ask('GET', '/?n=30')
        ask('GET', '/?n=x')
        ask('GET', '/?n=0')
        """;

    assertThat(run("http-tasks", mode, script).lines())
        .containsExactly(
            "200 text/plain '120\\n'",
            "200 text/plain '265252859812191058636308480000000\\n'",
            "400 text/html 'n: a number of 0..20000 is missing\\n'",
            "200 text/plain '1\\n'");
  }
}
