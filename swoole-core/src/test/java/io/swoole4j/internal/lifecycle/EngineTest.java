// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.lifecycle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swoole4j.error.PortBindException;
import io.swoole4j.internal.codec.FramingException;
import io.swoole4j.internal.codec.RawFramer;
import io.swoole4j.internal.dispatch.Dispatcher;
import io.swoole4j.internal.net.Connection;
import io.swoole4j.internal.net.ConnectionEvents;
import io.swoole4j.internal.net.ConnectionRules;
import io.swoole4j.internal.net.Datagram;
import io.swoole4j.internal.net.DatagramPort;
import io.swoole4j.internal.net.InboundRules;
import io.swoole4j.internal.net.ListenerSpec;
import io.swoole4j.internal.net.SocketOptions;
import io.swoole4j.internal.net.TrafficCounters;
import io.swoole4j.internal.net.Transport;
import io.swoole4j.internal.util.Clock;
import io.swoole4j.internal.util.Logging;
import io.swoole4j.internal.worker.CallbackRunner;
import io.swoole4j.internal.worker.RequestLimit;
import io.swoole4j.internal.worker.WorkerEvents;
import io.swoole4j.server.Journal;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.testing.Descriptors;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The engine without the layer above it: what it calls, and what it leaves when it fails. */
class EngineTest {

  private final Journal journal = new Journal();
  private final StateMachine state = new StateMachine();

  /** Whether the calling thread is inside the runner. */
  private final ThreadLocal<Boolean> inRunner = ThreadLocal.withInitial(() -> false);

  private void note(String event) {
    journal.add(event + (inRunner.get() ? "" : " outside of the runner"));
  }

  /** Marks the thread while a callback runs. */
  private final CallbackRunner marking =
      (delivery, index) -> {
        boolean before = inRunner.get();
        inRunner.set(true);
        try {
          delivery.run(index);
        } finally {
          inRunner.set(before);
        }
      };

  /** Writes down what happens on workers; answers bytes, and "error" with one. */
  private final class Events implements ConnectionEvents, WorkerEvents {
    @Override
    public void workerStarted(int workerId) {
      note("workerStarted");
    }

    @Override
    public void workerStopped(int workerId) {
      note("workerStopped");
    }

    @Override
    public void connected(Connection connection) {
      note("connected");
    }

    @Override
    public void received(Connection connection, byte[] data) {
      note("received");
      switch (new String(data, UTF_8)) {
        case "error" -> throw new AssertionError("asked for");
        case "close" -> connection.close(false);
        default -> connection.output().send(data);
      }
    }

    @Override
    public void closed(Connection connection, int reactorId) {
      note("closed");
    }

    @Override
    public void protocolMessage(Connection connection, Object message) {
      note("protocolMessage");
    }

    @Override
    public Object sequence(Object message) {
      return null;
    }

    @Override
    public boolean protocolMessageRefused(Connection connection, Object message) {
      return false;
    }

    @Override
    public boolean handlesConnect(Connection connection) {
      return true;
    }

    @Override
    public void protocolMessageDropped(Connection connection, Object message) {
      throw new AssertionError("no protocol here");
    }

    @Override
    public void bufferFull(Connection connection) {
      note("bufferFull");
    }

    @Override
    public void bufferEmpty(Connection connection) {
      note("bufferEmpty");
    }

    @Override
    public void discarded(Connection connection) {
      note("discarded");
    }

    @Override
    public void datagram(DatagramPort port, int reactorId, Datagram datagram) {
      throw new AssertionError("no datagram is sent here");
    }

    @Override
    public void violated(Connection connection, FramingException violation) {
      throw new AssertionError("no framing is violated here", violation);
    }

    @Override
    public void failed(Connection connection, Throwable cause) {
      throw new AssertionError("no pipeline fails here", cause);
    }
  }

  /** Writes down what happens on the manager's thread. */
  private final class Life implements EngineEvents {
    @Override
    public void started() {
      journal.add("started");
    }

    @Override
    public void managerStarted() {
      journal.add("managerStarted");
    }

    @Override
    public void workersStarted() {
      journal.add("workersStarted");
    }

    @Override
    public void workersStopped(long nanos) {
      journal.add("workersStopped");
    }

    @Override
    public void beforeReload() {
      journal.add("beforeReload");
    }

    @Override
    public void afterReload() {
      journal.add("afterReload");
    }

    @Override
    public void beforeShutdown() {
      journal.add("beforeShutdown");
    }

    @Override
    public void draining() {
      journal.add("draining");
    }

    @Override
    public void managerStopped() {
      journal.add("managerStopped");
    }

    @Override
    public void shutdown() {
      journal.add("shutdown");
    }

    @Override
    public void workerError(int workerId, Throwable cause) {
      journal.add("workerError " + cause.getMessage());
    }
  }

