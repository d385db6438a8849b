// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The media types of static files by the endings of their names; Swoole's functions {@code
 * mime_type_add} and so on, for one server. May be changed at any time and from any thread.
 */
public final class MimeTypes {
  /** What a file is whose ending is not known. */
  public static final String UNKNOWN = "application/octet-stream";

  private static final String RESOURCE = "mime.types";

  private final Map<String, String> types = new ConcurrentHashMap<>();

  /** The types that are usual on the web. */
  public MimeTypes() {
    try (InputStream resource =
            Objects.requireNonNull(MimeTypes.class.getResourceAsStream(RESOURCE), RESOURCE);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(resource, StandardCharsets.US_ASCII))) {
      lines.lines().filter(line -> !line.startsWith("#")).forEach(this::addLine);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void addLine(String line) {
    String[] words = line.split(" ", -1);
    for (int i = 1; i < words.length; i++) {
      types.put(words[i], words[0]);
    }
  }

  /**
   * Adds a type; Swoole's {@code mime_type_add}.
   *
   * @param suffix the ending of file names without its dot, in any letter case
   * @param type the media type, may have parameters
   * @return false if there is one for that ending already
   * @throws IllegalArgumentException if the ending or the type is empty or cannot be sent
   */
  public boolean add(String suffix, String type) {
    return types.putIfAbsent(key(suffix), checked(type)) == null;
  }

  /**
   * Sets a type, in the place of what there was; Swoole's {@code mime_type_set}.
   *
   * @param suffix the ending of file names without its dot, in any letter case
   * @param type the media type, may have parameters
   * @throws IllegalArgumentException if the ending or the type is empty or cannot be sent
   */
  public void set(String suffix, String type) {
    types.put(key(suffix), checked(type));
  }

  /**
   * Removes a type; Swoole's {@code mime_type_delete}.
   *
   * @param suffix the ending of file names without its dot, in any letter case
   * @return false if there was none
   */
  public boolean delete(String suffix) {
    return types.remove(key(suffix)) != null;
  }

  /**
   * The type of a file; Swoole's {@code mime_type_get}.
   *
   * @param fileName its name, with or without directories
   * @return {@link #UNKNOWN} if its ending is not known
   */
  public String get(String fileName) {
    return types.getOrDefault(suffixOf(fileName), UNKNOWN);
  }

  /**
   * Whether the type of a file is known; Swoole's {@code mime_type_exists}.
   *
   * @param fileName its name, with or without directories
   * @return true if its ending is
   */
  public boolean exists(String fileName) {
    return types.containsKey(suffixOf(fileName));
  }

  /**
   * All types; Swoole's {@code mime_type_list}.
   *
   * @return a copy, types by ending
   */
  public SortedMap<String, String> list() {
    return new TreeMap<>(types);
  }

  private static String suffixOf(String fileName) {
    return fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  private static String key(String suffix) {
    if (suffix.isEmpty() || suffix.indexOf('.') >= 0) {
      throw new IllegalArgumentException("suffix: " + suffix + " (expected: a word without dot)");
    }
    return suffix.toLowerCase(Locale.ROOT);
  }

  private static String checked(String type) {
    if (type.isEmpty() || !type.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
      throw new IllegalArgumentException("type: unfit for a header (expected: a media type)");
    }
    return type;
  }
}
