// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;

/** Which peers are proxies that tell, before anything else, whom they speak for. Immutable. */
public final class ProxyTrust {
  private final List<IpSubnetFilterRule> ranges;
  private final long headerMillis;

  /**
   * Trust in some addresses.
   *
   * @param ranges addresses, or ranges of them such as 10.0.0.0/8 and fd00::/8
   * @param headerMillis how long a proxy may take to say it
   * @throws IllegalArgumentException if one of them is no address and no range
   */
  public ProxyTrust(List<String> ranges, long headerMillis) {
    this.ranges = ranges.stream().map(ProxyTrust::range).toList();
    this.headerMillis = headerMillis;
  }

  private static IpSubnetFilterRule range(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    boolean ipv4 = NetUtil.isValidIpV4Address(address);
    int most = ipv4 ? 32 : 128;
    int prefix = slash < 0 ? most : prefix(text.substring(slash + 1), most);
    if (prefix < 0 || !(ipv4 || NetUtil.isValidIpV6Address(address))) {
      throw new IllegalArgumentException(
          text + " (expected: an IP address, or a range such as 10.0.0.0/8)");
    }
    return new IpSubnetFilterRule(address, prefix, IpFilterRuleType.ACCEPT);
  }

  private static int prefix(String text, int most) {
    try {
      int prefix = Integer.parseInt(text);
      return prefix > most ? -1 : prefix;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  boolean trusts(SocketAddress peer) {
    return peer instanceof InetSocketAddress inet
        && !inet.isUnresolved()
        && ranges.stream().anyMatch(range -> range.matches(inet));
  }

  long headerMillis() {
    return headerMillis;
  }
}
