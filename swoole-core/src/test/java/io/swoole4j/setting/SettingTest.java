// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTest {

  private static final Setting<Integer> INT = Setting.intSetting("some_int", 1, 100, 5, "doc");
  private static final Setting<Long> LONG =
      Setting.longSetting("some_long", -5, 1L << 40, 0, "doc");
  private static final Setting<Integer> SIZE =
      Setting.size("some_size", 0, Integer.MAX_VALUE, 0, "doc");
  private static final Setting<Boolean> BOOL = Setting.bool("some_bool", false, "doc");
  private static final Setting<Double> SECONDS = Setting.seconds("some_time", 0, 60, 1.5, "doc");
  private static final Setting<String> EOF = Setting.byteString("some_eof", 1, 8, "\n", "doc");
  private static final Setting<LogLevel> LEVEL =
      Setting.enumSetting(
          "some_level", LogLevel.class, l -> Integer.toString(l.code()), LogLevel.INFO, "doc");
  private static final Setting<List<String>> STRINGS = Setting.stringList("some_strings", "doc");
  private static final Setting<List<Integer>> INTS = Setting.intList("some_ints", 0, 9, "doc");
  private static final Setting<Map<String, Object>> MAP = Setting.map("some_map", "doc");
  private static final Setting<PackageLengthFunction> FUNCTION =
      Setting.function("some_function", PackageLengthFunction.class, Scope.PORT, "doc");

  static Stream<Object> sevenInEveryForm() {
    return Stream.of(7, 7L, (short) 7, (byte) 7, BigInteger.valueOf(7), "7", "+7", "007");
  }

  @ParameterizedTest
  @MethodSource("sevenInEveryForm")
  void acceptsAWholeNumberInEveryForm(Object raw) {
    assertThat(INT.coerce(raw)).isEqualTo(7);
    assertThat(LONG.coerce(raw)).isEqualTo(7L);
  }

  static Stream<Object> noWholeNumbers() {
    return Stream.of(
        2.5, 2.0, 2.0f, "2.0", "", " 7", "7 ", "0x7", "7L", "seven", "٧", true, 'a', List.of(7));
  }

  @ParameterizedTest
  @MethodSource("noWholeNumbers")
  void refusesWhatIsNotAWholeNumber(Object raw) {
    assertThatIllegalArgumentException().isThrownBy(() -> INT.coerce(raw));
    assertThatIllegalArgumentException().isThrownBy(() -> LONG.coerce(raw));
  }

  @Test
  void acceptsBothEndsOfItsRangeAndNothingBeyond() {
    assertThat(INT.coerce(1)).isEqualTo(1);
    assertThat(INT.coerce(100)).isEqualTo(100);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> INT.coerce(0))
        .withMessage("some_int: 0 (expected: 1..100)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> INT.coerce("101"))
        .withMessage("some_int: 101 (expected: 1..100)");
    assertThat(LONG.coerce("-5")).isEqualTo(-5);
    assertThat(LONG.coerce(1L << 40)).isEqualTo(1L << 40);
    assertThatIllegalArgumentException().isThrownBy(() -> LONG.coerce((1L << 40) + 1));
  }

  @Test
  void doesNotWrapANumberThatOnlyFitsALong() {
    assertThatIllegalArgumentException().isThrownBy(() -> INT.coerce((1L << 32) + 7));
    assertThatIllegalArgumentException().isThrownBy(() -> SIZE.coerce("4G"));
    assertThatIllegalArgumentException().isThrownBy(() -> SIZE.coerce("9999999999999999999G"));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "2097152, 2097152",
    "2M, 2097152",
    "2m, 2097152",
    "64K, 65536",
    "64k, 65536",
    "1G, 1073741824",
    "1g, 1073741824",
    "128m, 134217728",
    "2147483647, 2147483647",
  })
  void acceptsSizesWithAndWithoutUnit(String raw, int bytes) {
    assertThat(SIZE.coerce(raw)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "M", "-1", "-2M", "2MB", "2 M", "1.5M", "2T", "xxx--2M", "2147483648", "2G"})
  void refusesWhatIsNotASize(String raw) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SIZE.coerce(raw))
        .withMessageContaining("(expected: 0..2147483647 as bytes or such as 2M)");
  }

  static Stream<Object> trueInEveryForm() {
    return Stream.of(true, 1, 1L, (byte) 1, "true", "TRUE", "on", "On", "yes", "1");
  }

  @ParameterizedTest
  @MethodSource("trueInEveryForm")
  void acceptsTrueInEveryForm(Object raw) {
    assertThat(BOOL.coerce(raw)).isTrue();
  }

  static Stream<Object> falseInEveryForm() {
    return Stream.of(false, 0, 0L, (short) 0, "false", "False", "off", "OFF", "no", "0");
  }

  @ParameterizedTest
  @MethodSource("falseInEveryForm")
  void acceptsFalseInEveryForm(Object raw) {
    assertThat(BOOL.coerce(raw)).isFalse();
  }

  static Stream<Object> noSwitches() {
    return Stream.of(2, -1, 1.0, "", "2", "t", "enabled", 'y');
  }

  @ParameterizedTest
  @MethodSource("noSwitches")
  void refusesWhatIsNotASwitch(Object raw) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BOOL.coerce(raw))
        .withMessageEndingWith(" (expected: true|false)");
  }

  static Stream<Object> timesInEveryForm() {
    return Stream.of(2, 2L, 2.0, 2.0f, "2", "2.0", "+2.00");
  }

  @ParameterizedTest
  @MethodSource("timesInEveryForm")
  void acceptsATimeInEveryForm(Object raw) {
    assertThat(SECONDS.coerce(raw)).isEqualTo(2.0);
  }

  static Stream<Object> noTimes() {
    return Stream.of(-0.1, 60.1, Double.NaN, "NaN", "1e1", "1.", ".5", "0x1p1", "2s", "", true);
  }

  @ParameterizedTest
  @MethodSource("noTimes")
  void refusesWhatIsNotATime(Object raw) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SECONDS.coerce(raw))
        .withMessageEndingWith(" (expected: 0..60 seconds)");
  }

  @Test
  void takesAnyBytesAndTextOfAsciiAlone() {
    byte[] everyKind = {0, '\r', '\n', (byte) 0x80, (byte) 0xff};

    String fromBytes = EOF.coerce(everyKind);

    assertThat(fromBytes.getBytes(ISO_8859_1)).isEqualTo(everyKind);
    assertThatIllegalArgumentException().isThrownBy(() -> EOF.coerce("\u00e9"));
    assertThat(EOF.coerce('\n')).isEqualTo("\n");
  }

  @Test
  void keepsItsBytesWhenTheArrayChangesLater() {
    byte[] bytes = {'a', 'b'};
    String value = EOF.coerce(bytes);

    bytes[0] = 'x';

    assertThat(value).isEqualTo("ab");
  }

  @Test
  void refusesBytesOfAnotherLength() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EOF.coerce(new byte[0]))
        .withMessage("some_eof: [] (expected: 1..8 bytes as ASCII text or byte[])");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EOF.coerce("123456789"))
        .withMessage("some_eof: 123456789 (expected: 1..8 bytes as ASCII text or byte[])");
  }

  @Test
  void refusesTextWhoseCharactersAreNotOneByteEach() {
    assertThatIllegalArgumentException().isThrownBy(() -> EOF.coerce("€"));
  }

  @ParameterizedTest
  @EnumSource
  void findsAConstantByItselfNumberAndName(LogLevel level) {
    assertThat(LEVEL.coerce(level)).isEqualTo(level);
    assertThat(LEVEL.coerce(level.code())).isEqualTo(level);
    assertThat(LEVEL.coerce(Integer.toString(level.code()))).isEqualTo(level);
    assertThat(LEVEL.coerce(level.name())).isEqualTo(level);
    assertThat(LEVEL.coerce(level.name().toLowerCase(Locale.ROOT))).isEqualTo(level);
  }

  @Test
  void namesAllConstantsWhenItRefuses() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LEVEL.coerce(7))
        .withMessage(
            "some_level: 7 (expected: 0 DEBUG, 1 TRACE, 2 INFO, 3 NOTICE, 4 WARNING, 5 ERROR, 6"
                + " NONE)");
  }

  @Test
  void refusesAConstantOfAnotherEnum() {
    assertThatIllegalArgumentException().isThrownBy(() -> LEVEL.coerce(Scope.PORT));
  }

  @Test
  void findsAWordInAnyLetterCase() {
    Setting<String> choice = Setting.choice("some_word", List.of("auto", "nio"), "auto", "doc");

    assertThat(choice.coerce("NIO")).isEqualTo("nio");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> choice.coerce("oio"))
        .withMessage("some_word: oio (expected: auto|nio)");
  }

  static Stream<Object> listsInEveryForm() {
    return Stream.of(List.of(0, 1), new int[] {0, 1}, "0,1", List.of("0", "1"));
  }

  @ParameterizedTest
  @MethodSource("listsInEveryForm")
  void acceptsAListInEveryForm(Object raw) {
    assertThat(INTS.coerce(raw)).containsExactly(0, 1);
  }

  @Test
  void acceptsAnArrayOfMixedForms() {
    assertThat(INTS.coerce(new Object[] {0L, "1"})).containsExactly(0, 1);
  }

  @Test
  void acceptsAListOfStringsAsTextWithCommas() {
    assertThat(STRINGS.coerce("a,b")).containsExactly("a", "b");
    assertThat(STRINGS.coerce("a")).containsExactly("a");
    assertThat(STRINGS.coerce("")).isEmpty();
  }

  @Test
  void refusesAListWithOneWrongElement() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> INTS.coerce(List.of(1, 10)))
        .withMessage("some_ints: [1, 10] (expected: a list of 0..9)");
    assertThatIllegalArgumentException().isThrownBy(() -> INTS.coerce("1,,2"));
    assertThatIllegalArgumentException().isThrownBy(() -> STRINGS.coerce(Arrays.asList("a", null)));
    assertThatIllegalArgumentException().isThrownBy(() -> STRINGS.coerce(List.of("a", 1)));
  }

  @Test
  void keepsItsListWhenTheSourceChangesLater() {
    List<Integer> source = new ArrayList<>(List.of(1));
    List<Integer> value = INTS.coerce(source);

    source.add(2);

    assertThat(value).containsExactly(1).isUnmodifiable();
  }

  @Test
  void copiesAMapInItsOrder() {
    Map<String, Object> source = new LinkedHashMap<>();
    source.put("z", 1);
    source.put("a", "x");
    Map<String, Object> value = MAP.coerce(source);

    source.clear();

    assertThat(value).containsExactly(Map.entry("z", 1), Map.entry("a", "x")).isUnmodifiable();
  }

  @Test
  void refusesAMapWithOtherKeysThanStrings() {
    assertThatIllegalArgumentException().isThrownBy(() -> MAP.coerce(Map.of(1, 1)));
  }

  @Test
  void takesAFunctionAsItIs() {
    PackageLengthFunction function = data -> data.remaining();

    assertThat(FUNCTION.coerce(function)).isSameAs(function);
    assertThat(FUNCTION.defaultValue()).isEmpty();
    assertThat(FUNCTION.scope()).isEqualTo(Scope.PORT);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FUNCTION.coerce("strlen"))
        .withMessage("some_function: strlen (expected: an instance of PackageLengthFunction)");
  }

  @Test
  void truncatesALongValueInItsRefusal() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> INT.coerce("x".repeat(65)))
        .withMessage("some_int: %s... (expected: 1..100)", "x".repeat(64));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> INT.coerce("x".repeat(64)))
        .withMessage("some_int: %s (expected: 1..100)", "x".repeat(64));
  }

  @Test
  void keepsItsRefusalOnOneLine() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> INT.coerce("1\r\n\t\0"))
        .withMessage("some_int: 1\\r\\n\\t\\u0000 (expected: 1..100)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> INT.coerce(""))
        .withMessage("some_int: \"\" (expected: 1..100)");
  }

  @Test
  void changesACopyOnly() {
    Setting<Integer> changed =
        INT.withScope(Scope.PORT)
            .withAliases("other_int")
            .withUnit("apples")
            .withDocumented("1 to many", "some");

    assertThat(changed.name()).isEqualTo("some_int");
    assertThat(changed.scope()).isEqualTo(Scope.PORT);
    assertThat(changed.aliases()).containsExactly("other_int");
    assertThat(changed.unit()).isEqualTo("apples");
    assertThat(changed.documentedRange()).isEqualTo("1 to many");
    assertThat(changed.documentedDefault()).isEqualTo("some");
    assertThat(changed.expected()).isEqualTo("1..100");
    assertThat(changed.defaultValue()).contains(5);
    assertThat(changed).hasToString("some_int").isNotEqualTo(INT);
    assertThat(INT.scope()).isEqualTo(Scope.SERVER);
    assertThat(INT.aliases()).isEmpty();
    assertThat(INT.unit()).isEmpty();
  }

  @Test
  void cannotBeDeclaredWithADefaultOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Setting.intSetting("some_int", 1, 2, 3, "doc"))
        .withMessage("some_int: 3 (expected: 1..2)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Upper", "with space", "with-dash", "1st", "_x"})
  void cannotBeDeclaredUnderAnOddName(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> Setting.bool(name, true, "doc"));
    assertThatIllegalArgumentException().isThrownBy(() -> BOOL.withAliases("fine", name));
  }

  @Test
  void cannotBeDeclaredWithoutDocumentation() {
    assertThatIllegalArgumentException().isThrownBy(() -> Setting.bool("some_bool", true, " "));
  }
}
