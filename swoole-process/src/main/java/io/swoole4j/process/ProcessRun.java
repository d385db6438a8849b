// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.Child;
import io.swoole4j.spi.UserProcess;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** One run of a child JVM beside a server. Called by the server's threads. */
final class ProcessRun implements UserProcess.Run {
  /** How a shell counts ends by a signal. */
  private static final int BY_SIGNAL = 128;

  private final Child child;
  private final Runnable lastEnd;
  private volatile boolean stopping;

  /**
   * A run.
   *
   * @param child the child
   * @param lastEnd what to do once no other will follow
   */
  ProcessRun(Child child, Runnable lastEnd) {
    this.child = child;
    this.lastEnd = lastEnd;
  }

  /** Tells why it does not run, unless that is because it was asked to end. */
  void onFailure(Consumer<String> listener) {
    child.report().thenAccept(failure -> failure.filter(why -> !stopping).ifPresent(listener));
  }

  @Override
  public long pid() {
    return child.pid();
  }

  @Override
  public CompletionStage<?> ready() {
    CompletableFuture<Boolean> ready = new CompletableFuture<>();
    child
        .report()
        .thenAccept(
            failure -> {
              if (failure.isEmpty()) {
                ready.complete(true);
              }
            });
    return ready;
  }

  @Override
  public CompletionStage<Integer> exit() {
    return child.exit().thenApply(end -> end.signal() == 0 ? end.code() : BY_SIGNAL + end.signal());
  }

  @Override
  public void stop() {
    stopping = true;
    child.kill(Signals.SIGTERM);
    child.exit().thenRun(lastEnd);
  }

  @Override
  public void kill() {
    child.kill(Signals.SIGKILL);
  }
}
