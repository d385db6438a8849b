// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One option: its name, what it accepts, its default and its line of documentation.
 *
 * <p>Settings are immutable constants and may be used from any thread; two are equal only when they
 * are the same object. The library's own are in {@link Settings}; a protocol declares its own with
 * the same factories and contributes them to the {@link SettingRegistry}. Each {@code with} method
 * answers a changed copy.
 *
 * @param <T> the type of the option's value
 */
public final class Setting<T> {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

  /** What the values are. */
  private record Kind<T>(String typeName, Coercion<T> coercion, String expected) {}

  /** What is written about them. */
  private record Notes(
      Scope scope,
      List<String> aliases,
      String unit,
      String range,
      String defaultText,
      String doc) {

    Notes {
      requireText("doc", doc);
    }

    static Notes of(Kind<?> kind, String defaultText, String doc) {
      return new Notes(Scope.SERVER, List.of(), "", kind.expected(), defaultText, doc);
    }
  }

  private final String name;
  private final Kind<T> kind;
  private final @Nullable T defaultValue;
  private final Notes notes;

  private Setting(String name, Kind<T> kind, @Nullable T defaultValue, Notes notes) {
    this.name = requireName(name);
    this.kind = kind;
    this.defaultValue = defaultValue == null ? null : coerce(defaultValue);
    this.notes = notes;
  }

  private static <T> Setting<T> create(
      String name, Kind<T> kind, @Nullable T defaultValue, String defaultText, String doc) {
    return new Setting<>(name, kind, defaultValue, Notes.of(kind, defaultText, doc));
  }

  /**
   * Declares an integer. Accepted are whole numbers of any integral type and decimal strings.
   *
   * @param name the name, in lower case with underscores
   * @param min the smallest value accepted
   * @param max the largest value accepted
   * @param defaultValue what holds while the setting is not set
   * @param doc one line for people
   * @return the setting, of {@link Scope#SERVER}
   */
  public static Setting<Integer> intSetting(
      String name, int min, int max, int defaultValue, String doc) {
    Kind<Integer> kind = new Kind<>("integer", Coercions.integer(min, max), min + ".." + max);
    return create(name, kind, defaultValue, Integer.toString(defaultValue), doc);
  }

  /**
   * Declares a long integer. Accepted are whole numbers of any integral type and decimal strings.
   *
   * @param name the name, in lower case with underscores
   * @param min the smallest value accepted
   * @param max the largest value accepted
   * @param defaultValue what holds while the setting is not set
   * @param doc one line for people
   * @return the setting, of {@link Scope#SERVER}
   */
  public static Setting<Long> longSetting(
      String name, long min, long max, long defaultValue, String doc) {
    Kind<Long> kind = new Kind<>("integer", Coercions.longInteger(min, max), min + ".." + max);
    return create(name, kind, defaultValue, Long.toString(defaultValue), doc);
  }

  /**
   * Declares a number of bytes. Accepted are whole numbers and strings such as {@code "65536"},
   * {@code "64K"}, {@code "2M"} and {@code "1G"}, in powers of 1024 and any letter case.
   *
   * @param name the name, in lower case with underscores
   * @param min the smallest number of bytes accepted
   * @param max the largest number of bytes accepted
   * @param defaultValue what holds while the setting is not set
   * @param doc one line for people
   * @return the setting, of {@link Scope#SERVER}
   */
  public static Setting<Integer> size(String name, int min, int max, int defaultValue, String doc) {
    String range = min + ".." + max;
    Kind<Integer> kind =
        new Kind<>("size", Coercions.size(min, max), range + " as bytes or such as 2M");
    return create(name, kind, defaultValue, Rendering.size(defaultValue), doc)
        .withDocumented(range, Rendering.size(defaultValue))
        .withUnit("bytes");
  }

  /**
   * Declares a time in seconds, fractions allowed. Accepted are numbers and decimal strings.
   *
   * @param name the name, in lower case with underscores
   * @param min the shortest time accepted, in seconds
   * @param max the longest time accepted, in seconds
   * @param defaultValue what holds while the setting is not set, in seconds
   * @param doc one line for people
   * @return the setting, of {@link Scope#SERVER}
   */
  public static Setting<Double> seconds(
      String name, double min, double max, double defaultValue, String doc) {
    String range = Rendering.decimal(min) + ".." + Rendering.decimal(max);
    Kind<Double> kind = new Kind<>("decimal", Coercions.decimal(min, max), range + " seconds");
    return create(name, kind, defaultValue, Rendering.decimal(defaultValue), doc)
        .withDocumented(range, Rendering.decimal(defaultValue))
        .withUnit("seconds");
  }

