// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.swoole4j.error.PortBindException;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.Descriptors;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a start does, and what is left when it fails. */
class StartTest {

  private static Server echo(ServerVariant variant) {
    return variant
        .newServer()
        .on(Event.RECEIVE, (server, fd, reactorId, data) -> server.send(fd, data));
  }

  private static Server echoOn(ServerVariant variant, ServerSocket taken) {
    Server server = new Server("127.0.0.1", taken.getLocalPort(), variant.mode(), SocketType.TCP);
    return variant.prepare(server).on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
  }

  private static ServerSocket occupied() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
  }

  @ServerMatrix
  void opensNothingBeforeStart(ServerVariant variant) {
    Descriptors before = Descriptors.snapshot();

    for (int i = 0; i < 5; i++) {
      Server server = echo(variant);
      assertThat(server.state()).isEqualTo(ServerState.NEW);
      assertThat(server.getPort()).isZero();
      assertThat(server.getSocket()).isEmpty();
      assertThat(server.stats()).isEmpty();
      assertThat(server.masterPid()).isZero();
    }

    before.awaitNothingOpenedSince();
  }

  @ServerMatrix
  void leavesNothingOpenWhenPortIsTaken(ServerVariant variant) throws IOException {
    try (ServerSocket taken = occupied()) {
      Descriptors before = Descriptors.snapshot();
      Server server = echoOn(variant, taken);

      PortBindException failure = catchThrowableOfType(PortBindException.class, server::startAsync);

      assertThat(failure.errno()).isEqualTo(98);
      assertThat(failure.host()).isEqualTo("127.0.0.1");
      assertThat(failure.port()).isEqualTo(taken.getLocalPort());
      assertThat(failure)
          .hasMessageContaining("failed to listen on 127.0.0.1:")
          .hasCauseInstanceOf(IOException.class);
      assertThat(server.state()).isEqualTo(ServerState.TERMINATED);
      before.awaitNothingOpenedSince();
    }
  }

  @ServerMatrix
  void doesNotShareTakenPortEvenWithReusePort(ServerVariant variant) throws IOException {
    try (ServerSocket taken = occupied()) {
      Descriptors before = Descriptors.snapshot();
      Server server = echoOn(variant, taken);
      server.set(Settings.ENABLE_REUSE_PORT, true).set(Settings.WORKER_NUM, 2);

      assertThatThrownBy(server::startAsync).isInstanceOf(PortBindException.class);

      before.awaitNothingOpenedSince();
    }
  }

  @ServerMatrix
  void tellsErrnoOfAddressThatIsNotOfThisMachine(ServerVariant variant) {
    Descriptors before = Descriptors.snapshot();
    Server server = variant.prepare(new Server("192.0.0.1", 80, variant.mode(), SocketType.TCP));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

    assertThatThrownBy(server::startAsync)
        .isInstanceOfSatisfying(
            PortBindException.class,
            failure -> {
              assertThat(failure.errno()).isEqualTo(99);
              assertThat(failure.host()).isEqualTo("192.0.0.1");
              assertThat(failure.port()).isEqualTo(80);
            });
    before.awaitNothingOpenedSince();
  }

  @ServerMatrix
  void refusesAddressOfOtherFamily(ServerVariant variant) {
    Descriptors before = Descriptors.snapshot();
    Server server = variant.prepare(new Server("::1", 0, variant.mode(), SocketType.TCP));
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));

    assertThatThrownBy(server::startAsync)
        .isInstanceOf(PortBindException.class)
        .hasRootCauseInstanceOf(UnknownHostException.class);
    before.awaitNothingOpenedSince();
  }

  @ServerMatrix
  void refusesToStartWithoutReceiveHandlerAndNamesIt(ServerVariant variant) {
    Descriptors before = Descriptors.snapshot();
    Server server = variant.newServer().on(Event.CLOSE, (s, fd, reactorId) -> {});

    assertThatThrownBy(server::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("require onReceive callback")
        .hasMessageContaining("127.0.0.1:0");
    assertThat(server.state()).isEqualTo(ServerState.TERMINATED);
    before.awaitNothingOpenedSince();
  }

  @ServerMatrix
  void keepsCauseOfFailedStart(ServerVariant variant) throws InterruptedException {
    Server server = variant.newServer();
    Throwable first = catchThrowableOfType(IllegalStateException.class, server::startAsync);

    assertThatThrownBy(server::startAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("TERMINATED")
        .hasMessageNotContaining("shut down")
        .hasCause(first);
    assertThatThrownBy(server::start).isInstanceOf(IllegalStateException.class).hasCause(first);
    assertThat(server.shutdown()).isFalse();
    assertThat(server.awaitTermination(Duration.ZERO)).isTrue();
  }

  @ServerMatrix
  void refusesSecondStart(ServerVariant variant) {
    Server server = echo(variant);

    try (RunningServer running = RunningServer.start(server)) {
      assertThatThrownBy(server::startAsync)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("RUNNING");
      assertThatThrownBy(server::start).isInstanceOf(IllegalStateException.class);
      assertThat(running.client().send("served").readText(6)).isEqualTo("served");
    }

    assertThatThrownBy(server::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has been shut down");
  }

  @ServerMatrix
  void blocksUntilShutdownAndAnswersTrue(ServerVariant variant) throws Exception {
    Server server = echo(variant);

    CompletableFuture<Boolean> answer = inBackground(server);
    try (RawClient client = connectOnceRunning(server)) {
      assertThat(client.send("ab").readText(2)).isEqualTo("ab");
      assertThat(answer).isNotDone();
      assertThat(server.shutdown()).isTrue();
      client.expectEof();
    }

    assertThat(answer.get(30, TimeUnit.SECONDS)).isTrue();
    assertThat(server.state()).isEqualTo(ServerState.TERMINATED);
  }

  @ServerMatrix
  void shutsDownWhenBlockedStarterIsInterrupted(ServerVariant variant) throws Exception {
    Server server = echo(variant);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread starter =
        new Thread(
            () -> {
              boolean answer = server.start();
              interrupted.complete(answer && Thread.currentThread().isInterrupted());
            },
            "starter");
    starter.start();

    try (RawClient client = connectOnceRunning(server)) {
      starter.interrupt();
      client.expectEof();
    }

    assertThat(interrupted.get(30, TimeUnit.SECONDS)).isTrue();
    assertThat(server.state()).isEqualTo(ServerState.TERMINATED);
    starter.join();
  }

  @ServerMatrix
  void failsWhenStarterIsInterruptedWhileStarting(ServerVariant variant) throws Exception {
    Descriptors before = Descriptors.snapshot();
    Server server = echo(variant);
    Thread starter = Thread.currentThread();
    Journal journal = new Journal();
    server.on(
        Event.START,
        s -> {
          starter.interrupt();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            journal.add("interrupted");
          }
        });

    assertThatThrownBy(server::startAsync).isInstanceOf(IllegalStateException.class);

    assertThat(Thread.interrupted()).isTrue();
    journal.waitFor("interrupted");
    before.awaitNothingOpenedSince();
  }

  @Test
  void refusesHostAndPortThatCannotBe() {
    assertThatThrownBy(() -> new Server(" ", 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Server("127.0.0.1", -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("port: -1 (expected: 0..65535)");
    assertThatThrownBy(() -> new Server("127.0.0.1", 65536))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static CompletableFuture<Boolean> inBackground(Server server) {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    new Thread(() -> answer.complete(server.start()), "starter").start();
    return answer;
  }

  private static RawClient connectOnceRunning(Server server) {
    await().until(() -> server.state() == ServerState.RUNNING);
    return RawClient.connect(server.host(), server.getPort());
  }
}
