// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.reflect.Array;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What each kind of setting accepts; every coercion accepts its own results unchanged. */
final class Coercions {

  // At most 19 digits: whatever is longer does not fit a long anyway.
  private static final Pattern FILE_MODE = Pattern.compile("0?[0-7]{3}");

  private static final int MAX_FILE_MODE = 0777;

  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,19}");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,19})([KMGkmg]?)");
  private static final Pattern DECIMAL = Pattern.compile("[+-]?[0-9]{1,19}(\\.[0-9]{1,19})?");

  private Coercions() {}

  static Coercion<Integer> integer(int min, int max) {
    return raw -> {
      Long value = exactLong(raw);
      return value == null || value < min || value > max ? null : value.intValue();
    };
  }

  static Coercion<Long> longInteger(long min, long max) {
    return raw -> {
      Long value = exactLong(raw);
      return value == null || value < min || value > max ? null : value;
    };
  }

  static Coercion<Integer> size(int min, int max) {
    return raw -> {
      Long value = raw instanceof CharSequence text ? parseSize(text) : exactLong(raw);
      return value == null || value < min || value > max ? null : value.intValue();
    };
  }

  static Coercion<Double> decimal(double min, double max) {
    return raw -> {
      double value;
      if (raw instanceof CharSequence text && DECIMAL.matcher(text).matches()) {
        value = Double.parseDouble(text.toString());
      } else if (raw instanceof Number number) {
        value = number.doubleValue();
      } else {
        return null;
      }
      // Written so that NaN, which no comparison holds for, is refused too.
      return value >= min && value <= max ? value : null;
    };
  }

  static @Nullable Boolean bool(Object raw) {
    if (raw instanceof Boolean value) {
      return value;
    }
    if (raw instanceof CharSequence text) {
      return switch (text.toString().toLowerCase(Locale.ROOT)) {
        case "true", "on", "yes", "1" -> true;
        case "false", "off", "no", "0" -> false;
        default -> null;
      };
    }
    Long value = exactLong(raw);
    if (value == null || value < 0 || value > 1) {
      return null;
    }
    return value == 1;
  }

  static @Nullable String text(Object raw) {
    return raw instanceof CharSequence || raw instanceof Character ? raw.toString() : null;
  }

  /** One character per byte, as in a PHP string, so that any bytes can be given as text too. */
  static Coercion<String> byteString(int minBytes, int maxBytes) {
    return raw -> {
      String value = raw instanceof byte[] bytes ? new String(bytes, ISO_8859_1) : text(raw);
      boolean fits =
          value != null
              && value.length() >= minBytes
              && value.length() <= maxBytes
              && (raw instanceof byte[] || US_ASCII.newEncoder().canEncode(value));
      return fits ? value : null;
    };
  }

  /** Text is octal, as on a command line; a number is what it is, as Java has octal literals. */
  static @Nullable Integer fileMode(Object raw) {
    if (raw instanceof CharSequence text) {
      return FILE_MODE.matcher(text).matches() ? Integer.parseInt(text.toString(), 8) : null;
    }
    Long number = exactLong(raw);
    return number == null || number < 0 || number > MAX_FILE_MODE ? null : number.intValue();
  }

  static Coercion<String> oneOf(List<String> choices) {
    return raw -> {
      String value = text(raw);
      return choices.stream().filter(c -> c.equalsIgnoreCase(value)).findFirst().orElse(null);
    };
  }

  /** By constant, by Swoole's number or letter (case matters), or by name in any letter case. */
  static <E extends Enum<E>> Coercion<E> constant(Class<E> type, Function<E, String> symbol) {
    return raw -> {
      if (type.isInstance(raw)) {
        return type.cast(raw);
      }
      Long number = exactLong(raw);
      String wanted = number == null ? text(raw) : number.toString();
      if (wanted == null) {
        return null;
      }
      E byName = null;
      for (E candidate : type.getEnumConstants()) {
        if (symbol.apply(candidate).equals(wanted)) {
          return candidate;
        }
        if (candidate.name().equalsIgnoreCase(wanted)) {
          byName = candidate;
        }
      }
      return byName;
    };
  }

  /** A mask, or a list of constants, masks and names; 0 and an empty list are no flag. */
  static <E extends Enum<E>> Coercion<Set<E>> flags(Class<E> type, ToIntFunction<E> bit) {
    return raw -> {
      String text = text(raw);
      List<?> elements =
          type.isInstance(raw) || exactLong(raw) != null
              ? List.of(raw)
              : elements(text == null ? raw : text.replace('|', ','));
      if (elements == null) {
        return null;
      }
      Set<E> flags = EnumSet.noneOf(type);
      for (Object each : elements) {
        if (each == null || !addFlags(flags, type, bit, each)) {
          return null;
        }
      }
      return Collections.unmodifiableSet(flags);
    };
  }

  private static <E extends Enum<E>> boolean addFlags(
      Set<E> flags, Class<E> type, ToIntFunction<E> bit, Object raw) {
    Long mask = exactLong(raw);
    long known = 0;
    for (E constant : type.getEnumConstants()) {
      known |= bit.applyAsInt(constant);
      boolean wanted =
          mask == null
              ? constant == raw || letters(constant.name()).equals(letters(String.valueOf(raw)))
              : (mask & bit.applyAsInt(constant)) != 0;
      if (wanted) {
        flags.add(constant);
        if (mask == null) {
          return true;
        }
      }
    }
    return mask != null && (mask & ~known) == 0;
  }

  private static String letters(String name) {
    return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
  }

  /** A collection, an array, or text with commas between the elements, as on a command line. */
  static <T> Coercion<List<T>> listOf(Coercion<T> element) {
    return raw -> {
      List<?> elements = elements(raw);
      if (elements == null) {
        return null;
      }
      List<T> values = new ArrayList<>(elements.size());
      for (Object each : elements) {
        T value = each == null ? null : element.apply(each);
        if (value == null) {
          return null;
        }
        values.add(value);
      }
      return List.copyOf(values);
    };
  }

  static @Nullable Map<String, Object> map(Object raw) {
    if (!(raw instanceof Map<?, ?> source)) {
      return null;
    }
    Map<String, Object> copy = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : source.entrySet()) {
      if (!(entry.getKey() instanceof String key) || entry.getValue() == null) {
        return null;
      }
      copy.put(key, entry.getValue());
    }
    return Collections.unmodifiableMap(copy);
  }

  private static @Nullable List<?> elements(Object raw) {
    if (raw instanceof Collection<?> collection) {
      return new ArrayList<>(collection);
    }
    if (raw.getClass().isArray()) {
      List<@Nullable Object> copy = new ArrayList<>();
      for (int i = 0; i < Array.getLength(raw); i++) {
        copy.add(Array.get(raw, i));
      }
      return copy;
    }
    String text = text(raw);
    if (text == null) {
      return null;
    }
    return text.isEmpty() ? List.of() : Arrays.asList(text.split(",", -1));
  }

  private static @Nullable Long exactLong(Object raw) {
    if (raw instanceof Integer
        || raw instanceof Long
        || raw instanceof Short
        || raw instanceof Byte) {
      return ((Number) raw).longValue();
    }
    if (raw instanceof BigInteger big) {
      return fitted(big);
    }
    if (raw instanceof CharSequence text && INTEGER.matcher(text).matches()) {
      return fitted(new BigInteger(text.toString()));
    }
    return null;
  }

  private static @Nullable Long parseSize(CharSequence text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    int shift =
        switch (matcher.group(2).toUpperCase(Locale.ROOT)) {
          case "K" -> 10;
          case "M" -> 20;
          case "G" -> 30;
          default -> 0;
        };
    return fitted(new BigInteger(matcher.group(1)).shiftLeft(shift));
  }

  private static @Nullable Long fitted(BigInteger value) {
    return value.bitLength() < Long.SIZE ? value.longValue() : null;
  }
}
