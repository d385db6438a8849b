// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.coding;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * When a server compresses what it sends. Immutable.
 *
 * @param enabled whether it does at all
 * @param level how hard to try
 * @param minLength bodies of fewer bytes are sent as they are
 * @param types media types in lower case that are compressed; all if empty
 */
public record CompressionRules(boolean enabled, int level, int minLength, Set<String> types) {
  /** Nothing is compressed. */
  public static final CompressionRules NONE = of(false, 0, 0, List.of());

  /**
   * The rules of a port.
   *
   * @param enabled whether it compresses at all
   * @param level how hard to try
   * @param minLength bodies of fewer bytes are sent as they are
   * @param types media types that are compressed; all if empty
   * @return the rules
   */
  public static CompressionRules of(boolean enabled, int level, int minLength, List<String> types) {
    return new CompressionRules(
        enabled,
        level,
        minLength,
        types.stream().map(type -> mediaType(type)).collect(Collectors.toUnmodifiableSet()));
  }

  /**
   * Whether an answer depends on Accept-Encoding, and therefore has to say {@code Vary}.
   *
   * @param contentType the answer's media type with its parameters, null if it has none
   * @param length the body's length
   * @return true if it would be compressed for a client that takes it
   */
  public boolean apply(@Nullable String contentType, long length) {
    return enabled
        && length >= minLength
        && length > 0
        && (types.isEmpty() || (contentType != null && types.contains(mediaType(contentType))));
  }

  private static String mediaType(String contentType) {
    int semicolon = contentType.indexOf(';');
    String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.strip().toLowerCase(Locale.ROOT);
  }
}
