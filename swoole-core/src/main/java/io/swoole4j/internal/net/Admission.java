// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.channel.Channel;
import io.swoole4j.internal.util.Clock;
import io.swoole4j.internal.util.ThrottledLogger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Who is let in: the limits that hold for all ports of a server together. Safe from any thread. */
final class Admission {
  private final ConnectionRegistry registry;
  private final TrafficCounters counters;
  private final AddressLimit addresses;
  private final AcceptRate rate;
  private final Clock clock;
  private final ThrottledLogger full;
  private final ThrottledLogger fullForAddress;
  private final ThrottledLogger badProxy;
  // No more than max_connection, each of which has taken its place.
  private final Set<Channel> gated = ConcurrentHashMap.newKeySet();
  private volatile boolean over;

  Admission(
      ConnectionRegistry registry,
      TrafficCounters counters,
      InboundRules rules,
      Logger logger,
      Clock clock) {
    this.registry = registry;
    this.counters = counters;
    this.addresses = new AddressLimit(rules.maxPerAddress());
    this.rate = new AcceptRate(rules.maxAcceptRate(), clock.nanos());
    this.clock = clock;
    this.full = new ThrottledLogger(logger, clock);
    this.fullForAddress = new ThrottledLogger(logger, clock);
    this.badProxy = new ThrottledLogger(logger, clock);
  }

  /**
   * Takes a place for an accepted socket, for as long as it is open, or closes it.
   *
   * @param client its address, or null if its peer only speaks for a client
   */
  boolean admit(Channel channel, @Nullable SocketAddress client) {
    if (!registry.reserve()) {
      counters.aborted.increment();
      full.warn("max_connection reached, connection refused", channel.remoteAddress());
      channel.unsafe().closeForcibly();
      return false;
    }
    if (client != null && !admitClient(channel, client)) {
      // A channel that no event loop has yet tells nobody that it is closed.
      registry.release();
      channel.unsafe().closeForcibly();
      return false;
    }
    channel.closeFuture().addListener(closed -> registry.release());
    return true;
  }

  /**
   * Takes a place for a client's address, for as long as the channel is open; what has no IP
   * address needs none.
   *
   * @return false when the client has all of its own
   */
  boolean admitClient(Channel channel, SocketAddress client) {
    if (addresses.isOff() || !(client instanceof InetSocketAddress inet) || inet.isUnresolved()) {
      return true;
    }
    InetAddress address = inet.getAddress();
    if (!addresses.take(address)) {
      counters.aborted.increment();
      fullForAddress.warn("max_connections_per_ip reached, connection refused", address);
      return false;
    }
    channel.closeFuture().addListener(closed -> addresses.giveBack(address));
    return true;
  }

  /** A peer did not say, as a proxy should, whom it speaks for. */
  void refuseProxy(String why, Channel channel) {
    counters.aborted.increment();
    badProxy.warn("PROXY protocol: connection refused, " + why, channel.remoteAddress());
  }

  /** An accepted socket is none of a session until its proxy has said whose it is. */
  void gate(Channel channel) {
    gated.add(channel);
    channel.closeFuture().addListener(closed -> gated.remove(channel));
    if (over) {
      channel.close();
    }
  }

  /** It has become a session. */
  void open(Channel channel) {
    gated.remove(channel);
  }

  /** The server stops: what is not a session yet does not become one, and ends. */
  void stop() {
    over = true;
    gated.forEach(Channel::close);
  }

  boolean isOver() {
    return over;
  }

  /** A socket that was accepted has ended and never was a session. */
  void ended() {
    counters.closed.increment();
  }

  /** Counts one connection; answers for how long none should be accepted now, in nanoseconds. */
  long accepted() {
    counters.accepted.increment();
    return rate.accepted(clock.nanos());
  }
}
