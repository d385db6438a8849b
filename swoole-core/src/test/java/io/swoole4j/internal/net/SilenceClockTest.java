// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.internal.util.Clock;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SilenceClockTest {

  private static final long HOUR = TimeUnit.HOURS.toMillis(1);

  private long wall = 1_000_000_000_000L;
  private long passed;

  private final SilenceClock clock =
      new SilenceClock(
          new Clock() {
            @Override
            public long wallMillis() {
              return wall;
            }

            @Override
            public long nanos() {
              return TimeUnit.MILLISECONDS.toNanos(passed);
            }
          });

  private void pass(long millis) {
    wall += millis;
    passed += millis;
  }

  @Test
  void tellsHowLongAgoSomethingWas() {
    long then = wall;
    pass(HOUR);

    assertThat(clock.now().since(then)).isEqualTo(HOUR);
    assertThat(clock.now().since(wall)).isZero();
  }

  @Test
  void whatIsHeardWhileTheTimeIsReadIsNotLongAgo() {
    assertThat(clock.now().since(wall + 5)).isEqualTo(-5);
  }

  @Test
  void whoIsHeardDuringALongSearchIsNotSilent() {
    SilenceClock.Moment begin = clock.now();
    pass(5000);
    long heard = wall;

    assertThat(clock.isSilent(begin, heard, 1000)).isFalse();
    pass(1000);
    assertThat(clock.isSilent(clock.now(), heard, 1000)).isTrue();
  }

  @Test
  void timeSetForwardsMakesNobodySilent() {
    long then = wall;
    pass(1000);
    wall += HOUR;

    assertThat(clock.now().since(then)).isZero();
    pass(2000);
    assertThat(clock.now().since(then)).isEqualTo(2000);
    long heard = wall;
    pass(500);
    assertThat(clock.now().since(heard)).isEqualTo(500);
  }

  @Test
  void timeSetBackwardsLetsNobodyBeSilentForEver() {
    long then = wall;
    pass(1000);
    wall -= HOUR;

    assertThat(clock.now().since(then)).isZero();
    pass(2000);
    assertThat(clock.now().since(then)).isEqualTo(2000);
  }
}
