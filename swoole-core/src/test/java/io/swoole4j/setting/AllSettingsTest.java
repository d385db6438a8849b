// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every setting of {@link Settings}. */
class AllSettingsTest {

  private static final BigInteger HUGE = BigInteger.TEN.pow(40);

  static List<Setting<?>> settings() {
    return Settings.all();
  }

  @ParameterizedTest
  @MethodSource("settings")
  void refusesNull(Setting<?> setting) {
    assertRefused(setting, null, "null");
  }

  @ParameterizedTest
  @MethodSource("settings")
  void refusesANegativeNumber(Setting<?> setting) {
    assertRefused(setting, -3, "-3");
    assertRefused(setting, -3L, "-3");
  }

  @ParameterizedTest
  @MethodSource("settings")
  void refusesAHugeNumber(Setting<?> setting) {
    assertRefused(setting, HUGE, HUGE.toString());
    assertRefused(setting, Long.MAX_VALUE, Long.toString(Long.MAX_VALUE));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void refusesWhatIsNoNumber(Setting<?> setting) {
    assertRefused(setting, Double.NaN, "NaN");
    assertRefused(setting, Double.POSITIVE_INFINITY, "Infinity");
  }

  @ParameterizedTest
  @MethodSource("settings")
  void refusesAValueOfAnotherType(Setting<?> setting) {
    assertRefused(setting, Locale.ROOT, "\"\"");
    assertRefused(setting, Map.of(1, "a"), "{1=a}");
    assertRefused(setting, new Object[] {"a", null}, "[a, null]");
  }

  @ParameterizedTest
  @MethodSource("settings")
  void acceptsItsOwnDefault(Setting<?> setting) {
    setting
        .defaultValue()
        .ifPresent(value -> assertThat((Object) setting.coerce(value)).isEqualTo(value));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void hasADefaultUnlessItIsAFunctionOrAMode(Setting<?> setting) {
    assertThat(setting.defaultValue().isPresent())
        .isNotEqualTo(List.of("function", "octal").contains(setting.typeName()));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void isDocumentedInOneLine(Setting<?> setting) {
    assertThat(setting.doc()).isNotBlank().doesNotContain("\n").doesNotEndWith(".");
    assertThat(setting.documentedRange()).isNotBlank();
    assertThat(setting.documentedDefault()).isNotBlank();
  }

  @Test
  void listsEveryConstantOnceUnderItsOwnName() {
    Stream<String> constants =
        Arrays.stream(Settings.class.getDeclaredFields())
            .filter(field -> Modifier.isPublic(field.getModifiers()))
            .map(Field::getName)
            .map(name -> name.toLowerCase(Locale.ROOT));

    assertThat(Settings.all().stream().map(Setting::name))
        .containsExactlyElementsOf(constants.toList());
  }

  @Test
  void namesNoSettingThatIsListedAsNotOffered() {
    Set<String> names = Set.copyOf(Settings.all().stream().map(Setting::name).toList());

    assertThat(KnownKeys.NOT_OFFERED).doesNotContainAnyElementsOf(names);
    assertThat(KnownKeys.REMOVED).doesNotContainAnyElementsOf(names);
    assertThat(KnownKeys.NOT_OFFERED).doesNotContainAnyElementsOf(KnownKeys.REMOVED);
  }

  @ParameterizedTest
  @CsvSource({
    "dispatch_mode, 2",
    "buffer_output_size, 2097152",
    "max_queued_bytes, 4194304",
    "enable_unsafe_event, false",
    "discard_timeout_request, true",
    "start_session_id, 0",
    "max_wait_time, 3.0",
    "enable_reuse_port, false",
    "log_level, INFO",
    "transport, auto",
    "daemonize, false",
    "open_cpu_affinity, false",
    "cpu_affinity_ignore, []",
    "backlog, 512",
    "open_tcp_nodelay, true",
    "tcp_defer_accept, 0",
    "tcp_fastopen, 0",
    "tcp_user_timeout, 0",
    "open_tcp_keepalive, false",
    "tcp_keepidle, 3600",
    "tcp_keepinterval, 60",
    "tcp_keepcount, 5",
    "kernel_socket_recv_buffer_size, 0",
    "kernel_socket_send_buffer_size, 0",
    "socket_buffer_size, 2097152",
    "open_eof_check, false",
    "open_eof_split, false",
    "open_length_check, false",
    "package_length_type, UINT32_NETWORK",
    "package_length_offset, 0",
    "package_body_offset, 4",
    "package_max_length, 2097152",
  })
  void hasTheDefaultOfTheNotes(String name, String expected) {
    Setting<?> setting = SettingRegistry.of(Settings.all()).find(name);

    assertThat(setting.defaultValue().map(Object::toString)).contains(expected);
  }

  @Test
  void endsPacketsWithTwoLineEndsByDefault() {
    assertThat(Settings.PACKAGE_EOF.defaultValue()).contains("\r\n\r\n");
  }

  @Test
  void derivesThreadCountsFromTheProcessors() {
    int cpu = Runtime.getRuntime().availableProcessors();

    assertThat(Settings.REACTOR_NUM.defaultValue()).contains(Math.min(cpu, 8));
    assertThat(Settings.REACTOR_NUM.expected()).isEqualTo("1.." + 4 * cpu);
    assertThat(Settings.WORKER_NUM.defaultValue()).contains(cpu);
    assertThat(Settings.WORKER_NUM.expected()).isEqualTo("1.." + 1000 * cpu);
  }

  @Test
  void keepsMaxConnectionWithinTheOpenFileLimit() {
    long limit = Math.min(100_000, OpenFileLimit.read().orElse(100_000));

    assertThat(Settings.MAX_CONNECTION.defaultValue()).contains((int) limit);
  }

  @Test
  void takesTheValuesOfTheNotes() {
    assertThat(Settings.PACKAGE_MAX_LENGTH.coerce(81920)).isEqualTo(81920);
    assertThat(Settings.PACKAGE_LENGTH_TYPE.coerce("N")).isEqualTo(LengthType.UINT32_NETWORK);
    assertThat(Settings.PACKAGE_LENGTH_OFFSET.coerce(8)).isEqualTo(8);
    assertThat(Settings.PACKAGE_BODY_OFFSET.coerce(16)).isEqualTo(16);
    assertThat(Settings.TCP_DEFER_ACCEPT.coerce(5)).isEqualTo(5);
    assertThat(Settings.BUFFER_OUTPUT_SIZE.coerce(32 * 1024 * 1024)).isEqualTo(32 * 1024 * 1024);
    assertThat(Settings.SOCKET_BUFFER_SIZE.coerce(128 * 1024 * 1024)).isEqualTo(128 * 1024 * 1024);
    assertThat(Settings.CPU_AFFINITY_IGNORE.coerce(new int[] {0, 1})).isEqualTo(List.of(0, 1));
    assertThat(Settings.LOG_LEVEL.coerce(1)).isEqualTo(LogLevel.TRACE);
    assertThat(Settings.DAEMONIZE.coerce(1)).isTrue();
  }

  private static void assertRefused(Setting<?> setting, @Nullable Object raw, String shown) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> setting.coerce(raw))
        .withMessage("%s: %s (expected: %s)", setting.name(), shown, setting.expected());
  }
}
