// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.PythonClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What workers do for clients, as clients in another language see it: who gets a packet, tasks,
 * renewal, messages, the end of the server, and proxies. Each script holds many connections.
 */
class PythonWorkersTest {

  /** What every script begins with: clients of lines, each call with a limit. */
  private static final String PRELUDE =
      """
      import socket, sys
      host, ports = sys.argv[1], [int(port) for port in sys.argv[2:]]

      class Client:
          def __init__(self, port=ports[0], source=None):
              self.s = socket.create_connection((host, port), 30, source)
              self.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
              self.lines = self.s.makefile('r', newline='\\n')

          def send(self, *lines):
              self.s.sendall(''.join(line + '\\n' for line in lines).encode())

          def read(self):
              line = self.lines.readline()
              assert line.endswith('\\n'), line
              return line[:-1]

          def ask(self, line):
              self.send(line)
              return self.read()

          def rest(self):
              return self.lines.read().split('\\n')[:-1]
      """;

  private static Server lines(ServerVariant variant) {
    return Lines.framed(variant.newServer()).set(Settings.WORKER_NUM, 2);
  }

  /** Runs a script against servers, whose ports it is given. */
  private static void run(List<Server> servers, String script) {
    List<RunningServer> started = new ArrayList<>();
    try {
      List<Object> arguments = new ArrayList<>(List.of("127.0.0.1"));
      for (Server server : servers) {
        RunningServer running = RunningServer.start(server);
        started.add(running);
        arguments.add(running.port());
      }
      PythonClient.run(PRELUDE + script, arguments.toArray()).requireSuccess();
    } finally {
      started.forEach(RunningServer::close);
    }
  }

  /** Three workers that tell who they are. "hold" keeps its worker until all three are held. */
  private static Server who(ServerVariant variant, int mode) {
    CountDownLatch held = new CountDownLatch(3);
    AtomicInteger closes = new AtomicInteger();
    return lines(variant)
        .set(Settings.WORKER_NUM, 3)
        .set("dispatch_mode", mode)
        .on(Event.CLOSE, (s, fd, reactorId) -> closes.incrementAndGet())
        .on(
            Event.RECEIVE,
            (s, fd, reactorId, data) -> {
              String line = Lines.text(data);
              if (line.startsWith("bind ")) {
                assertThat(s.bind(fd, Long.parseLong(line.substring(5)))).isTrue();
              }
              Lines.answer(s, fd, line.equals("closes") ? closes.get() : s.workerId());
              if (line.equals("hold")) {
                held.countDown();
                assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
              }
            });
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void packetsGoWhereTheDispatchModeSays(ServerVariant variant) {
    List<Server> servers = new ArrayList<>();
    for (int mode : new int[] {1, 2, 5, 8, 3, 7, 9, 10}) {
      servers.add(who(variant, mode));
    }

    run(
        servers,
        """
        in_turn, by_fd, by_user, fewest, *by_load = ports
        a, b = Client(in_turn), Client(in_turn)
        assert [c.ask('who') for c in (a, b, a, a, b, b, b)] == list('0120120')

        def at(port, worker):
            'A client of that worker, whose connection is there before another comes.'
            c = Client(port)
            assert c.ask('who') == worker
            return c

        fixed = [at(by_fd, w) for w in '1201']
        assert [c.ask('who') for c in fixed] == list('1201')

        a, b = at(by_user, '1'), at(by_user, '2')
        assert [c.ask('who') for c in (a, b)] == list('12')
        assert [c.ask('bind 6') for c in (a, b)] == list('12')
        assert [c.ask('who') for c in (a, b, a, b)] == list('0000')

        a, b, c = [at(fewest, w) for w in '012']
        assert [d.ask('who') for d in (a, b, c)] == list('012')
        b.lines.close(); b.s.close()
        while a.ask('closes') != '1': pass
        at(fewest, '1')

        for port in by_load:
            busy = [Client(port) for i in range(3)]
            assert sorted(c.ask('hold') for c in busy) == list('012')
        """);
  }

  @ServerMatrix(transports = "nio")
  void tasksAreDoneByTaskWorkersAndAnswered(ServerVariant variant) {
    Server server = lines(variant).set(Settings.TASK_WORKER_NUM, 2);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          String[] words = Lines.text(data).split(" ", 2);
          switch (words[0]) {
            case "later" -> assertThat(s.task(List.of(fd, words[1]))).isNotNegative();
            case "wait" -> Lines.answer(s, fd, s.taskwait(words[1], 30).orElse("nothing"));
            default -> Lines.answer(s, fd, s.taskWaitMulti(List.of("a", words[1]), 30));
          }
        });
    server.on(
        Event.TASK,
        (s, taskId, source, data) -> {
          assertThat(s.taskworker()).isTrue();
          return data instanceof List<?> task
              ? List.of(task.get(0), upper(task.get(1)))
              : upper(data);
        });
    server.on(
        Event.FINISH,
        (s, taskId, result) -> {
          List<?> answer = (List<?>) result;
          Lines.answer(s, (Long) answer.get(0), answer.get(1));
        });

