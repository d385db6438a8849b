// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.swoole4j.setting.Scope;
import io.swoole4j.setting.Settings;
import io.swoole4j.spi.UserProcess;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways to bind handlers to events, and which handler is called in the end. */
class HandlerBindingTest {

  private static final EventHandler NOTHING = new EventHandler() {};

  private static ReceiveHandler answering(String answer) {
    return (server, fd, reactorId, data) -> server.send(fd, answer);
  }

  private static String ask(Server server) {
    try (RunningServer running = RunningServer.start(server)) {
      return running.client().send("?").readText(1);
    }
  }

  @ServerMatrix
  void callsLastHandlerBound(ServerVariant variant) {
    Server server = variant.newServer();
    for (int i = 0; i < 1000; i++) {
      server.on(Event.RECEIVE, answering("x"));
    }
    server.on(Event.RECEIVE, answering("y"));

    assertThat(ask(server)).isEqualTo("y");
  }

  @Test
  void forgetsHandlersThatWereReplaced() {
    Server server = new Server("127.0.0.1", 0);
    List<WeakReference<ReceiveHandler>> replaced = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      // With something captured each is an object of its own.
      ReceiveHandler handler = answering(String.valueOf(i));
      server.on(Event.RECEIVE, handler);
      replaced.add(new WeakReference<>(handler));
    }
    replaced.remove(replaced.size() - 1);

