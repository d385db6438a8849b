// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WakeBatchTest {

  private final AtomicInteger homeWoken = new AtomicInteger();
  private final AtomicInteger otherWoken = new AtomicInteger();
  private final Wakeable home = homeWoken::incrementAndGet;
  private final Wakeable other = otherWoken::incrementAndGet;
  private final WakeBatch wakes = new WakeBatch();

  @Test
  void wakesTheReactorOfTheDeliveryOnceAtItsEnd() {
    wakes.open(home);
    wakes.queued(home, 10);
    wakes.queued(home, 10);
    assertThat(homeWoken).hasValue(0);

    wakes.close();

    assertThat(homeWoken).hasValue(1);
  }

  @Test
  void wakesNobodyWhenNothingWasQueued() {
    wakes.open(home);
    wakes.close();
    wakes.flush();

    assertThat(homeWoken).hasValue(0);
  }

  @Test
  void wakesOtherReactorsAtOnce() {
    wakes.open(home);
    wakes.queued(other, 10);

    assertThat(otherWoken).hasValue(1);
    wakes.close();
    assertThat(homeWoken).hasValue(0);
  }

  @Test
  void wakesAtOnceOutsideOfADelivery() {
    wakes.queued(home, 10);
    wakes.open(home);
    wakes.close();
    wakes.queued(home, 10);

    assertThat(homeWoken).hasValue(2);
  }

  @Test
  void wakesAtOnceInADeliveryOfNoReactor() {
    wakes.open(null);
    wakes.queued(home, 10);

    assertThat(homeWoken).hasValue(1);
    wakes.close();
    assertThat(homeWoken).hasValue(1);
  }

  @Test
  void wakesTheReactorMeanwhileForEvery64KiB() {
    wakes.open(home);
    wakes.queued(home, WakeBatch.MAX_BYTES - 1);
    assertThat(homeWoken).hasValue(0);

    wakes.queued(home, 1);
    assertThat(homeWoken).hasValue(1);

    wakes.queued(home, WakeBatch.MAX_BYTES - 1);
    assertThat(homeWoken).hasValue(1);
    wakes.close();
    assertThat(homeWoken).hasValue(2);
  }

  @Test
  void wakesTheReactorForSizesThatOverflow() {
    wakes.open(home);
    wakes.queued(home, WakeBatch.MAX_BYTES - 1);
    wakes.queued(home, Integer.MAX_VALUE);

    assertThat(homeWoken).hasValue(1);
  }

  @Test
  void wakesTheReactorWhenToldThatTheWorkerWillBlock() {
    wakes.open(home);
    wakes.queued(home, 10);

    wakes.flush();
    wakes.flush();

    assertThat(homeWoken).hasValue(1);
    wakes.close();
    assertThat(homeWoken).hasValue(1);
  }

  @Test
  void countsClosesThatCarryNoBytes() {
    wakes.open(home);
    wakes.queued(home, 0);
    wakes.close();

    assertThat(homeWoken).hasValue(1);
  }

  @Test
  void wakesAtOnceTheReactorOfTheDeliveryThatHasStoppedLooking() {
    AtomicInteger woken = new AtomicInteger();
    Wakeable asleep =
        new Wakeable() {
          @Override
          public void wake() {
            woken.incrementAndGet();
          }

          @Override
          public boolean hasToBeWoken() {
            return true;
          }
        };
    wakes.open(asleep);
    wakes.queued(asleep, 10);
    assertThat(woken).hasValue(1);

    wakes.close();

    assertThat(woken).hasValue(1);
  }
}
