// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DispatcherTest {

  private static final byte[] DATA = {1, 2, 3};

  private final AtomicInteger noIdleWorker = new AtomicInteger();

  private Dispatcher mode(int number) {
    return Dispatcher.ofMode(number, noIdleWorker::incrementAndGet);
  }

  private static int route(Dispatcher dispatcher, Route route, WorkerLoads loads) {
    return dispatcher.route(route, PacketKind.DATA, DATA, loads);
  }

  private static int[] routes(Dispatcher dispatcher, int times, WorkerLoads loads) {
    return IntStream.range(0, times)
        .map(i -> route(dispatcher, new StubRoute(i + 1), loads))
        .toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 6, 11, Integer.MAX_VALUE})
  void hasNoDispatcherForOtherNumbers(int number) {
    assertThatThrownBy(() -> mode(number))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dispatch_mode: " + number + " (expected: 1..10, 6 with a dispatch_func)");
  }

  @ParameterizedTest
  @CsvSource({
    "1, false",
    "2, true",
    "3, false",
    "4, true",
    "5, true",
    "7, false",
    "8, true",
    "9, false",
    "10, false"
  })
  void keepsTheOrderOfAConnectionWhereItsPacketsStayTogether(int number, boolean keepsOrder) {
    assertThat(mode(number).keepsOrder()).isEqualTo(keepsOrder);
  }

  @Test
  void mode1GoesRoundWhoeverSends() {
    StubLoads loads = new StubLoads(3).inFlight(9, 0, 5);

    assertThat(routes(mode(1), 7, loads)).containsExactly(0, 1, 2, 0, 1, 2, 0);
  }

  @Test
  void mode1GoesOnPastTheLargestInt() {
    StubLoads loads = new StubLoads(3);
    Dispatcher dispatcher = new RoundRobinDispatcher(Integer.MAX_VALUE - 1);

    // 2^31 - 2, 2^31 - 1, 2^31, 2^31 + 1
    assertThat(routes(dispatcher, 4, loads)).containsExactly(0, 1, 2, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 4, 1",
    "4, 4, 0",
    "7, 1, 0",
    "2147483647, 10, 7",
    "2147483648, 10, 8",
    "4294967297, 10, 7",
    "9223372036854775807, 10, 7"
  })
  void mode2IsTheFdModulo(long fd, int workers, int worker) {
    assertThat(route(mode(2), new StubRoute(fd), new StubLoads(workers))).isEqualTo(worker);
  }

  @ParameterizedTest
  @CsvSource({"0, 4, 0", "2130706433, 4, 1", "3232235786, 7, 3", "4294967295, 10, 5"})
  void mode4IsTheAddressModulo(long key, int workers, int worker) {
    Route route = new StubRoute(3).addressKey(key);

    assertThat(route(mode(4), route, new StubLoads(workers))).isEqualTo(worker);
  }

  @ParameterizedTest
  @CsvSource({
    "5, 4, 1",
    "-1, 4, 3",
    "-4, 4, 0",
    "-5, 3, 1",
    "4294967299, 10, 9",
    "9223372036854775807, 10, 7",
    "-9223372036854775808, 10, 2"
  })
  void mode5IsTheUidModuloOnceOneIsBound(long uid, int workers, int worker) {
    StubRoute route = new StubRoute(2);
    StubLoads loads = new StubLoads(workers);
    Dispatcher dispatcher = mode(5);

    assertThat(route(dispatcher, route, loads)).isEqualTo(2 % workers);
    assertThat(route(dispatcher, route.bind(uid), loads)).isEqualTo(worker);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 7, 9, 10})
  void loadModesLetIdleWorkersTakeTurns(int number) {
    assertThat(routes(mode(number), 6, new StubLoads(3))).containsExactly(0, 1, 2, 0, 1, 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 7, 9, 10})
  void loadModesPassByWorkersThatAreBusy(int number) {
    StubLoads loads = new StubLoads(4).inFlight(1, 0, 7, 0);

    assertThat(routes(mode(number), 8, loads)).containsOnly(1, 3);
    assertThat(noIdleWorker).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 7, 9, 10})
  void loadModesChooseTheLeastBusyWorkerWhenNoneIsIdle(int number) {
    StubLoads loads = new StubLoads(4).inFlight(5, 3, 2, 4);

    assertThat(routes(mode(number), 5, loads)).containsOnly(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 7, 9, 10})
  void loadModesLetEquallyBusyWorkersTakeTurns(int number) {
    StubLoads loads = new StubLoads(3).inFlight(4, 4, 4);

    assertThat(routes(mode(number), 6, loads)).containsExactly(0, 1, 2, 0, 1, 2);
  }

  @ParameterizedTest
  @CsvSource({"3, 5", "7, 5", "9, 0", "10, 0"})
  void idleWorkerModesTellWhenNoneIsIdle(int number, int told) {
    routes(mode(number), 5, new StubLoads(2).inFlight(1, 1));

    assertThat(noIdleWorker).hasValue(told);
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 10})
  void requestModesMakeUpForWhatABusyWorkerMissed(int number) {
    Dispatcher dispatcher = mode(number);
    routes(dispatcher, 9, new StubLoads(4).inFlight(0, 1, 0, 0));

    assertThat(routes(dispatcher, 3, new StubLoads(4))).containsOnly(1);
    assertThat(routes(dispatcher, 4, new StubLoads(4))).containsExactlyInAnyOrder(0, 1, 2, 3);
  }

  @Test
  void idleWorkerModesGoOnPastTheLargestInt() {
    StubLoads loads = new StubLoads(3);

    assertThat(
            IntStream.of(Integer.MAX_VALUE - 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1)
                .map(turn -> IdleWorkerDispatcher.leastBusy(turn, loads)))
        // 2^31 - 2, 2^31 - 1, 2^31, 2^32 - 1
        .containsExactly(0, 1, 2, 0);
  }

  @Test
  void mode8ChoosesTheWorkerWithTheFewestConnectionsForLife() {
    Dispatcher dispatcher = mode(8);
    StubRoute route = new StubRoute(1);

    int first = route(dispatcher, route, new StubLoads(3).connections(2, 1, 1).inFlight(0, 9, 0));
    int later = route(dispatcher, route, new StubLoads(3).connections(0, 5, 0));

    assertThat(first).isEqualTo(1);
    assertThat(later).isEqualTo(1);
    assertThat(route.pinnedWorker()).isEqualTo(1);
  }

  @Test
  void mode8FollowsAnotherThreadThatWasFaster() {
    Route pinnedMeanwhile =
        new Route() {
          private int asked = -1;

          @Override
          public long fd() {
            return 1;
          }

          @Override
          public long addressKey() {
            return 0;
          }

          @Override
          public boolean hasUid() {
            return false;
          }

          @Override
          public long uid() {
            return 0;
          }

          @Override
          public int pinnedWorker() {
            return asked;
          }

          @Override
          public int pinTo(int workerId) {
            asked = 2;
            return asked;
          }
        };

    assertThat(route(mode(8), pinnedMeanwhile, new StubLoads(3))).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 10})
  void namesOneOfTheWorkersForEveryKindOfPacket(int number) {
    Dispatcher dispatcher = mode(number);

    for (PacketKind kind : PacketKind.values()) {
      int worker = dispatcher.route(new StubRoute(11), kind, null, new StubLoads(3));

      assertThat(worker).isBetween(0, 2);
    }
  }

  @Test
  void numbersKindsAsSwooleDoes() {
    assertThat(Arrays.stream(PacketKind.values()).mapToInt(PacketKind::number))
        .containsExactly(0, 1, 3, 4);
  }
}
