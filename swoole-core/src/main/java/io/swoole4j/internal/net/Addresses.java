// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.channel.unix.DomainSocketAddress;
import io.swoole4j.error.PortBindException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** What transports call the addresses of ports and peers. Any thread. */
final class Addresses {
  private Addresses() {}

  /** What a port is to be bound to, in the words of a transport. */
  static SocketAddress toBind(ListenerSpec spec, Transport transport, int port) {
    if (!spec.type().isUnix()) {
      return new InetSocketAddress(resolve(spec), port);
    }
    return transport == Transport.NIO
        ? UnixDomainSocketAddress.of(spec.host())
        : new DomainSocketAddress(spec.host());
  }

  private static InetAddress resolve(ListenerSpec spec) {
    boolean ipv6 = spec.type().isIpv6();
    try {
      for (InetAddress address : InetAddress.getAllByName(spec.host())) {
        if (ipv6 ? address instanceof Inet6Address : address instanceof Inet4Address) {
          return address;
        }
      }
    } catch (UnknownHostException e) {
      throw new PortBindException(spec.host(), spec.port(), e);
    }
    throw new PortBindException(
        spec.host(),
        spec.port(),
        new UnknownHostException(spec.host() + ": no " + (ipv6 ? "IPv6" : "IPv4") + " address"));
  }

  /** The path of a Unix socket's address; empty for one without a name and for other addresses. */
  static String pathOf(@Nullable SocketAddress address) {
    if (address instanceof DomainSocketAddress unix) {
      return unix.path();
    }
    return address instanceof UnixDomainSocketAddress unix ? unix.getPath().toString() : "";
  }
}