  /**
   * Declares a switch. Accepted are true and false, 1 and 0, and the strings true, false, on, off,
   * yes, no, 1 and 0 in any letter case.
   *
   * @param name the name, in lower case with underscores
   * @param defaultValue what holds while the setting is not set
   * @param doc one line for people
   * @return the setting, of {@link Scope#SERVER}
   */
  public static Setting<Boolean> bool(String name, boolean defaultValue, String doc) {
    Kind<Boolean> kind = new Kind<>("boolean", Coercions::bool, "true|false");
    return create(name, kind, defaultValue, Boolean.toString(defaultValue), doc);
  }

  /**
   * Declares permissions of a file, none by default. Accepted is text in octal, such as {@code
   * "660"} or {@code "0660"}, and the number that it is, such as Java's {@code 0660}.
   *
   * @param name the name, in lower case with underscores
   * @param doc one line for people
   * @return the setting, of {@link Scope#SERVER}
   */
  public static Setting<Integer> fileMode(String name, String doc) {
    Kind<Integer> kind = new Kind<>("octal", Coercions::fileMode, "000..777 in octal");
    return create(name, kind, null, "none", doc);
  }

  /**
   * Declares a text.
   *
   * @param name the name, in lower case with underscores
   * @param defaultValue what holds while the setting is not set
   * @param doc one line for people
   * @return the setting, of {@link Scope#SERVER}
   */
  public static Setting<String> string(String name, String defaultValue, String doc) {
    Kind<String> kind = new Kind<>("string", Coercions::text, "a string");
    return create(name, kind, defaultValue, Rendering.quoted(defaultValue), doc);
  }

  /**
   * Declares a few bytes, given as ASCII text ({@code "\r\n"} is two bytes) or, for bytes above
   * 127, as {@code byte[]}. A value's bytes are {@code value.getBytes(ISO_8859_1)}.
   *
   * @param name the name, in lower case with underscores
   * @param minBytes the smallest number of bytes accepted
   * @param maxBytes the largest number of bytes accepted
   * @param defaultValue what holds while the setting is not set
   * @param doc one line for people
   * @return the setting, of {@link Scope#SERVER}
   */
  public static Setting<String> byteString(
      String name, int minBytes, int maxBytes, String defaultValue, String doc) {
    Kind<String> kind =
        new Kind<>(
            "string",
            Coercions.byteString(minBytes, maxBytes),
            minBytes + ".." + maxBytes + " bytes as ASCII text or byte[]");
    return create(name, kind, defaultValue, Rendering.quoted(defaultValue), doc)
        .withDocumented(minBytes + ".." + maxBytes + " bytes", Rendering.quoted(defaultValue));
  }

  /**
   * Declares a word out of a few, accepted in any letter case.
   *
   * @param name the name, in lower case with underscores
   * @param choices the words
   * @param defaultValue what holds while the setting is not set, one of the words
   * @param doc one line for people
   * @return the setting, of {@link Scope#SERVER}
   */
  public static Setting<String> choice(
      String name, List<String> choices, String defaultValue, String doc) {
    List<String> words = List.copyOf(choices);
    Kind<String> kind = new Kind<>("string", Coercions.oneOf(words), String.join("|", words));
    return create(name, kind, defaultValue, defaultValue, doc);
  }

  /**
   * Declares one of an enum's constants. Accepted are the constant, its name in any letter case,
   * and Swoole's number or letter for it.
   *
   * @param <E> the enum
   * @param name the name, in lower case with underscores
   * @param type the enum
   * @param symbol answers Swoole's number or letter of a constant
   * @param defaultValue what holds while the setting is not set
   * @param doc one line for people
   * @return the setting, of {@link Scope#SERVER}
   */
  public static <E extends Enum<E>> Setting<E> enumSetting(
      String name, Class<E> type, Function<E, String> symbol, E defaultValue, String doc) {
    String expected =
        Arrays.stream(type.getEnumConstants())
            .map(constant -> symbol.apply(constant) + " " + constant.name())
            .collect(Collectors.joining(", "));
    Kind<E> kind = new Kind<>("enum", Coercions.constant(type, symbol), expected);
    return create(name, kind, defaultValue, symbol.apply(defaultValue), doc);
  }

