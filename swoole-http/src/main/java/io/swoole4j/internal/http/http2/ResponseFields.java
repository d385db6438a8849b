// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import io.swoole4j.internal.http.message.DateHeader;
import io.swoole4j.internal.http.message.Fields;
import io.swoole4j.internal.http.message.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Makes fields of HTTP/2 of responses: the user's headers without those that are about an HTTP/1
 * connection, cookies, then what the user has not set of server, date, content-type, then
 * content-encoding and content-length. Any thread.
 */
final class ResponseFields {
  private static final AsciiString SERVER = AsciiString.cached("swoole-http-server");
  private static final AsciiString TYPE = AsciiString.cached("text/html");
  private static final AsciiString[] NONE = {};

  /** What is counted for a frame beside the names and values of its fields. */
  private static final int OVERHEAD = 64;

  private final List<AsciiString> fields;
  private int size = OVERHEAD;

  private ResponseFields(int capacity) {
    this.fields = new ArrayList<>(capacity);
  }

  /**
   * The fields of a head.
   *
   * @param head status and headers
   * @param date the clock of responses
   * @param length the value of content-length, -1 for the handler's own, or none
   * @return fields that can be sent
   */
  static Made of(ResponseHead head, DateHeader date, long length) {
    int capacity = 2 * (head.fields().size() + head.cookies().size() + 5);
    return new ResponseFields(capacity).head(head, date, length);
  }

  /**
   * Fields as the codec takes them.
   *
   * @param headers the fields
   * @param size about how many bytes they are on the wire before they are compressed
   */
  record Made(Http2Headers headers, int size) {}

  /**
   * Fields behind the content.
   *
   * @param trailers the fields
   * @return null if there are none
   */
  static @Nullable Made trailers(Fields trailers) {
    if (trailers.size() == 0) {
      return null;
    }
    ResponseFields made = new ResponseFields(2 * trailers.size());
    for (int i = 0; i < trailers.size(); i++) {
      String name = trailers.name(i);
      if (!isAboutConnection(name)) {
        made.add(name(name), trailers.value(i));
      }
    }
    return new Made(ReadOnlyHttp2Headers.trailers(false, made.fields.toArray(NONE)), made.size);
  }

  private Made head(ResponseHead head, DateHeader date, long length) {
    boolean server = true;
    boolean dated = true;
    boolean typed = head.allowsContent();
    @Nullable String ownLength = null;
    Fields own = head.fields();
    for (int i = 0; i < own.size(); i++) {
      String name = own.name(i);
      String value = own.value(i);
      switch (name.length()) {
        case 4 -> dated &= !name.equalsIgnoreCase("Date");
        case 6 -> server &= !name.equalsIgnoreCase("Server");
        case 12 -> typed &= !name.equalsIgnoreCase("Content-Type");
        case 14 -> {
          if (name.equalsIgnoreCase("Content-Length")) {
            ownLength = value;
            continue;
          }
        }
        default -> {}
      }
      if (!isAboutConnection(name) && (!value.isEmpty() || !isDefault(name))) {
        add(name(name), value);
      }
    }
    for (String cookie : head.cookies()) {
      add(HttpHeaderNames.SET_COOKIE, cookie);
    }
    if (server) {
      add(HttpHeaderNames.SERVER, SERVER);
    }
    if (dated) {
      add(HttpHeaderNames.DATE, date.ascii());
    }
    if (typed) {
      add(HttpHeaderNames.CONTENT_TYPE, TYPE);
    }
    String coding = head.contentCoding();
    if (coding != null) {
      add(HttpHeaderNames.CONTENT_ENCODING, coding);
    }
    if (head.allowsContent()) {
      if (length >= 0) {
        add(HttpHeaderNames.CONTENT_LENGTH, Long.toString(length));
      } else if (ownLength != null && !ownLength.isEmpty()) {
        add(HttpHeaderNames.CONTENT_LENGTH, ownLength);
      }
    }
    AsciiString status = HttpResponseStatus.valueOf(head.status()).codeAsText();
    return new Made(ReadOnlyHttp2Headers.serverHeaders(false, status, fields.toArray(NONE)), size);
  }

  private void add(AsciiString name, String value) {
    add(name, value(value));
  }

  private void add(AsciiString name, AsciiString value) {
    fields.add(name);
    fields.add(value);
    size += name.length() + value.length();
  }

  /** Names are in lower case on the wire (RFC 9113, 8.2). */
  private static AsciiString name(String name) {
    return switch (name) {
      case "Content-Type" -> HttpHeaderNames.CONTENT_TYPE;
      case "Cache-Control" -> HttpHeaderNames.CACHE_CONTROL;
      case "Last-Modified" -> HttpHeaderNames.LAST_MODIFIED;
      case "Location" -> HttpHeaderNames.LOCATION;
      case "Server" -> HttpHeaderNames.SERVER;
      case "Vary" -> HttpHeaderNames.VARY;
      default -> new AsciiString(name.toLowerCase(Locale.ROOT));
    };
  }

  private static AsciiString value(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) > 0x7f) {
        return new AsciiString(value.getBytes(UTF_8), false);
      }
    }
    return new AsciiString(value);
  }

  /** Fields that a message of HTTP/2 must not have (RFC 9113, 8.2.2). */
  private static boolean isAboutConnection(String name) {
    return switch (name.length()) {
      case 7 -> name.equalsIgnoreCase("upgrade");
      case 10 -> name.equalsIgnoreCase("connection") || name.equalsIgnoreCase("keep-alive");
      case 16 -> name.equalsIgnoreCase("proxy-connection");
      case 17 -> name.equalsIgnoreCase("transfer-encoding");
      default -> false;
    };
  }

  /** Headers of which an empty value means that they are not to be sent. */
  private static boolean isDefault(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "server", "date", "content-type", "content-encoding" -> true;
      default -> false;
    };
  }
}
