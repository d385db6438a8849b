// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The path of a request, decoded exactly once and without dots, or nothing at all if it could be
 * understood in two ways. Immutable.
 *
 * @param segments the names in it, none of which is empty, a dot, or has a slash of either kind
 * @param directory whether it ends with a slash
 */
record UrlPath(List<String> segments, boolean directory) {
  /** The one hidden directory that is meant for clients, RFC 8615. */
  private static final String WELL_KNOWN = ".well-known";

  /**
   * Reads a path.
   *
   * @param raw as it was sent, without the query
   * @return empty if it leads above the root, is no UTF-8, or has an escape that is none, a slash
   *     or a control character in a name
   */
  static Optional<UrlPath> parse(String raw) {
    if (!raw.startsWith("/")) {
      return Optional.empty();
    }
    List<String> segments = new ArrayList<>();
    String last = "";
    for (String part : raw.substring(1).split("/", -1)) {
      String name = decoded(part);
      if (name == null) {
        return Optional.empty();
      }
      last = name;
      if (name.equals("..")) {
        if (segments.isEmpty()) {
          return Optional.empty();
        }
        segments.remove(segments.size() - 1);
      } else if (!name.isEmpty() && !name.equals(".")) {
        segments.add(name);
      }
    }
    boolean directory = last.isEmpty() || last.equals(".") || last.equals("..");
    return Optional.of(new UrlPath(List.copyOf(segments), directory));
  }

  private static @Nullable String decoded(String part) {
    if (isPlain(part)) {
      return part;
    }
    byte[] bytes = new byte[part.length()];
    int length = 0;
    for (int i = 0; i < part.length(); i++) {
      int c = part.charAt(i);
      if (c == '%') {
        int high = i + 2 < part.length() ? Character.digit(part.charAt(i + 1), 16) : -1;
        int low = i + 2 < part.length() ? Character.digit(part.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          return null;
        }
        c = high << 4 | low;
        i += 2;
      }
      if (c < ' ' || c == 0x7F || c == '/' || c == '\\') {
        return null;
      }
      bytes[length++] = (byte) c;
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Whether a part means itself, as most do. */
  private static boolean isPlain(String part) {
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      if (c < ' ' || c >= 0x7F || c == '%' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  /** Whether a name in it begins with a dot and so is not meant for clients. */
  boolean isHidden() {
    for (int i = 0; i < segments.size(); i++) {
      if (segments.get(i).startsWith(".") && !(i == 0 && segments.get(i).equals(WELL_KNOWN))) {
        return true;
      }
    }
    return false;
  }

  /** Whether it is a location or below it; a longer name of the same beginning is not. */
  boolean isBelow(UrlPath location) {
    int length = location.segments.size();
    return segments.size() >= length && segments.subList(0, length).equals(location.segments);
  }

  /** As text, decoded, with a slash at both ends. */
  String text() {
    return segments.isEmpty() ? "/" : "/" + String.join("/", segments) + "/";
  }

  /** A name as a part of a URL. */
  static String encoded(String name) {
    StringBuilder text = new StringBuilder();
    for (char c : new String(name.getBytes(UTF_8), ISO_8859_1).toCharArray()) {
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._~".indexOf(c) >= 0;
      if (plain) {
        text.append(c);
      } else {
        text.append('%').append(String.format("%02X", (int) c));
      }
    }
    return text.toString();
  }
}
