// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static io.swoole4j.http.HttpFixture.server;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.swoole4j.server.CloseHandler;
import io.swoole4j.server.Event;
import io.swoole4j.server.ReceiveHandler;
import io.swoole4j.server.ServerPort;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.PythonClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** What happens to clients that want too much or take too little, as Python's library sees it. */
class PythonLimitsTest {

  /** What every script begins with: clients of HTTP, and one that asks the server about itself. */
  private static final String PRELUDE =
      """
      import http.client, socket, sys
      port, questions = int(sys.argv[1]), int(sys.argv[2])
      observer = socket.create_connection(('127.0.0.1', questions), 30)
      answers = observer.makefile('r', newline='\\n')

      def tell(question):
          observer.sendall((question + '\\n').encode())
          return int(answers.readline())

      def until(question, answer):
          while tell(question) != answer: pass

      def asking():
          c = http.client.HTTPConnection('127.0.0.1', port, timeout=30)
          c.request('GET', '/')
          return c

      def answer(c):
          response = c.getresponse()
          return response.status, response.read()

      """;

  private final Queue<Response> held = new ConcurrentLinkedQueue<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger closes = new AtomicInteger();

  /** Runs a script against a server, and against a port of it that answers beside HTTP. */
  private void run(HttpServer server, String script) {
    ServerPort questions = server.addListener("127.0.0.1", 0, SocketType.TCP);
    questions.set(Map.of("open_eof_split", true, "package_eof", "\n"));
    questions.on(
        Event.RECEIVE,
        (ReceiveHandler)
            (s, fd, reactorId, data) -> {
              Object answer =
                  switch (new String(data, UTF_8).strip()) {
                    case "release" -> release();
                    case "requests" -> requests.get();
                    case "closes" -> closes.get();
                    default -> s.stats().get("concurrency");
                  };
              s.send(fd, answer + "\n");
            });
    try (RunningServer running = RunningServer.start(server)) {
      PythonClient.run(PRELUDE + script, running.port(), questions.port()).requireSuccess();
    }
  }

  private int release() {
    int count = 0;
    for (Response each = held.poll(); each != null; each = held.poll()) {
      each.end("ok");
      count++;
    }
    return count;
  }

  /** A server that keeps its clients waiting. */
  private HttpServer holding(ServerVariant variant) {
    return server(
        variant,
        (request, response) -> {
          response.detach();
          held.add(response);
          requests.incrementAndGet();
        });
  }

  @ServerMatrix(transports = "nio")
  void requestsAboveMaxConcurrencyAreRefusedUntilThereIsRoom(ServerVariant variant) {
    HttpServer server = holding(variant);
    server.set(HttpSettings.MAX_CONCURRENCY, 4);
    run(
        server,
        """
        inside = [asking() for i in range(4)]
        until('requests', 4)
        outside = [asking() for i in range(4)]
        assert [answer(c)[0] for c in outside] == [503] * 4
        assert (tell('requests'), tell('concurrency')) == (4, 4)
        assert tell('release') == 4
        assert [answer(c) for c in inside] == [(200, b'ok')] * 4
        until('concurrency', 0)
        again = [asking() for i in range(4)]
        until('requests', 8)
        assert tell('release') == 4
        assert [answer(c) for c in again] == [(200, b'ok')] * 4
        """);
  }

  @ServerMatrix(transports = "nio")
  void nothingIsAnsweredBehindTheAnswerThatCloses(ServerVariant variant) {
    run(
        holding(variant),
        """
        def pipelined(*requests):
            s = socket.create_connection(('127.0.0.1', port), 30)
            s.sendall(b''.join(requests))
            return s

        keep = b'GET /1 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'
        last = b'GET /2 HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n'
        s = pipelined(keep, last, keep, keep)
        until('requests', 2)
        assert tell('release') == 2
        data = s.makefile('rb').read()
        assert data.count(b'HTTP/1.1 200 ') == 2 and data.count(b'\\r\\n\\r\\nok') == 2, data
        assert data.lower().count(b'connection: close') == 1 and data.endswith(b'ok'), data
        assert (tell('requests'), tell('release')) == (2, 0)
        """);
  }

  @ServerMatrix(transports = "nio")
  void clientThatTakesNothingIsResetAfterTheWriteTimeout(ServerVariant variant) {
    HttpServer server = server(variant, (request, response) -> response.end("x".repeat(2_000_000)));
    server.set(Settings.SOCKET_BUFFER_SIZE, 4_000_000).set(HttpSettings.HTTP_WRITE_TIMEOUT, 0.3);
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * 1024);
    server.on(Event.CLOSE, (CloseHandler) (s, fd, reactorId) -> closes.incrementAndGet());

    run(
        server,
        """
        slow = socket.socket()
        slow.settimeout(30)
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect(('127.0.0.1', port))
        slow.sendall(b'GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n')
        until('closes', 1)
        taken = 0
        try:
            while True:
                piece = slow.recv(65536)
                assert piece, 'ended in good order'
                taken += len(piece)
        except ConnectionResetError:
            assert taken < 2000000, taken
        assert tell('closes') == 1
        """);
  }
}
