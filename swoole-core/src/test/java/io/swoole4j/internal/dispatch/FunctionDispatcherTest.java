// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionDispatcherTest {

  private static final int FALLBACK_WORKER = 2;

  private final List<String> complaints = new ArrayList<>();
  private final StubRoute route = new StubRoute(9);
  private final StubLoads loads = new StubLoads(3);

  private FunctionDispatcher dispatcher(FunctionDispatcher.Function function) {
    Dispatcher fallback =
        new Dispatcher() {
          @Override
          public int route(Route route, PacketKind kind, byte[] data, WorkerLoads loads) {
            return FALLBACK_WORKER;
          }

          @Override
          public boolean keepsOrder() {
            return false;
          }
        };
    return new FunctionDispatcher(
        function,
        fallback,
        new FunctionDispatcher.Complaints() {
          @Override
          public void threw(long fd, Throwable cause) {
            complaints.add(fd + " threw " + cause.getMessage());
          }

          @Override
          public void invalid(long fd, int answer) {
            complaints.add(fd + " answered " + answer);
          }
        });
  }

  private int route(FunctionDispatcher.Function function) {
    return dispatcher(function).route(route, PacketKind.DATA, new byte[1], loads);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, Dispatch.DISCARD, Dispatch.CLOSE})
  void followsAnAnswerThatCanBeFollowed(int answer) {
    assertThat(route((fd, kind, data) -> answer)).isEqualTo(answer);
    assertThat(complaints).isEmpty();
  }

  @Test
  void asksTheModeWhenTheFunctionLeavesItToThat() {
    assertThat(route((fd, kind, data) -> Dispatch.FALLBACK)).isEqualTo(FALLBACK_WORKER);
    assertThat(complaints).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, Integer.MAX_VALUE, -4, Integer.MIN_VALUE})
  void asksTheModeAndComplainsWhenTheFunctionNamesNoWorker(int answer) {
    assertThat(route((fd, kind, data) -> answer)).isEqualTo(FALLBACK_WORKER);
    assertThat(complaints).containsExactly("9 answered " + answer);
  }

  @Test
  void asksTheModeAndComplainsWhenTheFunctionThrows() {
    assertThat(
            route(
                (fd, kind, data) -> {
                  throw new Exception("checked");
                }))
        .isEqualTo(FALLBACK_WORKER);
    assertThat(
            route(
                (fd, kind, data) -> {
                  throw new NoClassDefFoundError("error");
                }))
        .isEqualTo(FALLBACK_WORKER);

    assertThat(complaints).containsExactly("9 threw checked", "9 threw error");
  }

  @Test
  void passesFdAndKindOn() {
    List<String> seen = new ArrayList<>();
    FunctionDispatcher dispatcher =
        dispatcher(
            (fd, kind, data) -> {
              seen.add(fd + " " + kind.number() + " " + data.length);
              return 0;
            });

    dispatcher.route(route, PacketKind.CONNECT, null, loads);
    dispatcher.route(route, PacketKind.DATA, new byte[5], loads);
    dispatcher.route(route, PacketKind.CLOSE, null, loads);

    assertThat(seen).containsExactly("9 4 0", "9 0 5", "9 3 0");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8179, 8180, 8181, 100_000})
  void showsTheFirst8180Bytes(int length) {
    byte[] packet = new byte[length];
    for (int i = 0; i < length; i++) {
      packet[i] = (byte) i;
    }
    List<byte[]> seen = new ArrayList<>();

    dispatcher(
            (fd, kind, data) -> {
              seen.add(data);
              return 0;
            })
        .route(route, PacketKind.DATA, packet, loads);

    assertThat(seen).hasSize(1);
    assertThat(seen.get(0)).isEqualTo(Arrays.copyOf(packet, Math.min(length, 8180)));
  }

  @Test
  void countsAsKeepingOrderAsTheFunctionIsTrustedToDo() {
    assertThat(dispatcher((fd, kind, data) -> 0).keepsOrder()).isTrue();
  }
}