  private static ListenerSpec listener(int index, int port) {
    SocketOptions options = new SocketOptions(512, true, 0, 0, 0, false, 3600, 60, 5, 0, 0, false);
    return new ListenerSpec(
        index,
        "127.0.0.1",
        port,
        SocketType.TCP,
        null,
        -1,
        options,
        RawFramer::new,
        null,
        new ConnectionRules(1 << 20, Long.MAX_VALUE, 0, 0, 0, 0, false, false, null, null),
        new Object());
  }

  private Engine engine(
      ServerVariant variant,
      Function<TrafficCounters, Dispatcher> dispatcher,
      ListenerSpec... listeners) {
    Events events = new Events();
    return new Engine(
        new EngineConfig(
            variant.mode() == ServerMode.BASE,
            true,
            Transport.of(variant.transport(), Logging.UNLIMITED),
            1,
            1,
            0,
            List.of(listeners),
            false,
            100,
            0,
            new InboundRules(true, false, 1 << 20, 30_000, 0, 0),
            dispatcher,
            TimeUnit.SECONDS.toNanos(60),
            RequestLimit.NONE,
            RequestLimit.NONE,
            true,
            TimeUnit.SECONDS.toNanos(5),
            (role, number) -> {},
            (threads, role) -> marking,
            Logging.UNLIMITED,
            Clock.SYSTEM),
        new Life(),
        events,
        events,
        state);
  }

  private static Dispatcher byFd(TrafficCounters counters) {
    return Dispatcher.ofMode(2, () -> {});
  }

  @ServerMatrix
  void runsEveryCallbackOfWorkersThroughTheRunner(ServerVariant variant) throws Exception {
    Engine engine = engine(variant, EngineTest::byFd, listener(0, 0));
    state.starting();
    engine.start(() -> journal.add("bound"));
    state.running();

    int port = engine.ports().get(0).boundPort();
    try (RawClient first = RawClient.connect("127.0.0.1", port);
        RawClient second = RawClient.connect("127.0.0.1", port)) {
      assertThat(first.send("ab").readText(2)).isEqualTo("ab");
      first.send("error");
      journal.waitFor("workerStarted", 2);
      first.send("close").expectEof();
      second.send("cd").readText(2);
      second.close();
      journal.waitFor("closed", 2);
    }
    try (RawClient open = RawClient.connect("127.0.0.1", port)) {
      journal.waitFor("connected", 3);
      state.requestStop();
      engine.stop();
      open.expectEof();
    }
    assertThat(state.awaitTerminated(TimeUnit.SECONDS.toNanos(30))).isTrue();

    assertThat(journal.lines()).noneMatch(line -> line.endsWith("outside of the runner"));
    assertThat(journal.lines())
        .startsWith("bound", "started", "managerStarted")
        .contains("workersStarted", "workerError asked for")
        .endsWith(
            "beforeShutdown",
            "draining",
            "closed",
            "workerStopped",
            "workersStopped",
            "managerStopped",
            "shutdown");
  }

  @ServerMatrix
  void closesFirstPortWhenSecondCannotBeHad(ServerVariant variant) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Descriptors before = Descriptors.snapshot();
      Engine engine =
          engine(variant, EngineTest::byFd, listener(0, 0), listener(1, taken.getLocalPort()));

      assertThatThrownBy(() -> engine.start(() -> journal.add("bound")))
          .isInstanceOfSatisfying(
              PortBindException.class,
              failure -> assertThat(failure.port()).isEqualTo(taken.getLocalPort()));

      assertThat(engine.ports().get(0).boundPort()).isPositive();
      assertThat(journal.lines()).isEmpty();
      before.awaitNothingOpenedSince();
    }
  }

  @ServerMatrix
  void leavesNothingWhenWhatFollowsTheBindFails(ServerVariant variant) {
    Descriptors before = Descriptors.snapshot();
    for (Throwable failure : List.of(new IllegalStateException("a"), new AssertionError("b"))) {
      Engine engine = engine(variant, EngineTest::byFd, listener(0, 0), listener(1, 0));

      assertThatThrownBy(
              () ->
                  engine.start(
                      () -> {
                        if (failure instanceof Error error) {
                          throw error;
                        }
                        throw (RuntimeException) failure;
                      }))
          .isSameAs(failure)
          .hasNoSuppressedExceptions();
    }

    assertThat(journal.lines()).isEmpty();
    before.awaitNothingOpenedSince();
  }

  @ServerMatrix(modes = ServerMode.PROCESS)
  void opensNothingWhenItCannotBeMade(ServerVariant variant) {
    Descriptors before = Descriptors.snapshot();
    Function<TrafficCounters, Dispatcher> failing =
        counters -> {
          throw new IllegalStateException("no dispatcher");
        };

    assertThatThrownBy(() -> engine(variant, failing, listener(0, 0))).hasMessage("no dispatcher");
    before.awaitNothingOpenedSince();
  }
}
