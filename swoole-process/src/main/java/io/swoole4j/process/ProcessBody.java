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

  @Override
  public void run(ChildContext context) throws Exception {
    callback.run(new SwooleProcess(context, callback));
  }
}
