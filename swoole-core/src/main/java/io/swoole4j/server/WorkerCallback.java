// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** What {@link Server#after} and {@link Server#defer} run. */
@FunctionalInterface
public interface WorkerCallback {
  /**
   * Called once on the worker that asked for it. What it throws is logged and reported to {@link
   * Event#ERROR}.
   *
   * @throws Exception anything
   */
  void run() throws Exception;
}
