// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Handles {@link Event#BUFFER_FULL}. */
@FunctionalInterface
public interface BufferFullHandler extends EventHandler {
  /**
   * Called when buffer_high_watermark bytes or more wait for a client, so that nothing more should
   * be sent to it for now; Swoole's {@code onBufferFull}. Called again only after {@link
   * BufferEmptyHandler}. A file of sendfile does not count. Suppressed as {@link ConnectHandler}
   * is.
   *
   * <p>Runs on the connection's worker, behind the handler that sent. What it throws is logged and
   * reported to {@link Event#ERROR}.
   *
   * @param server the server
   * @param fd the session id
   * @throws Exception anything; the server and the worker go on
   */
  void onBufferFull(Server server, long fd) throws Exception;
}
