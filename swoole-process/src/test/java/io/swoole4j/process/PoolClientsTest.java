// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.swoole4j.internal.process.posix.Listener;
import io.swoole4j.testing.Descriptors;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients of a worker of a pool, over real sockets and by a clock that the test moves. */
class PoolClientsTest {
  private static final int LIMIT_SECONDS = 30;
  private static final int LONGEST_PACKET = 1000;

  /** More than the kernel takes for somebody who does not read. */
  private static final int LONG_ANSWER = 16 << 20;

  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger looks = new AtomicInteger();
  private final List<Client> all = new ArrayList<>();
  private PoolMessages.Handler handler = this::echo;
  private Descriptors before;
  private io.swoole4j.internal.process.posix.Socket listener;
  private PoolClients clients;

  @BeforeEach
  void listen() throws IOException {
    before = Descriptors.snapshot();
    listener = Listener.tcp("127.0.0.1", 0, 64);
    clients =
        new PoolClients(
            message -> handler.handle(message),
            new PoolSpec(1, IpcType.SOCKET, LONGEST_PACKET, null, null, null),
            listener,
            () -> {
              looks.incrementAndGet();
              return now.get();
            });
  }

  @AfterEach
  void leavesNoDescriptor() throws Exception {
    for (Client client : all) {
      client.socket.close();
    }
    await().pollInSameThread().until(served(() -> clients.size() == 0));
    listener.close();
    before.awaitNothingOpenedSince();
  }

  private void echo(byte[] message) {
    clients.reply(message);
  }

  private void elapse(int amount, TimeUnit unit) {
    now.addAndGet(unit.toNanos(amount));
  }

  /** Serves until something is the case, as a worker does all the time. */
  private void serveUntil(Callable<Boolean> condition) {
    await()
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(served(condition));
  }

  private Callable<Boolean> served(Callable<Boolean> condition) {
    return () -> {
      clients.serveNext();
      return condition.call();
    };
  }

  /** One end of a connection to the worker; whatever it does ends in time. */
  private static final class Client {
    private final Socket socket;
    private final DataInputStream in;

    Client(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(LIMIT_SECONDS * 1000);
      in = new DataInputStream(socket.getInputStream());
    }

    Client write(byte... bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      return this;
    }

    Client writePacket(String packet) throws IOException {
      byte[] bytes = packet.getBytes(UTF_8);
      return write(ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes).array());
    }

    String answer() throws IOException {
      return new String(in.readNBytes(in.readInt()), UTF_8);
    }

    boolean hasAnswer() throws IOException {
      return in.available() > 0;
    }

