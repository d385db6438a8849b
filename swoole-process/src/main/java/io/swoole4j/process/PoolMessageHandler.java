// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import java.io.Serializable;

/** Handles messages of a pool, in the JVM of the worker that got them. */
@FunctionalInterface
public interface PoolMessageHandler extends Serializable {
  /**
   * Called on the worker's main thread, one message after the other.
   *
   * @param pool the pool as the worker sees it
   * @param data the message
   * @throws Exception anything: it is printed and the worker ends with code 255
   */
  void onMessage(ProcessPool pool, byte[] data) throws Exception;
}
