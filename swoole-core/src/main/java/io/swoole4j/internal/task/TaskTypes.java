// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.task;

import java.io.ObjectInputFilter;
import java.io.ObjectInputFilter.FilterInfo;
import java.io.ObjectInputFilter.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which classes may cross a queue, or come from another process: the JDK's plain values and
 * collections, and what was allowed in addition. Everything else is refused. Immutable.
 */
public final class TaskTypes {
  /** The longest array, or table of a map, inside of an object. */
  static final int MAX_ARRAY = 1 << 20;

  /**
   * What a person submits is no deeper. Nested sets that share their elements cost twice as much
   * with each level.
   */
  static final int MAX_DEPTH = 16;

  private static final String LIMITS = "maxdepth=" + MAX_DEPTH + ";maxarray=" + MAX_ARRAY + ";";

  private static final String VALUES =
      "java.lang.Boolean;java.lang.Byte;java.lang.Character;java.lang.Double;java.lang.Enum;"
          + "java.lang.Float;java.lang.Integer;java.lang.Long;java.lang.Number;java.lang.Object;"
          + "java.lang.Record;java.lang.Short;java.lang.String;java.math.BigDecimal;"
          + "java.math.BigInteger;java.math.RoundingMode;java.net.URI;java.time.*;java.time.chrono.*;";

  private static final String COLLECTIONS =
      "java.util.AbstractCollection;java.util.AbstractList;java.util.AbstractMap;"
          + "java.util.AbstractMap$SimpleEntry;java.util.AbstractMap$SimpleImmutableEntry;"
          + "java.util.AbstractSet;java.util.ArrayDeque;java.util.ArrayList;"
          + "java.util.Arrays$ArrayList;java.util.BitSet;java.util.CollSer;"
          + "java.util.Collections$EmptyList;java.util.Collections$EmptyMap;"
          + "java.util.Collections$EmptySet;java.util.Collections$SingletonList;"
          + "java.util.Collections$SingletonMap;java.util.Collections$SingletonSet;"
          + "java.util.Collections$Unmodifiable*;java.util.Date;java.util.EnumMap;"
          + "java.util.EnumSet;java.util.EnumSet$SerializationProxy;java.util.HashMap;"
          + "java.util.HashMap$Node;java.util.HashSet;java.util.ImmutableCollections$*;"
          + "java.util.JumboEnumSet;java.util.RegularEnumSet;"
          + "java.util.LinkedHashMap;java.util.LinkedHashSet;java.util.LinkedList;java.util.Locale;"
          + "java.util.Map$Entry;java.util.TreeMap;java.util.TreeSet;java.util.UUID;"
          + "java.util.Vector;java.util.concurrent.ConcurrentHashMap;"
          + "java.util.concurrent.ConcurrentHashMap$Segment;"
          + "java.util.concurrent.CopyOnWriteArrayList;"
          + "java.util.concurrent.locks.ReentrantLock;"
          + "java.util.concurrent.locks.ReentrantLock$NonfairSync;"
          + "java.util.concurrent.locks.ReentrantLock$Sync;"
          + "java.util.concurrent.locks.AbstractQueuedSynchronizer;"
          + "java.util.concurrent.locks.AbstractOwnableSynchronizer;";

  private final ObjectInputFilter filter;

  /**
   * The list with some additions.
   *
   * @param allowed classes, or packages as {@code com.example.*} and {@code com.example.**}
   * @throws IllegalArgumentException if one of them is no such pattern
   */
  public TaskTypes(List<String> allowed) {
    for (String pattern : allowed) {
      if (!pattern.matches("[\\w$]+(\\.[\\w$]+)*(\\.\\*\\*?)?")) {
        throw new IllegalArgumentException(
            "task_classes: " + pattern + " (expected: a class, or a package as com.example.*)");
      }
    }
    String own = String.join(";", allowed) + ";";
    filter = ObjectInputFilter.Config.createFilter(LIMITS + VALUES + COLLECTIONS + own + "!*");
  }

  /** What reading goes through. */
  ObjectInputFilter filter() {
    return filter;
  }

  /** Whether a class may be written, which is so if it may be read. */
  public boolean allows(Class<?> type) {
    return filter.checkInput(new OfClass(type)) != Status.REJECTED;
  }

  /** A question about a class alone. */
  private record OfClass(Class<?> type) implements FilterInfo {
    @Override
    public @Nullable Class<?> serialClass() {
      return type;
    }

    @Override
    public long arrayLength() {
      return -1;
    }

    @Override
    public long depth() {
      return 1;
    }

    @Override
    public long references() {
      return 1;
    }

    @Override
    public long streamBytes() {
      return 0;
    }
  }
}
