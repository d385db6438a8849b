// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.channel.Channel;
import io.swoole4j.internal.codec.Framer;
import io.swoole4j.server.SocketType;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One port to listen on, with everything its connections need, resolved from settings at start. A
 * port for datagrams has no connections and needs but its place, address and socket options.
 *
 * @param index its place among the ports, 0 for the primary
 * @param host the address or name to bind, or the path of a Unix socket
 * @param port the port, 0 for any free one and for a Unix socket
 * @param type the kind of socket
 * @param inherited the socket that is there already, or null to bind one
 * @param socketFileMode the permissions of a Unix socket's file, -1 to leave them to the umask
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
    SocketType type,
    @Nullable InheritedSocket inherited,
    int socketFileMode,
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
