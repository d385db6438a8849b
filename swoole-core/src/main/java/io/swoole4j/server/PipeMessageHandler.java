// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#PIPE_MESSAGE}. */
@FunctionalInterface
public interface PipeMessageHandler extends EventHandler {
  /**
   * Called for every message of {@link Server#sendMessage}; Swoole's {@code onPipeMessage}.
   *
   * <p>Runs on the worker or task worker that the message was sent to. What it throws is logged and
   * reported to {@link Event#ERROR}.
   *
   * @param server the server
   * @param srcWorkerId the id of the worker or user process that sent it, -1 for other threads such
   *     as the manager's
   * @param message the message, the same object
   * @throws Exception anything; the server and the worker go on
   */
  void onPipeMessage(Server server, int srcWorkerId, Object message) throws Exception;
}
