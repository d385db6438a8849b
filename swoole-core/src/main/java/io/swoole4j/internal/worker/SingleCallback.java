// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import org.jspecify.annotations.Nullable;

/**
 * A delivery of one callback. Immutable.
 *
 * @param task what to run
 * @param sequence whom it keeps order with, null for nobody
 */
record SingleCallback(Runnable task, @Nullable Object sequence) implements Delivery, Callback {
  @Override
  public int size() {
    return 1;
  }

  @Override
  public void run(int index) {
    task.run();
  }

  @Override
  public Callback callback(int index) {
    return this;
  }

  @Override
  public void run() {
    task.run();
  }

  /** Of those that keep order with a connection there are as many as it has ends. */
  @Override
  public boolean isExempt() {
    return sequence != null;
  }
}
