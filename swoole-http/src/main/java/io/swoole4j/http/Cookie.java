// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import io.swoole4j.spi.Arguments;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cookie for {@code Response.cookie}, built attribute by attribute: Swoole's {@code
 * Swoole\Http\Cookie}. Each {@code with} method changes this object and answers it, and refuses at
 * once what would break out of the header line. Not thread-safe.
 *
 * <p>A cookie without a value, or with an empty one, tells the browser to forget it.
 */
public final class Cookie {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd-MMM-yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final String DELETED =
      "=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0";

  /** The last second of the year 9999; a date has four digits for the year. */
  private static final long LATEST = 253_402_300_799L;

  private final boolean encode;
  private String name = "";
  private String value = "";
  private long expires;
  private String path = "";
  private String domain = "";
  private boolean secure;
  private boolean httpOnly;
  private String sameSite = "";
  private String priority = "";
  private boolean partitioned;

  /** A cookie whose value is percent-encoded, so that it may be any text. */
  public Cookie() {
    this(true);
  }

  /**
   * A cookie.
   *
   * @param encode whether the value is percent-encoded; if not, it is taken verbatim and must be
   *     visible ASCII without comma and semicolon
   */
  public Cookie(boolean encode) {
    this.encode = encode;
  }

  /**
   * Sets the name.
   *
   * @param name visible ASCII without {@code = , ;}
   * @return this
   * @throws IllegalArgumentException if it is not
   */
  public Cookie withName(String name) {
    Arguments.require("cookie name", name, "text");
    this.name = require("cookie name", name, !name.isEmpty() && isPlain(name, "=,;"), "=,;");
    return this;
  }

  /**
   * Sets the value.
   *
   * @param value any text if it is encoded; null or empty to delete the cookie
   * @return this
   * @throws IllegalArgumentException if it is not encoded and is not visible ASCII without comma
   *     and semicolon
   */
  public Cookie withValue(@Nullable String value) {
    String text = value == null ? "" : value;
    this.value = require("cookie value", text, encode || isPlain(text, ",;"), ",;");
    return this;
  }

  /**
   * Sets when the browser forgets it.
   *
   * @param expires seconds since the epoch; 0 or less for the end of the browser's session
   * @return this
   */
  public Cookie withExpires(long expires) {
    this.expires = expires;
    return this;
  }

  /**
   * Sets below which path it is sent.
   *
   * @param path visible ASCII without comma and semicolon; empty for the path of the request
   * @return this
   * @throws IllegalArgumentException if it is not
   */
  public Cookie withPath(String path) {
    this.path = requireAttribute("cookie path", path);
    return this;
  }

  /**
   * Sets to which hosts it is sent.
   *
   * @param domain visible ASCII without comma and semicolon; empty for this host alone
   * @return this
   * @throws IllegalArgumentException if it is not
   */
  public Cookie withDomain(String domain) {
    this.domain = requireAttribute("cookie domain", domain);
    return this;
  }

  /**
   * Sets whether it is sent over TLS only.
   *
   * @param secure true if so
   * @return this
   */
  public Cookie withSecure(boolean secure) {
    this.secure = secure;
    return this;
  }

  /**
   * Sets whether scripts of the page cannot see it.
   *
   * @param httpOnly true if so
   * @return this
   */
  public Cookie withHttpOnly(boolean httpOnly) {
    this.httpOnly = httpOnly;
    return this;
  }

  /**
   * Sets whether it is sent with requests that come from other sites.
   *
   * @param sameSite {@code Strict}, {@code Lax}, {@code None}, or empty to say nothing
   * @return this
   * @throws IllegalArgumentException if it has other characters than visible ASCII without comma
   *     and semicolon
   */
  public Cookie withSameSite(String sameSite) {
    this.sameSite = requireAttribute("cookie SameSite", sameSite);
    return this;
  }

  /**
   * Sets which cookies a browser drops first when there are too many.
   *
   * @param priority {@code Low}, {@code Medium}, {@code High}, or empty to say nothing
   * @return this
   * @throws IllegalArgumentException if it has other characters than visible ASCII without comma
   *     and semicolon
   */
  public Cookie withPriority(String priority) {
    this.priority = requireAttribute("cookie Priority", priority);
    return this;
  }

