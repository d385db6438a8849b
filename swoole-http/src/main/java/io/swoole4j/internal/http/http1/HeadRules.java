// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.swoole4j.internal.http.message.FieldRules;
import java.util.List;
import java.util.Locale;

/**
 * What a request's first line and headers have to say for it to be served, beyond being well-formed
 * (RFC 9112, 3.2, 6.1 and 6.3; RFC 9110, 7.2). Any thread.
 */
public final class HeadRules {
  private static final int BAD_REQUEST = 400;
  private static final int EXPECTATION_FAILED = 417;
  private static final int NOT_IMPLEMENTED = 501;
  private static final int VERSION_NOT_SUPPORTED = 505;

  private static final String CHUNKED = "chunked";

  private HeadRules() {}

  /** How the body is delimited: its length, or {@link #IN_CHUNKS}. */
  static final long IN_CHUNKS = -1;

  /**
   * Checks everything but the target.
   *
   * @return the length of the body, or {@link #IN_CHUNKS}
   */
  static long check(HttpRequest request, KnownHeaders known) throws BadRequestException {
    HttpVersion version = request.protocolVersion();
    if (version.majorVersion() != 1) {
      throw new BadRequestException(VERSION_NOT_SUPPORTED, "version " + version);
    }
    if (request.method().name().equals("CONNECT")) {
      throw new BadRequestException(NOT_IMPLEMENTED, "method CONNECT");
    }
    checkHost(request.headers(), known.hosts(), version.minorVersion() >= 1);
    return bodyLength(request.headers(), known, version.minorVersion() >= 1);
  }

  private static void checkHost(HttpHeaders headers, int hosts, boolean required)
      throws BadRequestException {
    if (hosts > 1 || (required && hosts == 0)) {
      throw bad(hosts + " Host headers");
    }
    if (hosts == 1 && !isHost(headers.get(HttpHeaderNames.HOST, " "))) {
      throw bad("malformed Host");
    }
  }

  /**
   * Whether a text can be the value of Host: a name or an address in brackets, with or without a
   * port; may be empty (RFC 9110, 7.2).
   *
   * @param host the text
   * @return false if it cannot
   */
  public static boolean isHost(String host) {
    int name = host.length();
    int colon = host.lastIndexOf(':');
    if (colon >= 0 && host.indexOf(']', colon) < 0) {
      name = colon;
      for (int i = colon + 1; i < host.length(); i++) {
        if (host.charAt(i) < '0' || host.charAt(i) > '9') {
          return false;
        }
      }
    }
    return (name > 0 && host.charAt(0) == '[')
        ? isIpv6(host.substring(0, name))
        : isName(host, name);
  }

  /** Whether it is made of what an address is made of, not whether it is one. */
  private static boolean isIpv6(String host) {
    int colons = 0;
    for (int i = 1; i < host.length() - 1; i++) {
      char c = host.charAt(i);
      colons += c == ':' ? 1 : 0;
      if (c != ':' && c != '.' && !isHex(host, i)) {
        return false;
      }
    }
    return colons > 1 && host.endsWith("]");
  }

  private static boolean isName(String host, int end) {
    for (int i = 0; i < end; i++) {
      char c = host.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._~!$&'()*+;=".indexOf(c) >= 0
              || (c == '%' && i + 2 < end && isHex(host, i + 1) && isHex(host, i + 2));
      if (!allowed) {
        return false;
      }
    }
    return true;
  }

  private static boolean isHex(String text, int at) {
    return Character.digit(text.charAt(at), 16) >= 0;
  }

  private static long bodyLength(HttpHeaders headers, KnownHeaders known, boolean mayBeChunked)
      throws BadRequestException {
    if (known.codings() > 0) {
      if (known.lengths() > 0 || !mayBeChunked) {
        throw bad("Transfer-Encoding with Content-Length or in HTTP/1.0");
      }
      checkCodings(headers.getAll(HttpHeaderNames.TRANSFER_ENCODING));
      return IN_CHUNKS;
    }
    if (known.lengths() == 0) {
      return 0;
    }
    if (known.lengths() > 1) {
      throw bad("several Content-Length headers");
    }
    return length(headers.get(HttpHeaderNames.CONTENT_LENGTH, ""));
  }

  /** Only chunked is known; another in front of it could be valid, anything else is not. */
  private static void checkCodings(List<String> codings) throws BadRequestException {
    String all = String.join(",", codings).toLowerCase(Locale.ROOT).strip();
    if (all.equals(CHUNKED)) {
      return;
    }
    String[] each = all.split(",", -1);
    for (int i = 0; i < each.length; i++) {
      boolean last = i == each.length - 1;
      if (!FieldRules.isName(each[i].strip()) || each[i].strip().equals(CHUNKED) != last) {
        throw bad("malformed Transfer-Encoding");
      }
    }
    throw new BadRequestException(NOT_IMPLEMENTED, "unknown Transfer-Encoding");
  }

  private static long length(String value) throws BadRequestException {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) < '0' || value.charAt(i) > '9') {
        throw bad("malformed Content-Length");
      }
    }
    if (value.isEmpty()) {
      throw bad("empty Content-Length");
    }
    // The decoder has refused what is too large for a number.
    return Long.parseLong(value);
  }

  /**
   * Whether the client waits for a go-ahead before it sends the body.
   *
   * @throws BadRequestException if it expects something else
   */
  static boolean expectsContinue(HttpRequest request, KnownHeaders known)
      throws BadRequestException {
    if (known.expectations() == 0) {
      return false;
    }
    if (request.protocolVersion().minorVersion() < 1) {
      return false;
    }
    for (String expected : request.headers().getAll(HttpHeaderNames.EXPECT)) {
      if (!expected.equalsIgnoreCase("100-continue")) {
        throw new BadRequestException(EXPECTATION_FAILED, "unknown expectation");
      }
    }
    return true;
  }

  /** Whether the client wants the connection to stay (RFC 9112, 9.3). */
  static boolean keepsAlive(HttpRequest request, KnownHeaders known) {
    return known.connections() == 0
        ? request.protocolVersion().isKeepAliveDefault()
        : HttpUtil.isKeepAlive(request);
  }

  /**
   * The path and query of a target in any of its forms (RFC 9112, 3.2). The authority of the
   * absolute form takes the place of Host.
   */
  static String target(HttpRequest request) throws BadRequestException {
    String uri = request.uri();
    if (uri.indexOf('#') >= 0) {
      throw bad("fragment in target");
    }
    if (uri.startsWith("/") || (uri.equals("*") && request.method().name().equals("OPTIONS"))) {
      return uri;
    }
    int scheme = uri.indexOf("://");
    String name = scheme < 0 ? "" : uri.substring(0, scheme).toLowerCase(Locale.ROOT);
    if (!name.equals("http") && !name.equals("https")) {
      throw bad("malformed target");
    }
    int authority = scheme + "://".length();
    int end = authority;
    while (end < uri.length() && uri.charAt(end) != '/' && uri.charAt(end) != '?') {
      end++;
    }
    String host = uri.substring(authority, end);
    if (host.isEmpty() || !isHost(host)) {
      throw bad("malformed authority");
    }
    request.headers().set(HttpHeaderNames.HOST, host);
    String rest = uri.substring(end);
    if (rest.isEmpty() && request.method().name().equals("OPTIONS")) {
      return "*";
    }
    return rest.startsWith("/") ? rest : "/" + rest;
  }

  private static BadRequestException bad(String message) {
    return new BadRequestException(BAD_REQUEST, message);
  }
}
