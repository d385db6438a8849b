// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of admission that need no socket. */
class AdmissionTest {

  private static InetAddress address(String text) {
    return NetUtil.createInetAddressFromIpAddressString(text);
  }

  private static InetSocketAddress peer(String text) {
    return new InetSocketAddress(address(text), 1);
  }

  @Test
  void countsConnectionsOfEachAddressAndForgetsThoseWithoutAny() {
    AddressLimit limit = new AddressLimit(2);

    assertThat(limit.take(address("192.0.2.1"))).isTrue();
    assertThat(limit.take(address("192.0.2.1"))).isTrue();
    assertThat(limit.take(address("192.0.2.1"))).isFalse();
    assertThat(limit.take(address("192.0.2.2"))).isTrue();
    limit.giveBack(address("192.0.2.1"));
    assertThat(limit.take(address("192.0.2.1"))).isTrue();

    limit.giveBack(address("192.0.2.1"));
    limit.giveBack(address("192.0.2.1"));
    limit.giveBack(address("192.0.2.2"));
    assertThat(limit.addresses()).isZero();
  }

  @Test
  void takesNetworkOfIpv6ClientForTheClient() {
    AddressLimit limit = new AddressLimit(1);

    assertThat(limit.take(address("2001:db8:0:1::1"))).isTrue();
    assertThat(limit.take(address("2001:db8:0:1:ffff::2"))).isFalse();
    assertThat(limit.take(address("2001:db8:0:2::1"))).isTrue();
    assertThat(limit.take(address("0.0.0.1"))).isTrue();
  }

  @Test
  void rateLetsTenthOfSecondComeAtOnceAndTheRestEvenly() {
    AcceptRate rate = new AcceptRate(100, 0);
    long now = 0;
    int atOnce = 0;
    long pause = 0;
    while (pause == 0) {
      atOnce++;
      pause = rate.accepted(now);
    }
    assertThat(atOnce).isBetween(9, 11);

    int accepted = 0;
    while (now < TimeUnit.SECONDS.toNanos(1)) {
      now += pause;
      accepted++;
      pause = rate.accepted(now);
    }
    assertThat(accepted).isBetween(98, 102);
  }

  @Test
  void rateDoesNotSaveUpWhatWasNotUsed() {
    AcceptRate rate = new AcceptRate(10, 0);
    long later = TimeUnit.HOURS.toNanos(1);

    assertThat(rate.accepted(later)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
  }

  @Test
  void noRateNeverPauses() {
    AcceptRate rate = new AcceptRate(0, 0);

    for (int i = 0; i < 1000; i++) {
      assertThat(rate.accepted(0)).isZero();
    }
  }

  @Test
  void trustsAddressesAndRanges() {
    ProxyTrust trust = new ProxyTrust(List.of("10.0.0.0/8", "192.0.2.7", "fd00::/8", "::1"), 1);

    assertThat(trust.trusts(peer("10.200.3.4"))).isTrue();
    assertThat(trust.trusts(peer("11.0.0.1"))).isFalse();
    assertThat(trust.trusts(peer("192.0.2.7"))).isTrue();
    assertThat(trust.trusts(peer("192.0.2.8"))).isFalse();
    assertThat(trust.trusts(peer("fd12::1"))).isTrue();
    assertThat(trust.trusts(peer("fe80::1"))).isFalse();
    assertThat(trust.trusts(peer("::1"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "localhost", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "::1/129", "1.2.3.4/"})
  void refusesWhatIsNeitherAddressNorRange(String text) {
    assertThatThrownBy(() -> new ProxyTrust(List.of(text), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: an IP address");
  }
}
