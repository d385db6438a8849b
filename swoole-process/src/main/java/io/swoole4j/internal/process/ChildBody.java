// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

import java.io.Serializable;

/** What a child JVM does. It is serialised by the parent and runs on the child's main thread. */
@FunctionalInterface
public interface ChildBody extends Serializable {
  /**
   * Begins a body that is not serialised: the name of its class follows, and what that class's
   * constructor reads from a {@link java.io.DataInputStream}. Java's own serialisation begins with
   * {@code 0xAC}.
   */
  byte PLAIN = 0;

  /**
   * Runs it. The child goes on as long as there are threads that keep a JVM alive.
   *
   * @param context where it runs
   * @throws Exception anything: the child ends with exit code 255
   */
  void run(ChildContext context) throws Exception;
}
