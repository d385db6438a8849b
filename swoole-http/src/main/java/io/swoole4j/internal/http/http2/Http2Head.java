// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import io.swoole4j.internal.http.http1.HeadRules;
import io.swoole4j.internal.http.message.FieldRules;
import io.swoole4j.internal.http.message.RequestHead;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes a request's head of the fields of a stream, and refuses what RFC 9113, 8.2 and 8.3, calls
 * malformed beyond what the codec itself has refused. Owned by the connection's event loop.
 */
final class Http2Head {
  private static final String PROTOCOL = "HTTP/2";

  /** What a field costs as text beside its name and value. */
  private static final int SEPARATORS = 4;

  private static final int SPACE = ' ';
  private static final int DELETE = 0x7f;

  private final int streamId;
  private final HttpHeaders headers =
      DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
  private int size;
  private @Nullable String method;
  private @Nullable String scheme;
  private @Nullable String path;
  private @Nullable String authority;
  private @Nullable String host;
  private @Nullable String protocol;
  private @Nullable RequestHead request;
  private @Nullable StringBuilder cookies;

  private Http2Head(int streamId) {
    this.streamId = streamId;
  }

  /**
   * Reads a head.
   *
   * @param streamId the stream
   * @param fields what has arrived
   * @throws Http2Exception an error of the stream if it is malformed
   */
  static Http2Head read(int streamId, Http2Headers fields) throws Http2Exception {
    Http2Head made = new Http2Head(streamId);
    made.request = made.read(fields);
    return made;
  }

  /** The head. */
  RequestHead request() {
    return Objects.requireNonNull(request);
  }

  /** What is to be spoken on the stream (RFC 8441, 4); null for HTTP. */
  @Nullable String protocol() {
    return protocol;
  }

  /**
   * Checks fields behind a body, which are dropped.
   *
   * @param streamId the stream
   * @param fields what has arrived
   * @throws Http2Exception an error of the stream if there are pseudo-header fields among them
   */
  static void checkTrailers(int streamId, Http2Headers fields) throws Http2Exception {
    for (Map.Entry<CharSequence, CharSequence> field : fields) {
      if (field.getKey().charAt(0) == ':') {
        throw malformed(streamId, "pseudo-header field in trailers");
      }
    }
  }

  private RequestHead read(Http2Headers fields) throws Http2Exception {
    for (Map.Entry<CharSequence, CharSequence> field : fields) {
      CharSequence name = field.getKey();
      CharSequence value = field.getValue();
      size += name.length() + value.length() + SEPARATORS;
      checkValue(value);
      if (name.charAt(0) == ':') {
        pseudo(name.toString(), value.toString());
      } else {
        regular(name, value);
      }
    }
    return head();
  }

  private void pseudo(String name, String value) throws Http2Exception {
    switch (name) {
      case ":method" -> method = once(method, name, value);
      case ":scheme" -> scheme = once(scheme, name, value);
      case ":path" -> path = once(path, name, value);
      case ":authority" -> authority = once(authority, name, value);
      case ":protocol" -> protocol = once(protocol, name, value);
      default -> throw malformed(streamId, "pseudo-header field " + name);
    }
  }

  private String once(@Nullable String earlier, String name, String value) throws Http2Exception {
    if (earlier != null) {
      throw malformed(streamId, "second " + name);
    }
    return value;
  }

  private void regular(CharSequence name, CharSequence value) throws Http2Exception {
    switch (name.length()) {
      case 2 -> refuse(is("te", name) && !is("trailers", value), name);
      case 4 -> {
        if (is("host", name)) {
          host = once(host, "host", value.toString());
          return;
        }
      }
      case 6 -> {
        if (is("cookie", name)) {
          cookie(value);
          return;
        }
      }
      case 7 -> refuse(is("upgrade", name), name);
      case 10 -> refuse(is("connection", name) || is("keep-alive", name), name);
      case 16 -> refuse(is("proxy-connection", name), name);
      case 17 -> refuse(is("transfer-encoding", name), name);
      default -> {}
    }
    headers.add(name, value);
  }

  private void refuse(boolean wrong, CharSequence name) throws Http2Exception {
    if (wrong) {
      throw malformed(streamId, "field " + name);
    }
  }

  private static boolean is(String text, CharSequence other) {
    return text.contentEquals(other);
  }

  /** Cookies may come in crumbs, which are one field to everybody else (RFC 9113, 8.2.3). */
  private void cookie(CharSequence crumb) {
    StringBuilder joined = cookies;
    if (joined == null) {
      cookies = joined = new StringBuilder(crumb.length());
    } else {
      joined.append("; ");
    }
    joined.append(crumb);
  }

  private void checkValue(CharSequence value) throws Http2Exception {
    int length = value.length();
    // What has arrived is bytes, which are quicker to look at as such.
    byte @Nullable [] bytes = value instanceof AsciiString text ? text.array() : null;
    int offset = value instanceof AsciiString text ? text.arrayOffset() : 0;
    for (int i = 0; i < length; i++) {
      int c = bytes == null ? value.charAt(i) : bytes[offset + i] & 0xff;
      boolean edge = i == 0 || i == length - 1;
      if ((c < SPACE && (c != '\t' || edge)) || c == DELETE || (c == SPACE && edge)) {
        throw malformed(streamId, "value of a field");
      }
    }
  }

  private RequestHead head() throws Http2Exception {
    String asked = method;
    if (asked == null || !FieldRules.isName(asked)) {
      throw malformed(streamId, ":method");
    }
    boolean connect = asked.equals("CONNECT");
    if (protocol != null && !(connect && FieldRules.isName(protocol) && authority != null)) {
      throw malformed(streamId, ":protocol");
    }
    connect &= protocol == null;
    String target = connect ? connectTarget() : target(asked);
    String named = authority == null ? host : authority;
    if (named == null || !HeadRules.isHost(named) || (host != null && !host.equals(named))) {
      throw malformed(streamId, ":authority or host");
    }
    // Neither has been added as it came.
    headers.add(HttpHeaderNames.HOST, named);
    if (cookies != null) {
      headers.add(HttpHeaderNames.COOKIE, cookies.toString());
    }
    return new RequestHead(asked, target, PROTOCOL, headers, size);
  }

  private String connectTarget() throws Http2Exception {
    String to = authority;
    if (path != null || scheme != null || to == null) {
      throw malformed(streamId, "CONNECT");
    }
    return to;
  }

  private String target(String asked) throws Http2Exception {
    String target = path;
    if (scheme == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw malformed(streamId, ":scheme");
    }
    if (target == null
        || !(target.startsWith("/") || (target.equals("*") && asked.equals("OPTIONS")))) {
      throw malformed(streamId, ":path");
    }
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c <= SPACE || c >= DELETE || c == '#') {
        throw malformed(streamId, ":path");
      }
    }
    return target;
  }

  private static Http2Exception malformed(int streamId, String what) {
    return Http2Exception.streamError(
        streamId, Http2Error.PROTOCOL_ERROR, "malformed request: %s", what);
  }
}
