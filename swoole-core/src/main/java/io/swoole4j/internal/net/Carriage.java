// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The connections that one carries within itself, such as streams of HTTP/2 that have become
 * WebSocket connections: each has a session of its own, and counts as a connection everywhere. The
 * one that carries them ends behind the last of them. Owned by the event loop, which they share.
 */
final class Carriage {
  private final Connection carrier;
  private final Set<Connection> carried = new LinkedHashSet<>();

  Carriage(Connection carrier) {
    this.carrier = carrier;
  }

  /**
   * Makes a connection of a channel that is on no event loop yet.
   *
   * @param channel its channel, with no handlers
   * @param installer puts the handlers of its protocol into it
   * @return false when the server, or the client, has all the connections it may have, or the one
   *     that should carry it is closed; the channel is closed then
   */
  boolean open(Channel channel, ListenerSpec.Installer installer) {
    if (!carrier.isOpen()) {
      // It ends as soon as nothing is carried any more, which its client must not put off.
      channel.unsafe().closeForcibly();
      return false;
    }
    Inbound inbound = carrier.reactor().inbound();
    if (!inbound.admission().admit(channel, carrier.client())) {
      return false;
    }
    inbound.counters().accepted.increment();
    Connection connection = new Connection(inbound.registry().nextFd(), carrier, channel);
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.addLast(PipelineSlots.METER, new ReadMeter(connection));
    pipeline.addLast(PipelineSlots.CONNECTION, new ConnectionHandler(connection, null));
    carried.add(connection);
    carrier.carrying(true);
    installer.install(channel, connection);
    carrier.reactor().loop().register(channel);
    return true;
  }

  /** The channel of one of them is closed. */
  void closed(Connection connection) {
    carried.remove(connection);
    if (carried.isEmpty()) {
      carrier.carrying(false);
      carrier.outbound().nothingCarried();
    }
  }

  /** Whether there are any. */
  boolean isEmpty() {
    return carried.isEmpty();
  }

  /** Whether one of them is exempt from being closed for silence. */
  boolean hasProtected() {
    return carried.stream().anyMatch(Connection::isProtected);
  }

  /** Their carrier is about to end: they end before it, unless the server ends each by itself. */
  void end() {
    if (!carrier.reactor().inbound().isStopping()) {
      List<Connection> all = new ArrayList<>(carried);
      all.forEach(connection -> connection.close(false));
    }
  }
}
