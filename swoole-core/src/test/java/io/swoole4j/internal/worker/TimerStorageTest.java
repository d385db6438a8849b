// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The heap and the table of a timer queue: what they keep, and how much room they take for it. */
class TimerStorageTest {
  private static final int MANY = 100_000;

  private final TimerHeap<String> heap = new TimerHeap<>();
  private final TimerTable<String> table = new TimerTable<>();

  @Test
  void heapGivesBackTheRoomOfTimersTakenOut() {
    List<PendingTimer<String>> timers = timers(MANY, 1);
    timers.forEach(heap::add);
    assertThat(heap.capacity()).isLessThanOrEqualTo(2 * MANY);

    Collections.shuffle(timers, new Random(2));
    for (PendingTimer<String> timer : timers) {
      heap.remove(timer);
      assertThat(heap.capacity())
          .isLessThanOrEqualTo(Math.max(TimerHeap.LEAST_CAPACITY, 4 * heap.size()));
    }

    assertThat(heap.size()).isZero();
    assertThat(heap.first()).isNull();
    assertThat(timers).allMatch(timer -> timer.position == PendingTimer.NOWHERE);
  }

  @Test
  void heapGivesTimersInOrderWhateverWasTakenOutOrMoved() {
    List<PendingTimer<String>> timers = timers(3000, 3);
    timers.forEach(heap::add);
    Random random = new Random(4);
    for (int i = 0; i < 1000; i++) {
      heap.remove(timers.remove(random.nextInt(timers.size())));
      PendingTimer<String> moved = timers.get(random.nextInt(timers.size()));
      moved.dueNanos += random.nextInt(2000) - 1000;
      heap.reorder(moved);
    }

    timers.sort(
        Comparator.<PendingTimer<String>>comparingLong(timer -> timer.dueNanos)
            .thenComparingLong(timer -> timer.id));

    for (PendingTimer<String> timer : timers) {
      assertThat(heap.first()).isSameAs(timer);
      heap.remove(timer);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 1024, 1 << 20})
  void tableFindsTimersWhoseIdsAreFarApartAndGivesBackTheirRoom(int step) {
    List<PendingTimer<String>> timers = new ArrayList<>();
    for (long i = 1; i <= MANY; i++) {
      timers.add(new PendingTimer<>(i * step, "", 0, 0));
    }
    timers.forEach(table::add);
    assertThat(table.size()).isEqualTo(MANY);
    assertThat(table.capacity()).isLessThanOrEqualTo(2 * MANY);
    assertThat(timers).allMatch(timer -> chain(timer) < 16);

    Collections.shuffle(timers, new Random(5));
    for (PendingTimer<String> timer : timers) {
      assertThat(table.remove(timer.id)).isSameAs(timer);
      assertThat(table.remove(timer.id)).isNull();
      assertThat(table.capacity())
          .isLessThanOrEqualTo(Math.max(TimerTable.LEAST_CAPACITY, 4 * table.size()));
    }
    assertThat(table.size()).isZero();
  }

  @Test
  void clearingGivesBackAllRoom() {
    for (PendingTimer<String> timer : timers(1000, 6)) {
      heap.add(timer);
      table.add(timer);
    }

    heap.clear();
    table.clear();

    assertThat(heap.size()).isZero();
    assertThat(heap.capacity()).isEqualTo(TimerHeap.LEAST_CAPACITY);
    assertThat(table.size()).isZero();
    assertThat(table.capacity()).isEqualTo(TimerTable.LEAST_CAPACITY);
    assertThat(table.remove(1)).isNull();
  }

  private static int chain(PendingTimer<String> first) {
    int length = 0;
    for (PendingTimer<String> timer = first; timer != null; timer = timer.nextInBucket) {
      length++;
    }
    return length;
  }

  /** Timers with few different due times. */
  private static List<PendingTimer<String>> timers(int count, int seed) {
    Random random = new Random(seed);
    List<PendingTimer<String>> timers = new ArrayList<>();
    for (long id = 1; id <= count; id++) {
      timers.add(new PendingTimer<>(id, "", 0, random.nextInt(1000)));
    }
    return timers;
  }
}
