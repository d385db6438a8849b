// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

class SendwaitTest {

  private static final int KIB = 1024;

  private static Server server(ServerVariant variant) {
    Server server = variant.newServer();
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * KIB);
    server.set(Settings.SOCKET_BUFFER_SIZE, 64 * KIB);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    return server;
  }

  private static RawClient slow(RunningServer running) {
    RawClient client = running.client(running.clientOptions().receiveBuffer(8 * KIB));
    client.send("?").readExactly(1);
    return client;
  }

  @ServerMatrix
  void sendsMoreThanTheBufferHoldsWhileSomebodyElseReads(ServerVariant variant) throws Exception {
    Server server = server(variant);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = slow(running);
      byte[] message = Traffic.letters(50 * KIB);
      CompletableFuture<Boolean> sent =
          CompletableFuture.supplyAsync(
              () -> {
                for (int i = 0; i < 40; i++) {
                  if (!server.sendwait(1, message)) {
                    return false;
                  }
                  assertThat(server.getClientInfo(1).orElseThrow().sendQueuedBytes()).isZero();
                }
                return true;
              });

      for (int i = 0; i < 40; i++) {
        assertThat(Arrays.equals(client.readExactly(message.length), message)).isTrue();
      }
      assertThat(sent.get(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @ServerMatrix
  void givesUpAfterSendTimeout(ServerVariant variant) {
    Server server = server(variant).set(Settings.SEND_TIMEOUT, 0.2);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = slow(running);

      assertThat(server.sendwait(1, new byte[1024 * KIB])).isFalse();
      assertThat(server.getLastError()).isEqualTo(110);
      assertThat(server.sendwait(1, "no room")).isFalse();
      assertThat(server.getLastError()).isEqualTo(1008);
      client.readExactly(1024 * KIB);
      // It may take longer once more.
      Traffic.until(() -> server.sendwait(1, "room"));
      assertThat(client.readText(4)).isEqualTo("room");
    }
  }

  @ServerMatrix
  void endsWhenTheClientGoes(ServerVariant variant) throws Exception {
    Server server = server(variant);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = slow(running);
      CompletableFuture<Integer> code =
          CompletableFuture.supplyAsync(
              () -> server.sendwait(1, new byte[1024 * KIB]) ? 0 : server.getLastError());
      Traffic.until(() -> server.getClientInfo(1).orElseThrow().sendQueuedBytes() > 0);
      client.abort();

      assertThat(code.get(30, TimeUnit.SECONDS)).isIn(1002, 1003, 1004);
      assertThat(server.sendwait(99, "nobody")).isFalse();
      assertThat(server.getLastError()).isEqualTo(1005);
      assertThat(server.sendwait(99, new byte[0])).isFalse();
    }
  }

  @ServerMatrix
  void worksInHandlers(ServerVariant variant) {
    Server server = server(variant);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.send(fd, "a");
          assertThat(s.sendwait(fd, "b")).isTrue();
          s.send(fd, "c");
        });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("?").readText(3)).isEqualTo("abc");
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void blocksHandlerUntilTheClientHasTakenAll(ServerVariant variant) {
    byte[] message = Traffic.letters(200 * KIB);
    Server server = server(variant);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          for (int i = 0; i < 10; i++) {
            assertThat(s.sendwait(fd, message)).isTrue();
          }
          s.send(fd, "end");
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(8 * KIB)).send("?");
      for (int i = 0; i < 10; i++) {
        assertThat(Arrays.equals(client.readExactly(message.length), message)).isTrue();
      }
      assertThat(client.readText(3)).isEqualTo("end");
    }
  }

  @ServerMatrix(modes = ServerMode.BASE)
  void throwsOnAnEventLoopThatWouldHaveToWait(ServerVariant variant) throws Exception {
    BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
    Server server = server(variant);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.send(fd, new byte[2048 * KIB]);
          thrown.add(catchThrowable(() -> s.sendwait(fd, "x")));
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(8 * KIB)).send("?");

      assertThat(Traffic.take(thrown))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("event loop");
      client.readExactly(2048 * KIB);
      client.expectNothing(Duration.ofMillis(50));
    }
  }

  @ServerMatrix
  void throwsOnAReactor(ServerVariant variant) throws Exception {
    BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
    Server server = server(variant);
    server.set(Settings.OPEN_LENGTH_CHECK, true);
    server.set(
        Settings.PACKAGE_LENGTH_FUNC,
        data -> {
          byte[] more = new byte[2048 * KIB];
          server.send(1, more);
          Throwable failure = catchThrowable(() -> server.sendwait(1, "x"));
          if (failure != null) {
            thrown.add(failure);
          }
          return 1;
        });

    try (RunningServer running = RunningServer.start(server)) {
      running.client(running.clientOptions().receiveBuffer(8 * KIB)).send("?");

      assertThat(Traffic.take(thrown)).isInstanceOf(IllegalStateException.class);
    }
  }
}