    run(
        List.of(server),
        """
        clients = [Client() for i in range(5)]
        for i, c in enumerate(clients):
            c.send(*(f'later task {k} of {i}' for k in range(10)))
        for i, c in enumerate(clients):
            assert sorted(c.read() for k in range(10)) == [f'TASK {k} OF {i}' for k in range(10)]
            assert c.ask('wait word') == 'WORD'
            assert c.ask('multi b') == '{0=A, 1=B}'
        """);
  }

  private static String upper(Object text) {
    return text.toString().toUpperCase(Locale.ROOT);
  }

  /** An echo that tells how often a worker has begun, and reloads before it does. */
  private static Server renewed(ServerVariant variant) {
    AtomicInteger starts = new AtomicInteger();
    Server server = lines(variant);
    server.on(Event.WORKER_START, (s, workerId) -> starts.incrementAndGet());
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          String line = Lines.text(data);
          if (line.equals("reload")) {
            s.reload();
          }
          Lines.answer(s, fd, line.equals("reload") || line.equals("starts") ? starts : line);
        });
    return server;
  }

  @ServerMatrix(transports = "nio")
  void nothingIsLostWhileWorkersAreRenewed(ServerVariant variant) {
    Server limited = renewed(variant).set(Settings.MAX_REQUEST, 25L);

    run(
        List.of(renewed(variant), limited),
        """
        def exchange(port, operation):
            clients, operator = [Client(port) for i in range(8)], Client(port)
            turn, starts = 0, 0
            while turn < 5 or starts < 10:
                for i, c in enumerate(clients):
                    c.send(*(f'{i} {turn} {k}' for k in range(5)))
                starts = int(operator.ask(operation))
                for i, c in enumerate(clients):
                    assert [c.read() for k in range(5)] == [f'{i} {turn} {k}' for k in range(5)]
                turn += 1
            for c in clients:
                c.send('end')
                c.s.shutdown(socket.SHUT_WR)
                assert c.rest() == ['end']

        exchange(ports[0], 'reload')
        exchange(ports[1], 'starts')
        """);
  }

  @ServerMatrix(transports = "nio")
  void messagesReachOtherWorkersWhichAnswerTheClient(ServerVariant variant) {
    Server server = lines(variant).set(Settings.TASK_WORKER_NUM, 1);
    server.on(Event.TASK, (s, taskId, source, data) -> data);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          String[] words = Lines.text(data).split(" ", 2);
          if (words[0].equals("who")) {
            Lines.answer(s, fd, s.workerId());
          } else if (!s.sendMessage(List.of(fd, words[1]), Integer.parseInt(words[0]))) {
            Lines.answer(s, fd, "refused " + s.getLastError());
          }
        });
    server.on(
        Event.PIPE_MESSAGE,
        (s, source, message) -> {
          List<?> told = (List<?>) message;
          Lines.answer(
              s, (Long) told.get(0), told.get(1) + " from " + source + " at " + s.workerId());
        });

    run(
        List.of(server),
        """
        for c in [Client() for i in range(4)]:
            own = int(c.ask('who'))
            other = 1 - own
            assert c.ask(f'{other} hello') == f'hello from {own} at {other}'
            assert c.ask('2 task worker') == f'task worker from {own} at 2'
            assert c.ask(f'{own} myself') == 'refused 505'
            assert c.ask('9 nobody') == 'refused 505'
        """);
  }

  @ServerMatrix(transports = "nio")
  void whatWasAskedBeforeTheEndIsAnsweredBeforeIt(ServerVariant variant) {
    CountDownLatch ending = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    Server server = lines(variant).set(Settings.TASK_WORKER_NUM, 1);
    server.set(Settings.MAX_WAIT_TIME, 60.0);
    server.on(Event.BEFORE_SHUTDOWN, s -> ending.countDown());
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          switch (Lines.text(data)) {
            case "asked" -> Lines.answer(s, fd, asked);
            case "shutdown" -> s.shutdown();
            default -> {
              assertThat(s.task(List.of(fd, data))).isNotNegative();
              asked.incrementAndGet();
            }
          }
        });
    server.on(
        Event.TASK,
        (s, taskId, source, data) -> {
          assertThat(ending.await(30, TimeUnit.SECONDS)).isTrue();
          return data;
        });
    server.on(
        Event.FINISH,
        (s, taskId, result) -> {
          List<?> answer = (List<?>) result;
          s.send((Long) answer.get(0), (byte[]) answer.get(1));
        });

    run(
        List.of(server),
        """
        clients = [Client() for i in range(20)]
        for i, c in enumerate(clients):
            c.send(*(f'{i} {k}' for k in range(5)))
        operator = Client()
        while operator.ask('asked') != '100': pass
        operator.send('shutdown')
        for i, c in enumerate(clients):
            assert c.rest() == [f'{i} {k}' for k in range(5)]
        assert operator.rest() == []
        """);
  }

  @ServerMatrix(transports = "nio")
  void clientsOfProxiesAreThoseThatTheHeadersName(ServerVariant variant) {
    Server server = lines(variant).set(Settings.OPEN_PROXY_PROTOCOL, true);
    server.set(Settings.PROXY_TRUSTED, Collections.singletonList("127.0.0.1"));
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          ClientInfo info = s.getClientInfo(fd).orElseThrow();
          Lines.answer(s, fd, info.remoteIp() + " " + info.remotePort());
        });

    run(
        List.of(server),
        """
        four = Client()
        four.s.sendall(b'PROXY TCP4 203.0.113.7 192.0.2.1 56324 443\\r\\nwho\\nand ')
        assert four.read() == '203.0.113.7 56324'
        assert four.ask('again') == '203.0.113.7 56324'

        six = Client()
        for byte in b'PROXY TCP6 2001:db8::7 2001:db8::1 1 2\\r\\nwho\\n':
            six.s.sendall(bytes([byte]))
        assert six.read() == '2001:db8::7 1'

        unknown = Client()
        unknown.s.sendall(b'PROXY UNKNOWN\\r\\nwho\\n')
        assert unknown.read() == f'127.0.0.1 {unknown.s.getsockname()[1]}'

        def refused(client, data):
            try:
                client.s.sendall(data)
                return client.s.recv(100) == b''
            except (ConnectionResetError, BrokenPipeError):
                return True
        assert refused(Client(), b'GET / HTTP/1.0\\r\\n\\r\\n')
        assert refused(Client(), b'PROXY TCP4 203.0.113.7 192.0.2.1 99999 443\\r\\nwho\\n')
        trusted = b'PROXY TCP4 203.0.113.7 192.0.2.1 1 443\\r\\nwho\\n'
        assert refused(Client(source=('127.0.0.2', 0)), trusted)
        assert not refused(Client(), trusted)
        """);
  }
}
