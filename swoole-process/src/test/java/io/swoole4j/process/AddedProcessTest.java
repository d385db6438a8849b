// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import static io.swoole4j.process.Ends.exists;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.setting.Settings;
import io.swoole4j.spi.ServerHandle;
import io.swoole4j.testing.Descriptors;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Child processes that are added to a server. */
class AddedProcessTest {
  private final BlockingQueue<Object> messages = new LinkedBlockingQueue<>();
  private Descriptors before;

  @BeforeEach
  void rememberDescriptors() {
    before = Descriptors.snapshot();
  }

  @AfterEach
  void leavesNoDescriptor() {
    before.awaitNothingOpenedSince();
  }

  private Server server(ServerVariant variant) {
    return variant
        .newServer()
        .set(Settings.WORKER_NUM, 2)
        .on(Event.RECEIVE, (server, fd, reactorId, data) -> server.send(fd, data))
        .on(Event.PIPE_MESSAGE, (server, source, message) -> messages.add(source + " " + message));
  }

  private Object message() throws InterruptedException {
    Object message = messages.poll(30, TimeUnit.SECONDS);
    assertThat(message).isNotNull();
    return message;
  }

  @ServerMatrix(transports = "epoll")
  void usesEveryMethodOfTheServer(ServerVariant variant) throws Exception {
    Server server = server(variant);
    SwooleProcess process =
        new SwooleProcess(
            child -> {
              ServerHandle handle = child.server();
              while (true) {
                long fd = Long.parseLong(new String(child.read().orElseThrow(), UTF_8));
                handle.sendMessage(
                    List.of(
                        handle.exist(fd),
                        handle.exist(fd + 1),
                        handle.getClientList(0, 10),
                        handle.getClientInfo(fd).orElseThrow().remoteIp(),
                        handle.getClientInfo(fd + 1).isPresent(),
                        handle.stats().get("connection_num"),
                        handle.send(fd, "from the child".getBytes(UTF_8)),
                        handle.reload(true),
                        handle.close(fd),
                        handle.close(fd + 1)),
                    0);
              }
            });
    server.addProcess(process);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> process.write(String.valueOf(fd)));

    try (RunningServer running = RunningServer.start(server);
        RawClient client = running.client()) {
      client.send("go");

      assertThat(message())
          .isEqualTo("2 [true, false, [1], 127.0.0.1, false, 1, true, true, true, false]");
      assertThat(client.readText(14)).isEqualTo("from the child");
      client.expectEof();
    }
  }

  /** Can be written; reading it fails with the exception or error that it carries. */
  private static final class Unreadable implements Serializable {
    @Serial private static final long serialVersionUID = 1L;

    private final Throwable failure;

    Unreadable(Throwable failure) {
      this.failure = failure;
    }

    @Serial
    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      if (failure instanceof Error error) {
        throw error;
      }
      throw (IOException) failure;
    }

    static String refusal(ServerHandle server, Throwable failure) {
      try {
        return "done " + server.sendMessage(new Unreadable(failure), 0);
      } catch (IllegalStateException e) {
        return String.valueOf(e.getMessage());
      }
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void isToldEveryFailureOfItsCallsAndGoesOn(ServerVariant variant) throws Exception {
    Server server = server(variant);
    server.addProcess(
        new SwooleProcess(
            child -> {
              ServerHandle handle = child.server();
              String unread = Unreadable.refusal(handle, new InvalidObjectException("not today"));
              String unlinked = Unreadable.refusal(handle, new NoClassDefFoundError("a/B"));
              String cut = Unreadable.refusal(handle, new IOException("\u20ac".repeat(100_000)));
              handle.sendMessage(List.of(unread, unlinked, cut.length()), 0);
              child.read();
            }));

    RunningServer running = RunningServer.start(server);
    try (running) {
      assertThat(message())
          .isEqualTo(
              "2 [java.io.InvalidObjectException: not today,"
                  + " java.lang.NoClassDefFoundError: a/B, 21845]");
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void shutsServerDown(ServerVariant variant) {
    Server server = server(variant);
    server.addProcess(new SwooleProcess(child -> child.server().shutdown()));

    RunningServer running = RunningServer.start(server);

    running.awaitTerminated();
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void isStartedAgainUnderAnotherProcessIdWithTheSamePipe(ServerVariant variant) throws Exception {
    Server server = server(variant);
    SwooleProcess process =
        new SwooleProcess(
            child -> {
              child.server().sendMessage("run of " + child.pid(), 0);
              while (true) {
                String text = new String(child.read().orElseThrow(), UTF_8);
                child.server().sendMessage(text + " read by " + child.pid(), 1);
              }
            });
    server.addProcess(process);

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(message()).isEqualTo("2 run of " + process.pid());
      int first = process.pid();
      SwooleProcess.kill(first, Signals.SIGKILL);
      await().until(() -> !exists(first));
      process.write("in between");

      assertThat(message()).asString().isEqualTo("2 run of " + process.pid());
      assertThat(process.pid()).isNotEqualTo(first);
      assertThat(message()).isEqualTo("2 in between read by " + process.pid());
      running.close();
      assertThat(exists(process.pid())).isFalse();
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void canHandleTheSignalThatItsServerEndsItWith(ServerVariant variant) throws Exception {
    Server server = server(variant);
    server.addProcess(
        new SwooleProcess(
            child -> {
              CountDownLatch end = new CountDownLatch(1);
              SwooleProcess.signal(Signals.SIGTERM, signo -> end.countDown());
              child.server().sendMessage("ready", 0);
              end.await();
              child.exit(0);
            }));

    RunningServer running = RunningServer.start(server);
    assertThat(message()).isEqualTo("2 ready");
    running.close();
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void isNoServerForThoseWhoWereNotAddedAndKeepsSignalsOfServers(ServerVariant variant)
      throws Exception {
    AtomicReference<Throwable> refused = new AtomicReference<>();
    Server server = server(variant);
    server.on(
        Event.WORKER_START,
        (s, workerId) ->
            refused.set(
                Assertions.catchThrowable(
                    () -> SwooleProcess.signal(Signals.SIGTERM, signo -> {}))));

    RunningServer.start(server).close();

    assertThat(refused.get())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("signo: SIGTERM (expected: others inside a server)");
    Assertions.assertThatThrownBy(() -> new SwooleProcess(child -> {}).server())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("server: none (expected: the child of an added process)");
  }
}
