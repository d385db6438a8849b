// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.testing.Descriptors;
import io.swoole4j.testing.ExpectErrors;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.util.Set;

/** A shutdown may be asked for from every handler. */
class ShutdownFromHandlerTest {

  private static final Set<String> OF_THE_END =
      Set.of("beforeShutdown", "workerStop", "managerStop", "shutdown");

  /** Handles every event and asks for the end in one of them. */
  private static final class Stopper
      implements StartHandler,
          ManagerStartHandler,
          WorkerStartHandler,
          ConnectHandler,
          ReceiveHandler,
          CloseHandler,
          WorkerStopHandler,
          BeforeShutdownHandler,
          ManagerStopHandler,
          ShutdownHandler,
          ErrorHandler {
    private final String event;
    private final Journal journal = new Journal();

    Stopper(String event) {
      this.event = event;
    }

    private void called(Server server, String which) {
      journal.add(which.equals(event) ? which + " asks " + server.shutdown() : which);
    }

    @Override
    public void onStart(Server server) {
      called(server, "start");
    }

    @Override
    public void onManagerStart(Server server) {
      called(server, "managerStart");
    }

    @Override
    public void onWorkerStart(Server server, int workerId) {
      called(server, "workerStart");
    }

    @Override
    public void onConnect(Server server, long fd, int reactorId) {
      called(server, "connect");
    }

    @Override
    public void onReceive(Server server, long fd, int reactorId, byte[] data) {
      called(server, "receive");
      if (event.equals("error")) {
        throw new IllegalStateException("so that there is an error");
      }
    }

    @Override
    public void onClose(Server server, long fd, int reactorId) {
      called(server, "close");
    }

    @Override
    public void onWorkerStop(Server server, int workerId) {
      called(server, "workerStop");
    }

    @Override
    public void onBeforeShutdown(Server server) {
      called(server, "beforeShutdown");
    }

    @Override
    public void onManagerStop(Server server) {
      called(server, "managerStop");
    }

    @Override
    public void onShutdown(Server server) {
      called(server, "shutdown");
    }

    @Override
    public void onError(Server server, Event<?> event, long fd, int workerId, Throwable cause) {
      called(server, "error");
    }
  }

  private static void shutsDownFrom(String event, ServerVariant variant) {
    Descriptors before = Descriptors.snapshot();
    Stopper stopper = new Stopper(event);
    Server server = variant.newServer().set("worker_num", 2).on(stopper);
    server.set("max_wait_time", 60);

    try (RunningServer running = RunningServer.start(server)) {
      if (OF_THE_END.contains(event)) {
        server.shutdown();
      } else if (Set.of("connect", "receive", "close", "error").contains(event)) {
        RawClient client = running.client().sendIfOpen("hello");
        if (event.equals("close")) {
          client.close();
        } else {
          client.expectClosed();
        }
      }
      stopper.journal.waitFor(event + " asks true");
      running.awaitTerminated();
    }

    assertThat(stopper.journal.lines()).doesNotContain(event + " asks false");
    assertThat(stopper.journal.lines())
        .endsWith(event.equals("shutdown") ? "shutdown asks true" : "shutdown");
    assertThat(stopper.journal.lines().stream().filter(line -> line.startsWith("workerStop")))
        .hasSize(2);
    before.awaitNothingOpenedSince();
  }

  @ServerMatrix
  void whenStarting(ServerVariant variant) {
    shutsDownFrom("start", variant);
    shutsDownFrom("managerStart", variant);
    shutsDownFrom("workerStart", variant);
  }

  @ServerMatrix
  void whenClientConnects(ServerVariant variant) {
    shutsDownFrom("connect", variant);
  }

  @ServerMatrix
  void whenDataArrives(ServerVariant variant) {
    shutsDownFrom("receive", variant);
  }

  @ServerMatrix
  void whenClientLeaves(ServerVariant variant) {
    shutsDownFrom("close", variant);
  }

  @ServerMatrix
  @ExpectErrors("handler of receive threw")
  void whenHandlerHasFailed(ServerVariant variant) {
    shutsDownFrom("error", variant);
  }

  @ServerMatrix
  void whenEndingAlready(ServerVariant variant) {
    OF_THE_END.forEach(event -> shutsDownFrom(event, variant));
  }
}
