// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.lifecycle;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Takes back the steps of a start, the last first, when a later one fails. Of the starting thread.
 */
final class RollBack {
  private final Deque<Undo> undos = new ArrayDeque<>();

  /** Takes back one step. */
  @FunctionalInterface
  interface Undo {
    void run() throws InterruptedException;
  }

  /** A step is about to be made. */
  void push(Undo undo) {
    undos.push(undo);
  }

  /**
   * Takes everything back, even when the thread is, or gets, interrupted.
   *
   * @param failure why; gets what fails meanwhile as suppressed
   */
  void run(Throwable failure) {
    boolean interrupted = Thread.interrupted();
    while (!undos.isEmpty()) {
      try {
        undos.pop().run();
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (RuntimeException e) {
        failure.addSuppressed(e);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