  /**
   * Declares a set of an enum's constants, empty by default. Accepted are Swoole's bit mask, a
   * collection or an array of constants, bits and names, and text with commas or bars between
   * names. Of names only letters and digits count, in any letter case.
   *
   * @param <E> the enum
   * @param name the name, in lower case with underscores
   * @param type the enum
   * @param bit answers Swoole's bit of a constant
   * @param doc one line for people
   * @return the setting, of {@link Scope#SERVER}
   */
  public static <E extends Enum<E>> Setting<Set<E>> flags(
      String name, Class<E> type, ToIntFunction<E> bit, String doc) {
    String expected =
        Arrays.stream(type.getEnumConstants())
            .map(constant -> bit.applyAsInt(constant) + " " + constant.name())
            .collect(Collectors.joining(", ", "the sum or a list of ", ""));
    Kind<Set<E>> kind = new Kind<>("flags", Coercions.flags(type, bit), expected);
    return create(name, kind, Set.of(), "0", doc);
  }

  /**
   * Declares a list of strings, empty by default. Accepted are a collection, an array, and text
   * with commas between the elements.
   *
   * @param name the name, in lower case with underscores
   * @param doc one line for people
   * @return the setting, of {@link Scope#SERVER}
   */
  public static Setting<List<String>> stringList(String name, String doc) {
    Kind<List<String>> kind =
        new Kind<>("list of strings", Coercions.listOf(Coercions::text), "a list of strings");
    return create(name, kind, List.of(), "[]", doc);
  }

  /**
   * Declares a list of integers, empty by default. Accepted are a collection, an array, and text
   * with commas between the elements.
   *
   * @param name the name, in lower case with underscores
   * @param min the smallest element accepted
   * @param max the largest element accepted
   * @param doc one line for people
   * @return the setting, of {@link Scope#SERVER}
   */
  public static Setting<List<Integer>> intList(String name, int min, int max, String doc) {
    Kind<List<Integer>> kind =
        new Kind<>(
            "list of integers",
            Coercions.listOf(Coercions.integer(min, max)),
            "a list of " + min + ".." + max);
    return create(name, kind, List.of(), "[]", doc);
  }

  /**
   * Declares a map with strings as keys, empty by default. The map is copied, its values are not.
   *
   * @param name the name, in lower case with underscores
   * @param doc one line for people
   * @return the setting, of {@link Scope#SERVER}
   */
  public static Setting<Map<String, Object>> map(String name, String doc) {
    Kind<Map<String, Object>> kind =
        new Kind<>("map", Coercions::map, "a map with strings as keys and no null");
    return create(name, kind, Map.of(), "{}", doc);
  }

  /**
   * Declares an object that is taken as it is; there is no default.
   *
   * @param <T> the object's type
   * @param name the name, in lower case with underscores
   * @param type the object's type
   * @param scope where it may be given
   * @param doc one line for people
   * @return the setting
   */
  public static <T> Setting<T> object(String name, Class<T> type, Scope scope, String doc) {
    return instance("object", name, type, doc).withScope(scope);
  }

  /**
   * Declares a function, such as a lambda; there is no default.
   *
   * @param <T> the functional interface
   * @param name the name, in lower case with underscores
   * @param type the functional interface
   * @param scope where it may be given
   * @param doc one line for people
   * @return the setting
   */
  public static <T> Setting<T> function(String name, Class<T> type, Scope scope, String doc) {
    return instance("function", name, type, doc).withScope(scope);
  }

  private static <T> Setting<T> instance(String typeName, String name, Class<T> type, String doc) {
    Coercion<T> coercion = raw -> type.isInstance(raw) ? type.cast(raw) : null;
    Kind<T> kind = new Kind<>(typeName, coercion, "an instance of " + type.getSimpleName());
    return create(name, kind, null, "none", doc);
  }

