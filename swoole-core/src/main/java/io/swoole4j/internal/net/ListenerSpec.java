// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.channel.Channel;
import io.swoole4j.internal.codec.Framer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One port to listen on, with everything its connections need, resolved from settings at start.
 *
 * @param index its place among the ports, 0 for the primary
 * @param host the address or name to bind
 * @param port the port, 0 for any free one
 * @param ipv6 whether the socket is an IPv6 one
 * @param options socket options
 * @param framers makes the framer of a new connection, or null when a protocol frames
 * @param installer puts a protocol's handlers into a new connection's pipeline, or null
 * @param rules what holds for each of its connections
 * @param settings what else the layer above wants to find again from a connection
 */
public record ListenerSpec(
    int index,
    String host,
    int port,
    boolean ipv6,
    SocketOptions options,
    @Nullable Supplier<Framer> framers,
    @Nullable Installer installer,
    ConnectionRules rules,
    Object settings) {

  /** Puts the handlers of a port's protocol into a pipeline. */
  @FunctionalInterface
  public interface Installer {
    /**
     * Called once per connection on its event loop, before anything is read.
     *
     * @param channel its channel, with {@link PipelineSlots#CONNECTION} last
     * @param connection the connection
     */
    void install(Channel channel, Connection connection);
  }
}