    /** Waits for the end; what it has sent and nobody has read makes that a reset. */
    boolean isLetGo() throws IOException {
      try {
        return in.read() < 0;
      } catch (SocketException e) {
        return true;
      }
    }
  }

  /**
   * Connects, and waits until the worker has accepted; it does so only once a client is not new.
   */
  private Client connected(byte... begin) throws Exception {
    elapse(20, TimeUnit.MILLISECONDS);
    int count = clients.size();
    Client client = new Client(Listener.port(listener));
    all.add(client);
    client.write(begin);
    serveUntil(() -> clients.size() > count);
    return client;
  }

  @Test
  void haveTenSecondsForTheirPacket() throws Exception {
    Client silent = connected();
    Client begun = connected((byte) 0, (byte) 0);

    elapse(9, TimeUnit.SECONDS);
    clients.serveNext();
    assertThat(clients.size()).isEqualTo(2);
    elapse(1, TimeUnit.SECONDS);
    serveUntil(() -> clients.size() == 0);

    assertThat(silent.isLetGo()).isTrue();
    assertThat(begun.isLetGo()).isTrue();
  }

  @Test
  void areServedBesideOthersThatTakeTheirTime() throws Exception {
    Client silent = connected();
    Client begun = connected((byte) 0, (byte) 0);

    Client quick = connected().writePacket("quick");
    serveUntil(quick::hasAnswer);
    assertThat(quick.answer()).isEqualTo("quick");
    begun.write((byte) 0, (byte) 3).write("end".getBytes(UTF_8));
    serveUntil(begun::hasAnswer);
    assertThat(begun.answer()).isEqualTo("end");
    silent.writePacket("at last");
    serveUntil(silent::hasAnswer);
    assertThat(silent.answer()).isEqualTo("at last");
  }

  @Test
  void haveTheWorkerForThemselvesAtFirst() throws Exception {
    List<String> handled = new ArrayList<>();
    handler =
        message -> {
          handled.add(new String(message, UTF_8));
          echo(message);
        };
    Client first = connected();
    Client second = new Client(Listener.port(listener)).writePacket("later");
    all.add(second);

    clients.serveNext();
    assertThat(clients.size()).isEqualTo(1);
    first.writePacket("first");
    // not until the answer is there: that may take longer than the turn that has written it
    serveUntil(() -> !handled.isEmpty());

    assertThat(handled).containsExactly("first");
    assertThat(first.answer()).isEqualTo("first");
    assertThat(second.hasAnswer()).isFalse();
    serveUntil(second::hasAnswer);
    assertThat(second.answer()).isEqualTo("later");
  }

  @Test
  void makeRoomForTheNewestWhenTheyAreTooMany() throws Exception {
    Client oldest = connected((byte) 0);
    for (int i = 1; i < 32; i++) {
      connected((byte) 0);
    }
    assertThat(clients.size()).isEqualTo(32);

    elapse(20, TimeUnit.MILLISECONDS);
    Client newest = new Client(Listener.port(listener)).writePacket("newest");
    all.add(newest);
    serveUntil(newest::hasAnswer);

    assertThat(newest.answer()).isEqualTo("newest");
    assertThat(oldest.isLetGo()).isTrue();
    assertThat(clients.size()).isEqualTo(31);
  }

  @Test
  void getTheTimeBackThatTheirWorkerHasForAnother() throws Exception {
    Client waiting = connected((byte) 0);
    Client slow = connected();
    handler =
        message -> {
          elapse(60, TimeUnit.SECONDS);
          echo(message);
        };

    slow.writePacket("slow");
    serveUntil(slow::hasAnswer);
    handler = this::echo;
    clients.serveNext();

    waiting.write((byte) 0, (byte) 0, (byte) 1, (byte) 'x');
    serveUntil(waiting::hasAnswer);
    assertThat(waiting.answer()).isEqualTo("x");
  }

  @Test
  void refuseLengthsThatMakeNoSense() throws Exception {
    for (int length : new int[] {0, -1, LONGEST_PACKET + 1, Integer.MAX_VALUE}) {
      Client client = connected().write(ByteBuffer.allocate(4).putInt(length).array());

      serveUntil(() -> clients.size() == 0);
      assertThat(client.isLetGo()).as("length %d", length).isTrue();
    }
    String longest = "x".repeat(LONGEST_PACKET);
    Client client = connected().writePacket(longest);
    serveUntil(client::hasAnswer);
    assertThat(client.answer()).isEqualTo(longest);
  }

  @Test
  void haveTenSecondsToTakeTheirAnswer() throws Exception {
    handler = message -> clients.reply(new byte[LONG_ANSWER]);
    Client client = connected().writePacket("much");
    serveUntil(client::hasAnswer);

    elapse(9, TimeUnit.SECONDS);
    clients.serveNext();
    assertThat(clients.size()).isEqualTo(1);
    elapse(1, TimeUnit.SECONDS);
    serveUntil(() -> clients.size() == 0);
    assertThat(client.in.readNBytes(4 + LONG_ANSWER)).hasSizeLessThan(LONG_ANSWER);
  }

  /** Runs a part of the worker's life elsewhere and waits until it has begun. */
  private CompletableFuture<Void> run(Callable<?> part) {
    int seen = looks.get();
    CompletableFuture<Void> running =
        CompletableFuture.runAsync(
            () -> {
              try {
                part.call();
              } catch (Exception e) {
                throw new CompletionException(e);
              }
            });
    // a look for the end of its time, and one whether that has come
    await().until(() -> looks.get() > seen + 1);
    return running;
  }

  @Test
  void takeTheirAnswersAfterTheSecondThatOthersHaveWhenTheWorkerLeaves() throws Exception {
    handler = message -> clients.reply(new byte[LONG_ANSWER]);
    Client answered = connected().writePacket("much");
    serveUntil(answered::hasAnswer);
    Client begun = connected((byte) 0);

    CompletableFuture<Void> leaving =
        run(
            () -> {
              clients.finish();
              return null;
            });
    elapse(5, TimeUnit.SECONDS);
    begun.write((byte) 0);

    assertThat(begun.isLetGo()).isTrue();
    assertThat(answered.in.readInt()).isEqualTo(LONG_ANSWER);
    assertThat(answered.in.readNBytes(LONG_ANSWER)).hasSize(LONG_ANSWER);
    assertThat(answered.isLetGo()).isTrue();
    assertThat(leaving).succeedsWithin(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void takeTheirAnswersWhenTheWorkerFailsOverAnother() throws Exception {
    handler = message -> clients.reply(new byte[LONG_ANSWER]);
    Client answered = connected().writePacket("much");
    serveUntil(answered::hasAnswer);
    Client fatal = connected();
    handler =
        message -> {
          throw new IllegalStateException("on purpose");
        };

    CompletableFuture<Void> failing =
        run(
            () -> {
              while (true) {
                clients.serveNext();
              }
            });
    fatal.writePacket("fatal");

    assertThat(fatal.isLetGo()).isTrue();
    assertThat(answered.in.readInt()).isEqualTo(LONG_ANSWER);
    assertThat(answered.in.readNBytes(LONG_ANSWER)).hasSize(LONG_ANSWER);
    assertThat(failing)
        .failsWithin(LIMIT_SECONDS, TimeUnit.SECONDS)
        .withThrowableThat()
        .withRootCauseInstanceOf(IllegalStateException.class)
        .withStackTraceContaining("on purpose");
  }
}
