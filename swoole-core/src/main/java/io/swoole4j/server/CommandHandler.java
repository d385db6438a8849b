// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import org.jspecify.annotations.Nullable;

/** What a command does, see {@link Server#addCommand}. */
@FunctionalInterface
public interface CommandHandler {
  /**
   * Runs the command, on the thread that was asked for.
   *
   * @param server the server
   * @param data what {@link Server#command} was given, the same object
   * @return the result, handed over by reference; null for none
   * @throws Exception anything; it is logged, and the caller gets no result. An {@link Error} ends
   *     the worker that it is thrown on
   */
  @Nullable Object onCommand(Server server, @Nullable Object data) throws Exception;
}
