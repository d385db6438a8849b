// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EagernessTest {
  private static final long SHORT = TimeUnit.MICROSECONDS.toNanos(100);
  private static final long LONG = TimeUnit.MILLISECONDS.toNanos(1);

  private int looks;

  private boolean findsNothing() {
    looks++;
    return false;
  }

  private boolean looksIn(Eagerness reader) {
    int before = looks;
    assertThat(reader.find(this::findsNothing)).isFalse();
    return looks > before;
  }

  @Test
  void looksOnlyAfterWaitThatWasShort() {
    Eagerness reader = new Eagerness(true);

    assertThat(looksIn(reader)).isFalse();
    reader.waited(LONG);
    assertThat(looksIn(reader)).isFalse();
    reader.waited(SHORT);
    assertThat(looksIn(reader)).isTrue();
  }

  @Test
  void goesOnLookingAsLongAsItFinds() {
    Eagerness reader = new Eagerness(true);
    reader.waited(SHORT);

    assertThat(reader.find(() -> true)).isTrue();
    assertThat(reader.find(() -> true)).isTrue();
    assertThat(looksIn(reader)).isTrue();
    assertThat(looksIn(reader)).isFalse();
  }

  @Test
  void restsForLongerEachTimeItHasLookedInVainUntilItFinds() {
    Eagerness reader = new Eagerness(true);
    List<Integer> rests = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      rests.add(shortWaitsUntilItLooks(reader));
    }
    assertThat(rests).containsExactly(1, 2, 3, 5, 9, 17, 33, 65, 129, 257, 513, 1025);
    assertThat(shortWaitsUntilItLooks(reader)).isEqualTo(1025);

    for (int i = 0; i <= 1024; i++) {
      reader.waited(SHORT);
    }
    assertThat(reader.find(() -> true)).isTrue();
    assertThat(looksIn(reader)).isTrue();
    assertThat(shortWaitsUntilItLooks(reader)).isEqualTo(2);
  }

  private int shortWaitsUntilItLooks(Eagerness reader) {
    int waits = 0;
    while (!looksIn(reader)) {
      reader.waited(SHORT);
      waits++;
    }
    return waits;
  }

  @Test
  void neverLooksWhereThatKeepsTheOtherProcessWaiting() {
    Eagerness reader = new Eagerness(false);

    reader.waited(SHORT);

    assertThat(looksIn(reader)).isFalse();
  }
}