  /**
   * Sets whether each site that embeds this one gets a cookie of its own.
   *
   * @param partitioned true if so
   * @return this
   */
  public Cookie withPartitioned(boolean partitioned) {
    this.partitioned = partitioned;
    return this;
  }

  /** Forgets all that was set, but not whether the value is encoded. */
  public void reset() {
    name = "";
    value = "";
    expires = 0;
    path = "";
    domain = "";
    secure = false;
    httpOnly = false;
    sameSite = "";
    priority = "";
    partitioned = false;
  }

  /**
   * The attributes under Swoole's names: {@code name}, {@code value}, {@code path}, {@code domain},
   * {@code sameSite}, {@code priority}, {@code encode}, {@code expires}, {@code secure}, {@code
   * httpOnly}, {@code partitioned}.
   *
   * @return a copy
   */
  public Map<String, Object> toArray() {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("name", name);
    attributes.put("value", value);
    attributes.put("path", path);
    attributes.put("domain", domain);
    attributes.put("sameSite", sameSite);
    attributes.put("priority", priority);
    attributes.put("encode", encode);
    attributes.put("expires", expires);
    attributes.put("secure", secure);
    attributes.put("httpOnly", httpOnly);
    attributes.put("partitioned", partitioned);
    return attributes;
  }

  /**
   * The value of a Set-Cookie header.
   *
   * @return empty if there is no name
   */
  @Override
  public String toString() {
    return toString(Clock.systemUTC());
  }

  String toString(Clock clock) {
    if (name.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder(64).append(name);
    if (value.isEmpty()) {
      text.append(DELETED);
    } else {
      text.append('=').append(encode ? encoded(value) : value);
      if (expires > 0) {
        long until = Math.min(expires, LATEST);
        text.append("; expires=").append(DATE.format(Instant.ofEpochSecond(until)));
        text.append("; Max-Age=").append(Math.max(0, until - clock.instant().getEpochSecond()));
      }
    }
    attribute(text, "; path=", path);
    attribute(text, "; domain=", domain);
    text.append(secure ? "; secure" : "").append(httpOnly ? "; HttpOnly" : "");
    attribute(text, "; SameSite=", sameSite);
    attribute(text, "; Priority=", priority);
    return text.append(partitioned ? "; Partitioned" : "").toString();
  }

  private static void attribute(StringBuilder text, String key, String value) {
    if (!value.isEmpty()) {
      text.append(key).append(value);
    }
  }

  /** As PHP's {@code urlencode}: a space becomes a plus. */
  private static String encoded(String value) {
    StringBuilder text = new StringBuilder(value.length() + 16);
    for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
        text.append(c);
      } else if (c == '-' || c == '_' || c == '.') {
        text.append(c);
      } else if (c == ' ') {
        text.append('+');
      } else {
        text.append('%').append(hexDigit(c >> 4)).append(hexDigit(c & 15));
      }
    }
    return text.toString();
  }

  private static char hexDigit(int value) {
    return "0123456789ABCDEF".charAt(value);
  }

  private static boolean isPlain(String text, String forbidden) {
    return text.chars().allMatch(c -> c > ' ' && c < 0x7F && forbidden.indexOf(c) < 0);
  }

  private static String requireAttribute(String what, String text) {
    Arguments.require(what, text, "text");
    return require(what, text, isPlain(text, ",;"), ",;");
  }

  private static String require(String what, String text, boolean valid, String forbidden) {
    if (!valid) {
      throw new IllegalArgumentException(
          what
              + ": "
              + shown(text)
              + " (expected: visible ASCII without any of "
              + forbidden
              + ")");
    }
    return text;
  }

  /** A text for a message: nothing in it can forge a line of a log. */
  private static String shown(String text) {
    StringBuilder shown = new StringBuilder("\"");
    text.chars()
        .limit(64)
        .forEach(
            c -> {
              if (c >= ' ' && c < 0x7F) {
                shown.append((char) c);
              } else {
                shown.append(String.format("\\u%04x", c));
              }
            });
    return shown.append(text.length() > 64 ? "...\"" : "\"").toString();
  }
}