  /**
   * Answers this setting with another scope.
   *
   * @param scope where it may be given
   * @return the changed copy
   */
  public Setting<T> withScope(Scope scope) {
    return with(
        new Notes(scope, notes.aliases, notes.unit, notes.range, notes.defaultText, notes.doc));
  }

  /**
   * Answers this setting with other names that it is accepted under.
   *
   * @param aliases all other names
   * @return the changed copy
   */
  public Setting<T> withAliases(String... aliases) {
    for (String alias : aliases) {
      requireName(alias);
    }
    return with(
        new Notes(
            notes.scope, List.of(aliases), notes.unit, notes.range, notes.defaultText, notes.doc));
  }

  /**
   * Answers this setting with a unit, which documents it and changes nothing else.
   *
   * @param unit the unit of the value, such as {@code seconds}
   * @return the changed copy
   */
  public Setting<T> withUnit(String unit) {
    return with(
        new Notes(notes.scope, notes.aliases, unit, notes.range, notes.defaultText, notes.doc));
  }

  /**
   * Answers this setting with a range and a default written for people, for those that depend on
   * the machine and would otherwise show this machine's numbers in the documentation.
   *
   * @param range the range, such as {@code 1..4 × CPU}
   * @param defaultText the default, such as {@code CPU}
   * @return the changed copy
   */
  public Setting<T> withDocumented(String range, String defaultText) {
    return with(new Notes(notes.scope, notes.aliases, notes.unit, range, defaultText, notes.doc));
  }

  private Setting<T> with(Notes changed) {
    return new Setting<>(name, kind, defaultValue, changed);
  }

  /**
   * Returns the name, as Swoole spells it.
   *
   * @return the name, in lower case with underscores
   */
  public String name() {
    return name;
  }

  /**
   * Returns the other names that this setting is accepted under.
   *
   * @return the aliases, mostly none
   */
  public List<String> aliases() {
    return notes.aliases;
  }

  /**
   * Tells where this setting may be given.
   *
   * @return the scope
   */
  public Scope scope() {
    return notes.scope;
  }

  /**
   * Returns the kind of value, in a word or two.
   *
   * @return the kind, such as {@code integer} or {@code list of strings}
   */
  public String typeName() {
    return kind.typeName;
  }

  /**
   * Returns the unit of the value.
   *
   * @return the unit, such as {@code bytes}, or an empty string
   */
  public String unit() {
    return notes.unit;
  }

  /**
   * Returns what holds while the setting is not set.
   *
   * @return the default, empty for functions and objects
   */
  public Optional<T> defaultValue() {
    return Optional.ofNullable(defaultValue);
  }

  /**
   * Returns what is accepted on this machine, as refusals word it.
   *
   * @return the values accepted, such as {@code 1..16000} or {@code true|false}
   */
  public String expected() {
    return kind.expected;
  }

  /**
   * Returns what is accepted, the same on every machine, for the documentation.
   *
   * @return the values accepted, such as {@code 1..1000 × CPU}
   */
  public String documentedRange() {
    return notes.range;
  }

  /**
   * Returns the default, the same on every machine, for the documentation.
   *
   * @return the default, such as {@code CPU} or {@code 2M}
   */
  public String documentedDefault() {
    return notes.defaultText;
  }

  /**
   * Returns what this setting is for.
   *
   * @return one line
   */
  public String doc() {
    return notes.doc;
  }

  /**
   * Turns what a user gave into this setting's value.
   *
   * @param raw what the user gave; null is always refused
   * @return the value, in range
   * @throws IllegalArgumentException if {@code raw} is not accepted; the message has the name, the
   *     value and what is accepted
   */
  public T coerce(@Nullable Object raw) {
    T value = raw == null ? null : kind.coercion.apply(raw);
    if (value == null) {
      throw refuse(raw, kind.expected);
    }
    return value;
  }

  IllegalArgumentException refuse(@Nullable Object raw, String expected) {
    return new IllegalArgumentException(
        name + ": " + Rendering.raw(raw) + " (expected: " + expected + ")");
  }

  @Override
  public String toString() {
    return name;
  }

  private static String requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name: " + Rendering.raw(name) + " (expected: lower case with underscores)");
    }
    return name;
  }

  private static void requireText(String what, String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException(what + ": blank (expected: one line of text)");
    }
  }
}
