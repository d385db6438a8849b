// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressKeyTest {

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, 0",
    "0.0.0.1, 1",
    "1.0.0.0, 16777216",
    "127.0.0.1, 2130706433",
    "192.168.1.10, 3232235786",
    "255.255.255.255, 4294967295"
  })
  void isIp2longOfAnIpv4Address(String ip, long ip2long) throws UnknownHostException {
    assertThat(AddressKey.of(InetAddress.getByName(ip))).isEqualTo(ip2long);
  }

  @Test
  void treatsAnIpv4MappedAddressAsTheIpv4Address() throws UnknownHostException {
    byte[] mapped = HexFormat.of().parseHex("00000000000000000000ffffc0a8010a");

    // The factory of InetAddress would unwrap it; native transports do not go through that.
    Inet6Address address = Inet6Address.getByAddress(null, mapped, -1);

    assertThat(AddressKey.of(address)).isEqualTo(3_232_235_786L);
  }

  @ParameterizedTest
  @CsvSource({
    "::1, 1",
    "::, 0",
    // 0x20010db8 ^ 0x00000001 ^ 0x00020003 ^ 0x80000004
    "2001:db8:0:1:2:3:8000:4, 0xa0030dbe",
    "ffff:ffff::, 0xffffffff",
    // the host's part counts as much as the network's
    "2001:db8::1, 0x20010db9",
    "2001:db8::2, 0x20010dba",
    "2001:db9::1, 0x20010db8"
  })
  void foldsTheFourWordsOfAnIpv6Address(String ip, String key) throws UnknownHostException {
    assertThat(AddressKey.of(InetAddress.getByName(ip))).isEqualTo(Long.decode(key));
  }

  @Test
  void isZeroWithoutAnAddress() {
    assertThat(AddressKey.of(null)).isZero();
  }
}
