// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.ChildBody;
import io.swoole4j.internal.process.ChildContext;

/**
 * What travels to the child of a {@link SwooleProcess}.
 *
 * @param callback what it runs
 */
record ProcessBody(SwooleProcess.Callback callback) implements ChildBody {
  /** Read by {@code io.swoole4j.timer.Timer}. */
  private static final String TIMERS_KEEP_ALIVE = "swoole4j.timer.keepAlive";

  @Override
  public void run(ChildContext context) throws Exception {
    run(context, callback);
  }

  /** In the child, which goes on behind its callback as long as it has timers. */
  static void run(ChildContext context, SwooleProcess.Callback callback) throws Exception {
    System.setProperty(TIMERS_KEEP_ALIVE, "true");
    callback.run(new SwooleProcess(context, callback));
  }
}
