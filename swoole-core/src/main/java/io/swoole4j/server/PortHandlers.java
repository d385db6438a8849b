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
 * @param packet of {@link Event#PACKET}
 * @param close of {@link Event#CLOSE}
 * @param bufferFull of {@link Event#BUFFER_FULL}
 * @param bufferEmpty of {@link Event#BUFFER_EMPTY}
 */
record PortHandlers(
    HandlerTable table,
    @Nullable ConnectHandler connect,
    @Nullable ReceiveHandler receive,
    @Nullable PacketHandler packet,
    @Nullable CloseHandler close,
    @Nullable BufferFullHandler bufferFull,
    @Nullable BufferEmptyHandler bufferEmpty)
    implements PortProtocol.Handlers {

  static PortHandlers of(HandlerTable table) {
    return new PortHandlers(
        table,
        table.find(Event.CONNECT).or(() -> connect(table)).orElse(null),
        table.find(Event.RECEIVE).or(() -> receive(table)).orElse(null),
        table.find(Event.PACKET).or(() -> packet(table)).orElse(null),
        table.find(Event.CLOSE).or(() -> close(table)).orElse(null),
        table.find(Event.BUFFER_FULL).orElse(null),
        table.find(Event.BUFFER_EMPTY).orElse(null));
  }

  private static Optional<ConnectHandler> connect(HandlerTable table) {
    return table
        .find(Event.CONNECT_OBJECT)
        .map(
            handler ->
                (server, fd, reactorId) ->
                    handler.onConnect(server, ConnectionEvent.of(server, fd, reactorId)));
  }

  private static Optional<ReceiveHandler> receive(HandlerTable table) {
    return table
        .find(Event.RECEIVE_OBJECT)
        .map(
            handler ->
                (server, fd, reactorId, data) ->
                    handler.onReceive(server, ConnectionEvent.of(server, fd, reactorId, data)));
  }

  private static Optional<PacketHandler> packet(HandlerTable table) {
    return table
        .find(Event.PACKET_OBJECT)
        .map(
            handler ->
                (server, data, client) ->
                    handler.onPacket(
                        server,
                        new Packet(
                            client.serverSocket(),
                            client.serverPort(),
                            client.dispatchTime(),
                            client.address(),
                            client.port(),
                            data)));
  }

  private static Optional<CloseHandler> close(HandlerTable table) {
    return table
        .find(Event.CLOSE_OBJECT)
        .map(
            handler ->
                (server, fd, reactorId) ->
                    handler.onClose(server, ConnectionEvent.of(server, fd, reactorId)));
  }

  @Override
  public <H extends EventHandler> Optional<H> find(Event<H> event) {
    return table.find(event);
  }
}