    await()
        .until(
            () -> {
              System.gc();
              return replaced.stream().allMatch(handler -> handler.refersTo(null));
            });
    assertThat(server.getCallback(Event.RECEIVE)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"receive", "Receive", "RECEIVE", "reCEive"})
  void bindsByNameInAnyCase(String name) {
    Server server = new Server("127.0.0.1", 0, ServerMode.BASE, SocketType.TCP);
    server.on(name, answering("n"));

    assertThat(ask(server)).isEqualTo("n");
  }

  @Test
  void findsEveryEventByItsName() {
    Server server = new Server("127.0.0.1", 0);

    assertThat(Event.all())
        .extracting(Event::name)
        .contains(
            "start",
            "managerStart",
            "workerStart",
            "connect",
            "receive",
            "close",
            "workerStop",
            "managerStop",
            "shutdown",
            "beforeShutdown",
            "workerError",
            "error");
    for (Event<?> event : Event.all()) {
      assertThatThrownBy(() -> server.on(event.name().toUpperCase(Locale.ROOT), NOTHING))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected: ")
          .hasMessageContaining(event.handlerType().getSimpleName());
    }
  }

  @Test
  void refusesEventThatDoesNotExist() {
    Server server = new Server("127.0.0.1", 0);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.on("recieve", answering("x")))
        .withMessageStartingWith("event: recieve (expected: one of [start, ")
        .withMessageContaining("workerStop, ")
        .withMessageNotContaining("connect, connect");
  }

  @Test
  @SuppressWarnings({"unchecked", "rawtypes"}) // as a caller without generics would
  void refusesHandlerOfAnotherEvent() {
    Server server = new Server("127.0.0.1", 0);
    CloseHandler close = (s, fd, reactorId) -> {};

    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.on("receive", close))
        .withMessageContaining("(expected: ReceiveHandler or ReceiveObjectHandler)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.on((Event) Event.RECEIVE, close))
        .withMessageContaining("(expected: ReceiveHandler)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.on(Event.RECEIVE, null))
        .withMessage("receive: null (expected: ReceiveHandler)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.on(NOTHING))
        .withMessageContaining("expected: a handler of [start, ");
  }

  @Test
  void refusesEventOfProtocolThatServerDoesNotSpeak() {
    Server server = new Server("127.0.0.1", 0);
    Event<StartHandler> foreign =
        Event.of("start", StartHandler.class, Scope.SERVER, "not the server's");

    assertThatIllegalArgumentException().isThrownBy(() -> server.on(foreign, s -> {}));
  }

  /** Handles two events. */
  private static final class Both implements ReceiveHandler, StartHandler {
    private final Journal journal;

    Both(Journal journal) {
      this.journal = journal;
    }

    @Override
    public void onReceive(Server server, long fd, int reactorId, byte[] data) {
      server.send(fd, "b");
    }

    @Override
    public void onStart(Server server) {
      journal.add("start of object");
    }
  }

  @ServerMatrix
  void bindsObjectToEveryEventItHandles(ServerVariant variant) {
    Journal journal = new Journal();
    Server server = variant.newServer().on(new Both(journal));

    assertThat(ask(server)).isEqualTo("b");
    assertThat(journal.lines()).containsExactly("start of object");
  }

  @ServerMatrix
  void letsLaterBindingWinOverObjectAndObjectOverEarlierOne(ServerVariant variant) {
    Journal journal = new Journal();
    Server server = variant.newServer();
    server.on(Event.START, s -> journal.add("earlier start"));
    server.on(new Both(journal));
    server.on(Event.RECEIVE, answering("l"));

    assertThat(ask(server)).isEqualTo("l");
    assertThat(journal.lines()).containsExactly("start of object");
  }

  /** A server that handles events itself. */
  private static final class Own extends Server implements ReceiveHandler, StartHandler {
    private final Journal journal = new Journal();

    Own(ServerMode mode) {
      super("127.0.0.1", 0, mode, SocketType.TCP);
    }

    @Override
    public void onReceive(Server server, long fd, int reactorId, byte[] data) {
      journal.add("same server " + (server == this));
      send(fd, "o");
    }

    @Override
    public void onStart(Server server) {
      journal.add("own start");
    }
  }

  @ServerMatrix
  void bindsSubclassToEventsItHandles(ServerVariant variant) {
    Own server = variant.prepare(new Own(variant.mode()));

    assertThat(ask(server)).isEqualTo("o");
    assertThat(server.journal.lines()).containsExactly("own start", "same server true");
  }

  @ServerMatrix
  void bindsSubclassOnlyToFreeEvents(ServerVariant variant) {
    Own server = variant.prepare(new Own(variant.mode()));
    server.on(Event.RECEIVE, answering("p"));

    assertThat(ask(server)).isEqualTo("p");
    assertThat(server.journal.lines()).containsExactly("own start");
  }

  @ServerMatrix
  void bindsPortBeforeServer(ServerVariant variant) {
    Server server = variant.newServer().on(Event.RECEIVE, answering("s"));
    server.ports().get(0).on(Event.RECEIVE, answering("q"));

    assertThat(ask(server)).isEqualTo("q");
  }

  @ServerMatrix
  void refusesChangesOnceStarted(ServerVariant variant) {
    Server server = variant.newServer().on(Event.RECEIVE, answering("x"));
    server.set(Settings.MAX_WAIT_TIME, 2.0);

    RunningServer running = RunningServer.start(server);
    refusesChanges(server);
    running.close();
    refusesChanges(server);

    assertThat(server.setting(Settings.MAX_WAIT_TIME)).isEqualTo(2.0);
  }

  private static void refusesChanges(Server server) {
    ServerPort port = server.ports().get(0);
    List<Runnable> changes =
        List.of(
            () -> server.on(Event.RECEIVE, answering("y")),
            () -> server.on("receive", answering("y")),
            () -> server.on(new Both(new Journal())),
            () -> port.on(Event.RECEIVE, answering("y")),
            () -> server.set(Settings.MAX_WAIT_TIME, 1.0),
            () -> server.set("max_wait_time", 1),
            () -> server.set(Map.of("max_wait_time", 1)),
            () -> port.set(Map.of("backlog", 1)),
            () -> server.workerHandlers(id -> answering("y")),
            () -> server.addProcess(UserProcess.thread((s, id) -> {})));
    for (Runnable change : changes) {
      assertThatThrownBy(change::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(server.state().name());
    }
  }
}
