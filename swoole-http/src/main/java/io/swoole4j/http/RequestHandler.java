// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import io.swoole4j.server.EventHandler;

/** Handles {@link HttpEvent#REQUEST}; Swoole's {@code onRequest}. */
@FunctionalInterface
public interface RequestHandler extends EventHandler {
  /**
   * Called for every whole request; Swoole's {@code onRequest}. Required on a port that speaks
   * HTTP.
   *
   * <p>Runs on a worker chosen by the dispatch mode. When it returns without having ended the
   * response, an empty one is sent, unless it was {@linkplain Response#detach detached}.
   *
   * @param request the request; may be kept
   * @param response the way to answer
   * @throws Exception anything: the client gets status 500, or an incomplete response if one has
   *     begun, and its connection is closed
   */
  void onRequest(Request request, Response response) throws Exception;
}
