// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a child JVM knows about itself and its parent. Made before the child's body runs; any
 * thread.
 */
public final class ChildContext {
  private static volatile @Nullable ChildContext current;

  private final Boot boot;
  private final Frames parent;
  private final List<Consumer<Frames.Frame>> listeners = new ArrayList<>();

  /** What came before anybody listened. */
  private final List<Frames.Frame> early = new ArrayList<>();

  ChildContext(Boot boot, Frames parent) {
    this.boot = boot;
    this.parent = parent;
  }

  /** Makes it the one of this JVM. */
  void install() {
    current = this;
  }

  /** That of this JVM, if it is a child. */
  public static Optional<ChildContext> current() {
    return Optional.ofNullable(current);
  }

  /** What it was told. */
  public Boot boot() {
    return boot;
  }

  /** The way to the parent. */
  public Frames parent() {
    return parent;
  }

  /**
   * Gives frames of the parent to somebody, on the thread that reads them; those that came before
   * the first listener at once.
   */
  public synchronized void listen(Consumer<Frames.Frame> listener) {
    listeners.add(listener);
    early.forEach(listener);
    early.clear();
  }

  synchronized void received(Frames.Frame frame) {
    if (listeners.isEmpty()) {
      early.add(frame);
    }
    listeners.forEach(listener -> listener.accept(frame));
  }
}
