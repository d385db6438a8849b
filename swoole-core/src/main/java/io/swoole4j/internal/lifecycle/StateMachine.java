// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.lifecycle;

import io.swoole4j.server.ServerState;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where one server stands in its only life, and who may move it on. Safe from any thread. */
public final class StateMachine {
  private final CountDownLatch terminated = new CountDownLatch(1);
  private final CompletableFuture<Void> stopRequest = new CompletableFuture<>();
  private ServerState state = ServerState.NEW;
  private @Nullable Throwable failure;

  /**
   * Where it stands.
   *
   * @return the state
   */
  public synchronized ServerState state() {
    return state;
  }

  /**
   * NEW to STARTING.
   *
   * @throws IllegalStateException in any other state
   */
  public synchronized void starting() {
    if (state != ServerState.NEW) {
      String hint = "";
      if (state == ServerState.TERMINATED) {
        hint = failure == null ? ", it has been shut down" : ", its start has failed";
      }
      throw new IllegalStateException("server: " + state + hint + " (expected: NEW)", failure);
    }
    state = ServerState.STARTING;
  }

  /**
   * STARTING to RUNNING, or straight on to STOPPING when the end was asked for meanwhile.
   *
   * @return false if the caller has to stop the server at once
   */
  public synchronized boolean running() {
    boolean stop = stopRequest.isDone();
    state = stop ? ServerState.STOPPING : ServerState.RUNNING;
    return !stop;
  }

  /**
   * STARTING to TERMINATED.
   *
   * @param cause why the start failed
   */
  public synchronized void failed(Throwable cause) {
    failure = cause;
    terminated();
  }

  /** What became of a request to stop. */
  public enum StopAnswer {
    /** There is nothing to stop: the server was not started, or its start failed. */
    REFUSED,
    /** The server stops without further help, or has stopped already. */
    NOTED,
    /** The caller has to stop the server. */
    BEGIN
  }

  /**
   * Asks for the end: RUNNING to STOPPING. A server that is still starting stops once it has
   * started.
   *
   * @return what the caller has to do
   */
  public synchronized StopAnswer requestStop() {
    if (state == ServerState.STARTING || state == ServerState.RUNNING) {
      stopRequest.complete(null);
    }
    if (state == ServerState.RUNNING) {
      state = ServerState.STOPPING;
      return StopAnswer.BEGIN;
    }
    return state == ServerState.NEW || failure != null ? StopAnswer.REFUSED : StopAnswer.NOTED;
  }

  /**
   * Done when the end was asked for.
   *
   * @return a future that never fails
   */
  public CompletableFuture<Void> stopRequest() {
    return stopRequest;
  }

  /** The end. */
  public synchronized void terminated() {
    state = ServerState.TERMINATED;
    terminated.countDown();
  }

  /**
   * Waits for the end.
   *
   * @param nanos how long at most
   * @return whether it has come
   * @throws InterruptedException if interrupted meanwhile
   */
  public boolean awaitTerminated(long nanos) throws InterruptedException {
    return terminated.await(Math.max(0, nanos), TimeUnit.NANOSECONDS);
  }
}
