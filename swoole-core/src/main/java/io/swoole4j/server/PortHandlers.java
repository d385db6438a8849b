// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.spi.PortProtocol;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The handlers that hold for one port on one worker, the frequent ones at hand. Immutable.
 *
 * @param table all of them
 * @param connect of {@link Event#CONNECT}
 * @param receive of {@link Event#RECEIVE}
 * @param close of {@link Event#CLOSE}
 * @param bufferFull of {@link Event#BUFFER_FULL}
 * @param bufferEmpty of {@link Event#BUFFER_EMPTY}
 */
record PortHandlers(
    HandlerTable table,
    @Nullable ConnectHandler connect,
    @Nullable ReceiveHandler receive,
    @Nullable CloseHandler close,
    @Nullable BufferFullHandler bufferFull,
    @Nullable BufferEmptyHandler bufferEmpty)
    implements PortProtocol.Handlers {

  static PortHandlers of(HandlerTable table) {
    return new PortHandlers(
        table,
        table.find(Event.CONNECT).orElse(null),
        table.find(Event.RECEIVE).orElse(null),
        table.find(Event.CLOSE).orElse(null),
        table.find(Event.BUFFER_FULL).orElse(null),
        table.find(Event.BUFFER_EMPTY).orElse(null));
  }

  @Override
  public <H extends EventHandler> Optional<H> find(Event<H> event) {
    return table.find(event);
  }
}
