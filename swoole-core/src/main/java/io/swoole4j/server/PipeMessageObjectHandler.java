// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#PIPE_MESSAGE_OBJECT}; {@link PipeMessageHandler} is its other form. */
@FunctionalInterface
public interface PipeMessageObjectHandler extends EventHandler {
  /**
   * Called for every message of {@link Server#sendMessage}; Swoole's {@code onPipeMessage} with
   * {@code event_object}.
   *
   * <p>Runs on the worker or task worker that the message was sent to. What it throws is logged and
   * reported to {@link Event#ERROR}.
   *
   * @param server the server
   * @param message the message and where it comes from
   * @throws Exception anything; the server and the worker go on
   */
  void onPipeMessage(Server server, PipeMessage message) throws Exception;
}
