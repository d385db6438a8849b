// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SettingValuesTest {

  private final SettingRegistry registry = SettingRegistry.of(Settings.all());
  private final SettingValues server = SettingValues.ofServer(registry);
  private final SettingValues port = server.ofPort(registry);

  /** T007. */
  @Test
  void takesASizeAsTextAndAsNumberAlikeAndRefusesGarbage() {
    server.set("output_buffer_size", "2M");
    assertThat(server.get(Settings.BUFFER_OUTPUT_SIZE)).isEqualTo(2097152);

    server.set("output_buffer_size", 2097152);
    assertThat(server.get(Settings.BUFFER_OUTPUT_SIZE)).isEqualTo(2097152);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.set("output_buffer_size", "xxx--2M"))
        .withMessage(
            "buffer_output_size: xxx--2M (expected: 1..2147483647 as bytes or such as 2M)");
  }

  /** T008. */
  @Test
  void refusesAnEmptyPackageEof() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.set("package_eof", ""))
        .withMessage("package_eof: \"\" (expected: 1..8 bytes as ASCII text or byte[])");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.set(Settings.PACKAGE_EOF, ""))
        .withMessage("package_eof: \"\" (expected: 1..8 bytes as ASCII text or byte[])");
    assertThatIllegalArgumentException().isThrownBy(() -> server.set("package_eof", new byte[0]));
  }

  @Test
  void answersTheDefaultUntilAValueIsSet() {
    assertThat(server.get(Settings.BACKLOG)).isEqualTo(512);
    assertThat(server.isSet(Settings.BACKLOG)).isFalse();
    assertThat(server.explicit(Settings.BACKLOG)).isEmpty();

    server.set("backlog", "128");

    assertThat(server.get(Settings.BACKLOG)).isEqualTo(128);
    assertThat(server.isSet(Settings.BACKLOG)).isTrue();
    assertThat(server.explicit(Settings.BACKLOG)).contains(128);
  }

  @Test
  void countsAValueEqualToTheDefaultAsSet() {
    server.set(Settings.BACKLOG, 512);

    assertThat(server.isSet(Settings.BACKLOG)).isTrue();
  }

  @Test
  void keepsTheLastOfSeveralValues() {
    server.set("max_conn", 10);
    server.set(Settings.MAX_CONNECTION, 20);

    assertThat(server.get(Settings.MAX_CONNECTION)).isEqualTo(20);
  }

  @Test
  void readsBackUnderCanonicalNamesInTheOrderOfSetting() {
    server.set("max_conn", 10);
    server.set("package_length_type", "v");
    server.set("backlog", 1);
    server.set("max_connection", "11");

    assertThat(server.asMap())
        .containsExactly(
            Map.entry("max_connection", 11),
            Map.entry("package_length_type", LengthType.UINT16_LITTLE),
            Map.entry("backlog", 1))
        .isUnmodifiable();
  }

  @Test
  void doesNotChangeAMapReadEarlier() {
    Map<String, Object> before = server.asMap();

    server.set("backlog", 1);

    assertThat(before).isEmpty();
  }

  @Test
  void checksTheRangeInTheTypedStyleToo() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.set(Settings.BACKLOG, 0))
        .withMessage("backlog: 0 (expected: 1..65535)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.set(Settings.WORKER_NUM, 0))
        .withMessageStartingWith("worker_num: 0 (expected: 1..");
  }

  @Test
  void refusesAnUnknownName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.set("worker_nmu", 4))
        .withMessage("worker_nmu: unknown setting (did you mean: worker_num)");
  }

  @Test
  void refusesASettingOfAnotherRegistry() {
    Setting<Boolean> foreign = Setting.bool("foreign", true, "doc");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.set(foreign, false))
        .withMessageStartingWith("foreign: unknown setting");
    assertThatIllegalArgumentException().isThrownBy(() -> server.get(foreign));
  }

  @Test
  void setsAllValuesOfAMap() {
    server.setAll(Map.of("backlog", 1, "package_max_length", "64K", "open_eof_check", "on"));

    assertThat(server.get(Settings.BACKLOG)).isEqualTo(1);
    assertThat(server.get(Settings.PACKAGE_MAX_LENGTH)).isEqualTo(65536);
    assertThat(server.get(Settings.OPEN_EOF_CHECK)).isTrue();
  }

  @Test
  void setsNothingOfAMapWithOneWrongValue() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("backlog", 1);
    map.put("worker_num", -3);

    assertThatIllegalArgumentException().isThrownBy(() -> server.setAll(map));

    assertThat(server.asMap()).isEmpty();
  }

  @Test
  void refusesANullValueInAMap() {
    Map<String, Object> map = new HashMap<>();
    map.put("backlog", null);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.setAll(map))
        .withMessage("backlog: null (expected: 1..65535)");
  }

  @Test
  void refusesTwoValuesOfOneSettingInAMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("max_conn", 10);
    map.put("max_connection", 20);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.setAll(map))
        .withMessage("max_connection: 20 (expected: one value, not also 10 by an alias)");
  }

  @Test
  void acceptsOneValueUnderBothNamesInAMap() {
    server.setAll(Map.of("max_conn", 10, "max_connection", "10"));

    assertThat(server.get(Settings.MAX_CONNECTION)).isEqualTo(10);
  }

  @Test
  void acceptsARemovedSettingWithoutEffect() {
    server.set("pipe_buffer_size", 32 * 1024 * 1024);

    assertThat(server.asMap()).isEmpty();
  }

  @Test
  void inheritsFromTheServerUntilThePortHasItsOwnValue() {
    server.set(Settings.BACKLOG, 100);
    assertThat(port.get(Settings.BACKLOG)).isEqualTo(100);
    assertThat(port.isSet(Settings.BACKLOG)).isTrue();
    assertThat(port.explicit(Settings.BACKLOG)).isEmpty();
    assertThat(port.asMap()).isEmpty();

    port.set(Settings.BACKLOG, 200);

    assertThat(port.get(Settings.BACKLOG)).isEqualTo(200);
    assertThat(server.get(Settings.BACKLOG)).isEqualTo(100);
  }

  @Test
  void inheritsNoProtocolOnceThePortHasItsOwn() {
    server.setAll(Map.of("open_eof_check", true, "package_eof", ";", "backlog", 9));
    assertThat(port.get(Settings.PACKAGE_EOF)).isEqualTo(";");
    assertThat(port.inForce()).containsOnlyKeys("open_eof_check", "package_eof", "backlog");

    port.setAll(Map.of());

    assertThat(port.get(Settings.OPEN_EOF_CHECK)).isFalse();
    assertThat(port.isSet(Settings.PACKAGE_EOF)).isFalse();
    assertThat(port.get(Settings.BACKLOG)).isEqualTo(9);
    assertThat(port.inForce()).containsOnlyKeys("backlog");
    assertThat(server.get(Settings.OPEN_EOF_CHECK)).isTrue();
  }

  @Test
  void inheritsWhatTheServerIsGivenLater() {
    server.set("socket_buffer_size", "1M");

    assertThat(port.get(Settings.SOCKET_BUFFER_SIZE)).isEqualTo(1 << 20);
  }

  @Test
  void refusesASettingOfTheServerOnAPort() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> port.set("worker_num", 1))
        .withMessage("worker_num: 1 (expected: set on the server, not on a port)");
    assertThatIllegalArgumentException().isThrownBy(() -> port.set(Settings.WORKER_NUM, 1));
    assertThat(port.get(Settings.WORKER_NUM)).isPositive();
  }

  @Test
  void saysWhenASettingWithoutDefaultIsNotSet() {
    assertThat(server.find(Settings.PACKAGE_LENGTH_FUNC)).isEmpty();
    assertThatIllegalStateException()
        .isThrownBy(() -> server.get(Settings.PACKAGE_LENGTH_FUNC))
        .withMessage(
            "package_length_func: not set (expected: an instance of PackageLengthFunction)");
  }

  @Test
  void keepsAFunction() {
    PackageLengthFunction function = data -> 0;

    server.set(Settings.PACKAGE_LENGTH_FUNC, function);

    assertThat(port.get(Settings.PACKAGE_LENGTH_FUNC)).isSameAs(function);
  }

  @Test
  void refusesEveryChangeOnceFrozenNamingTheState() {
    AtomicReference<String> state = new AtomicReference<>("STARTING");
    server.set("backlog", 1);
    server.freeze(state::get);
    state.set("RUNNING");

    String message = "settings are frozen: RUNNING (expected: NEW)";
    assertThatIllegalStateException()
        .isThrownBy(() -> server.set("backlog", 2))
        .withMessage(message);
    assertThatIllegalStateException()
        .isThrownBy(() -> server.set(Settings.BACKLOG, 2))
        .withMessage(message);
    assertThatIllegalStateException()
        .isThrownBy(() -> server.setAll(Map.of()))
        .withMessage(message);
    assertThat(server.get(Settings.BACKLOG)).isEqualTo(1);
  }

  @Test
  void freezesThePortsWithTheServer() {
    server.freeze(() -> "STOPPING");
    server.freeze(() -> "later");

    assertThatIllegalStateException()
        .isThrownBy(() -> port.set("backlog", 2))
        .withMessage("settings are frozen: STOPPING (expected: NEW)");
  }
}
