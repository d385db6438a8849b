// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#BUFFER_EMPTY}. */
@FunctionalInterface
public interface BufferEmptyHandler extends EventHandler {
  /**
   * Called when a client whose output was full has taken all but buffer_low_watermark bytes, so
   * that sending may go on; Swoole's {@code onBufferEmpty}. Once after each {@link
   * BufferFullHandler}, unless the connection ends. Suppressed as {@link ConnectHandler} is.
   *
   * <p>Runs on the connection's worker. What it throws is logged and reported to {@link
   * Event#ERROR}.
   *
   * @param server the server
   * @param fd the session id
   * @throws Exception anything; the server and the worker go on
   */
  void onBufferEmpty(Server server, long fd) throws Exception;
}
