// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

/**
 * A callback of which the child makes an object itself.
 *
 * @param type its class
 */
record NamedCallback(Class<? extends SwooleProcess.Callback> type)
    implements SwooleProcess.Callback {

  @Override
  public void run(SwooleProcess process) throws Exception {
    type.getConstructor().newInstance().run(process);
  }

  /** The class that a callback was written as. */
  static Class<?> classOf(SwooleProcess.Callback callback) {
    if (callback instanceof PlainLambda lambda) {
      return lambda.capturing();
    }
    return callback instanceof NamedCallback named ? named.type() : callback.getClass();
  }
}
