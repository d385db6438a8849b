// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.ChildBody;
import io.swoole4j.internal.process.ChildContext;

/**
 * What travels to a worker of a pool.
 *
 * @param spec the pool
 * @param workerId the worker's number
 */
record PoolBody(PoolSpec spec, int workerId) implements ChildBody {

  @Override
  public void run(ChildContext context) throws Exception {
    new PoolWorker(context, spec, workerId).run();
  }
}
