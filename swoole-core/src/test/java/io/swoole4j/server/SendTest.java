// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SendTest {

  /** What one call answered, with the code behind it. */
  private record Answer(boolean sent, int code) {}

  private static Answer send(Server server, long fd, String data) {
    boolean sent = server.send(fd, data);
    return new Answer(sent, server.getLastError());
  }

  private static Server echo(ServerVariant variant) {
    Server server = variant.newServer();
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    return server;
  }

  @ServerMatrix
  void sendsBytesTextAndEveryKindOfBuffer(ServerVariant variant) throws Exception {
    BlockingQueue<ByteBuffer> buffers = new LinkedBlockingQueue<>();
    Server server = variant.newServer();
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.send(fd, "bytes".getBytes(UTF_8));
          s.send(fd, "text äöü €");
          ByteBuffer direct = ByteBuffer.allocateDirect(6).put("direct".getBytes(UTF_8)).flip();
          ByteBuffer whole = ByteBuffer.wrap("--sliced--".getBytes(UTF_8));
          ByteBuffer sliced = whole.position(2).limit(8).slice();
          ByteBuffer readOnly = ByteBuffer.wrap("read-only".getBytes(UTF_8)).asReadOnlyBuffer();
          for (ByteBuffer buffer : List.of(direct, sliced, readOnly)) {
            assertThat(s.send(fd, buffer)).isTrue();
            buffers.add(buffer);
          }
          whole.put(2, (byte) 'X');
        });

    try (RunningServer running = RunningServer.start(server)) {
      String expected = "bytestext äöü €directslicedread-only";
      RawClient client = running.client().send("?");

      assertThat(client.readText(expected.getBytes(UTF_8).length)).isEqualTo(expected);
      for (int i = 0; i < 3; i++) {
        assertThat(Traffic.take(buffers).hasRemaining()).isFalse();
      }
    }
  }

  @Test
  void tellsACallerWhoGivesNothingWhatIsWanted() {
    Server server = new Server("127.0.0.1", 0);
    Map<ThrowingCallable, String> wrong =
        Map.of(
            () -> server.send(1, (byte[]) null), "data: null (expected: bytes)",
            () -> server.send(1, (String) null), "text: null (expected: text)",
            () -> server.send(1, (ByteBuffer) null), "data: null (expected: a buffer)",
            () -> server.sendwait(1, (byte[]) null), "data: null (expected: bytes)",
            () -> server.sendwait(1, (String) null), "text: null (expected: text)",
            () -> server.sendto("127.0.0.1", 9, (String) null), "text: null (expected: text)");

    wrong.forEach(
        (call, message) ->
            assertThatIllegalArgumentException().isThrownBy(call).withMessage(message));
  }

  @ServerMatrix
  void leavesBufferOfRefusedSendAsItWas(ServerVariant variant) throws Exception {
    BlockingQueue<List<Integer>> answers = new LinkedBlockingQueue<>();
    Server server = variant.newServer().set(Settings.SOCKET_BUFFER_SIZE, 2000);
    server.set(Settings.BUFFER_OUTPUT_SIZE, 1000);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          ByteBuffer buffer = ByteBuffer.allocate(1003).position(1);
          boolean sent = s.send(fd, buffer);
          answers.add(List.of(sent ? 0 : s.getLastError(), buffer.position(), buffer.limit()));
          buffer.position(3);
          sent = s.send(99, buffer);
          answers.add(List.of(sent ? 0 : s.getLastError(), buffer.position(), buffer.limit()));
          // BASE mode writes nothing before the handler returns; in PROCESS mode the kernel is
          // full.
          while (sent || s.getLastError() != 1008) {
            sent = s.send(fd, buffer.position(3));
          }
          answers.add(List.of(s.getLastError(), buffer.position(), buffer.limit()));
          s.close(fd, true);
          sent = s.send(fd, buffer);
          answers.add(List.of(sent ? 0 : s.getLastError(), buffer.position(), buffer.limit()));
        });

    try (RunningServer running = RunningServer.start(server)) {
      running.client(running.clientOptions().receiveBuffer(8 * 1024)).send("?");

      assertThat(Traffic.take(answers)).containsExactly(1202, 1, 1003);
      assertThat(Traffic.take(answers)).containsExactly(1005, 3, 1003);
      assertThat(Traffic.take(answers)).containsExactly(1008, 3, 1003);
      assertThat(Traffic.take(answers)).containsExactly(1001, 3, 1003);
    }
  }

  @ServerMatrix
  void refusesToSendNothing(ServerVariant variant) throws Exception {
    BlockingQueue<Integer> codes = new LinkedBlockingQueue<>();
    Server server = variant.newServer();
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          codes.add(s.send(fd, new byte[0]) ? 0 : s.getLastError());
          codes.add(s.send(fd, "") ? 0 : s.getLastError());
          codes.add(s.send(fd, ByteBuffer.allocate(0)) ? 0 : s.getLastError());
          s.send(fd, "on");
        });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("?").readText(2)).isEqualTo("on");
      assertThat(codes).containsExactly(550, 550, 550);
    }
  }

  @ServerMatrix
  void refusesSessionsThatNeverExisted(ServerVariant variant) throws Exception {
    BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    Server server = variant.newServer();
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          for (long unknown : new long[] {-1, 0, 100, Long.MAX_VALUE, Long.MIN_VALUE}) {
            answers.add(send(s, unknown, "x"));
          }
          answers.add(send(s, fd, "real"));
        });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(server.send(1, "x")).isFalse();
      assertThat(server.getLastError()).isEqualTo(1005);
      assertThat(running.client().send("?").readText(4)).isEqualTo("real");

      for (int i = 0; i < 5; i++) {
        assertThat(Traffic.take(answers)).isEqualTo(new Answer(false, 1005));
      }
      // The code is that of the last failure, whatever has succeeded since.
      assertThat(Traffic.take(answers)).isEqualTo(new Answer(true, 1005));
    }
  }

  @ServerMatrix
  void tellsWhoseCloseEndedTheSession(ServerVariant variant) throws Exception {
    BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    Server server = variant.newServer();
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.close(fd);
          answers.add(send(s, fd, "behind close"));
        });
    server.on(Event.CLOSE, (s, fd, reactorId) -> answers.add(send(s, fd, "inside close")));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send("close me").expectEof();
      client.close();

      assertThat(Traffic.take(answers)).isEqualTo(new Answer(false, 1003));
      assertThat(Traffic.take(answers)).isEqualTo(new Answer(false, 1001));
      Traffic.until(() -> send(server, 1, "later").equals(new Answer(false, 1004)));
    }
  }

  @ServerMatrix
  void tellsThatClientHasClosedWhileItStillReads(ServerVariant variant) throws Exception {
    BlockingQueue<Answer> inClose = new LinkedBlockingQueue<>();
    Server server = variant.newServer();
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, 16 * 1024);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, new byte[1 << 20]));
    server.on(Event.CLOSE, (s, fd, reactorId) -> inClose.add(send(s, fd, "inside close")));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client(running.clientOptions().receiveBuffer(16 * 1024));
      client.send("?").shutdownOutput();

      assertThat(Traffic.take(inClose)).isEqualTo(new Answer(false, 1003));
      Traffic.until(() -> send(server, 1, "late").equals(new Answer(false, 1002)));
      assertThat(client.readUntilEof()).hasSize(1 << 20);
      Traffic.until(() -> send(server, 1, "later").equals(new Answer(false, 1004)));
    }
  }

  @ServerMatrix
  void refusesMoreThanBufferOutputSizeAtOnce(ServerVariant variant) throws Exception {
    BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    Server server = variant.newServer().set(Settings.BUFFER_OUTPUT_SIZE, 1000);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          answers.add(send(s, fd, "x".repeat(1001)));
          answers.add(send(s, fd, "y".repeat(1000)));
        });

    try (RunningServer running = RunningServer.start(server)) {
      assertThat(running.client().send("?").readText(1000)).isEqualTo("y".repeat(1000));
      assertThat(Traffic.take(answers)).isEqualTo(new Answer(false, 1202));
      assertThat(Traffic.take(answers).sent()).isTrue();
    }
  }

  @ServerMatrix
  void keepsLastErrorOfEachThreadApart(ServerVariant variant) throws Exception {
    Server server = echo(variant);

    try (RunningServer running = RunningServer.start(server)) {
      running.client().send("?").readExactly(1);
      assertThat(server.getLastError()).isZero();
      CompletableFuture<Integer> other = new CompletableFuture<>();
      Thread thread =
          new Thread(
              () -> {
                server.send(1, "");
                server.exist(99);
                server.send(1, "fine");
                other.complete(server.getLastError());
              });
      thread.start();
      assertThat(other.get(30, TimeUnit.SECONDS)).isEqualTo(550);
      assertThat(server.getLastError()).isZero();
      server.close(99);
      assertThat(server.getLastError()).isEqualTo(1005);
      thread.join();
    }
  }

  @ServerMatrix
  void sendsFromThreadThatIsNoWorker(ServerVariant variant) {
    Server server = echo(variant);

    try (RunningServer running = RunningServer.start(server)) {
      RawClient first = running.client();
      RawClient second = running.client();
      first.send("?").readExactly(1);
      second.send("?").readExactly(1);

      server.connections().forEach(fd -> assertThat(server.send(fd, "to all")).isTrue());

      assertThat(first.readText(6)).isEqualTo("to all");
      assertThat(second.readText(6)).isEqualTo("to all");
    }
  }

  @ServerMatrix
  void sendsFromWorkerThatDoesNotOwnTheConnection(ServerVariant variant) throws Exception {
    BlockingQueue<Integer> owners = new LinkedBlockingQueue<>();
    Server server = variant.newServer().set(Settings.WORKER_NUM, 2);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          owners.add(s.workerId());
          if (data[0] == '!') {
            s.send(1, "hello from worker " + s.workerId());
          }
        });

    try (RunningServer running = RunningServer.start(server)) {
      RawClient receiver = running.client().send("?");
      int owner = Traffic.take(owners);
      int other = owner;
      for (int i = 0; i < 20 && other == owner; i++) {
        RawClient candidate = running.client().send("?");
        other = Traffic.take(owners);
        if (other != owner) {
          candidate.send("!");
        }
      }

      String expected = "hello from worker " + other;
      assertThat(other).isNotEqualTo(owner);
      assertThat(receiver.readText(expected.length())).isEqualTo(expected);
    }
  }

  @ServerMatrix
  void closedSessionAnswersTheSameToCloseAsToSend(ServerVariant variant) throws Exception {
    BlockingQueue<Integer> codes = new LinkedBlockingQueue<>();
    Server server = variant.newServer();
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> {
          s.close(fd);
          codes.add(s.close(fd) ? 0 : s.getLastError());
        });
    server.on(Event.CLOSE, (s, fd, reactorId) -> codes.add(s.close(fd) ? 0 : s.getLastError()));

    try (RunningServer running = RunningServer.start(server)) {
      RawClient client = running.client();
      client.send("?").expectEof();
      client.close();

      assertThat(Traffic.take(codes)).isEqualTo(1003);
      assertThat(Traffic.take(codes)).isEqualTo(1001);
      Traffic.until(() -> server.getClientInfo(1).isEmpty());
      assertThat(server.close(1)).isFalse();
      assertThat(server.getLastError()).isEqualTo(1004);
      assertThat(server.close(99_999)).isFalse();
      assertThat(server.getLastError()).isEqualTo(1005);
    }
  }
}
