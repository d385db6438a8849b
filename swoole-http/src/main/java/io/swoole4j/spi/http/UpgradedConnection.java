// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi.http;

import io.netty.channel.ChannelPipeline;
import io.swoole4j.spi.PortProtocol;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** What an HTTP connection has become. Any thread, but for what says otherwise. */
public interface UpgradedConnection {
  /**
   * Has the answer queued that makes the connection this one. The session has this attached by
   * then, so that the server knows of it no later than its client. What others send by it meanwhile
   * must wait, as it would go before the answer. On the thread that answers.
   *
   * @param answer queues the answer; false where that is not possible and HTTP goes on
   * @return what that has said
   */
  default boolean begin(BooleanSupplier answer) {
    return answer.getAsBoolean();
  }

  /**
   * Puts the protocol's handlers into the pipeline in place of HTTP's. On the event loop, before
   * anything is read that the client has sent behind its request.
   *
   * @param pipeline the pipeline; handlers belong before the server's own
   * @param slot the name of the server's own handler
   */
  void install(ChannelPipeline pipeline, String slot);

  /** The connection has ended before the handlers could be put in place. On the event loop. */
  void lost();

  /** The server stops: a last word. On the event loop. */
  void goodbye();

  /**
   * What it adds to {@code Server.getClientInfo}.
   *
   * @return values by name
   */
  default Map<String, Object> clientInfo() {
    return Map.of();
  }

  /**
   * How its end is told when not by the close event. On the worker, at its end.
   *
   * @param handlers the handlers that are bound
   * @return empty for the close event
   */
  default Optional<PortProtocol.Ending> ending(PortProtocol.Handlers handlers) {
    return Optional.empty();
  }
}
