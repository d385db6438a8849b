// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.http.Request;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** What RFC 6455, 4.2 asks of a request, and what answers it. Any thread. */
final class Handshake {
  /** The request is in order. */
  static final int OK = 0;

  static final String VERSION = "13";

  private static final String HTTP_1 = "HTTP/1.1";
  private static final int BAD_REQUEST = 400;
  private static final int UPGRADE_REQUIRED = 426;
  private static final int KEY_BYTES = 16;
  private static final int KEY_CHARACTERS = 24;
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private Handshake() {}

  /**
   * Whether it came on a stream of HTTP/2 (RFC 8441), where there is no key to be answered: that
   * the stream asks for WebSocket was seen to before.
   */
  static boolean isOfStream(Request request) {
    return request.streamId() != 0;
  }

  /** The status to refuse a request with, or {@link #OK}. */
  static int judge(Request request) {
    if (isOfStream(request)) {
      // 426 would have to name a protocol of the connection.
      return request.headers("sec-websocket-version").equals(List.of(VERSION)) ? OK : BAD_REQUEST;
    }
    boolean form =
        request.getMethod().equals("GET")
            && HTTP_1.equals(request.server().get("server_protocol"))
            && lists(request.headers("upgrade"), "websocket")
            && lists(request.headers("connection"), "upgrade");
    List<String> versions = request.headers("sec-websocket-version");
    if (form && !versions.isEmpty() && !versions.equals(List.of(VERSION))) {
      return UPGRADE_REQUIRED;
    }
    List<String> keys = request.headers("sec-websocket-key");
    boolean keyed = keys.size() == 1 && isKey(keys.get(0));
    return form && keyed && !versions.isEmpty() ? OK : BAD_REQUEST;
  }

  private static boolean lists(List<String> headers, String token) {
    return headers.stream()
        .flatMap(header -> List.of(header.split(",", -1)).stream())
        .anyMatch(each -> each.strip().equalsIgnoreCase(token));
  }

  private static boolean isKey(String key) {
    if (key.length() != KEY_CHARACTERS) {
      return false;
    }
    try {
      return Base64.getDecoder().decode(key).length == KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The answer to a key. */
  static String accept(String key) {
    try {
      // The algorithm is the protocol's, and no secret depends on it.
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-1: absent (expected: in every JDK)", e);
    }
  }

  /** The first of the server's subprotocols that the client lists. */
  static Optional<String> subprotocol(Request request, List<String> own) {
    List<String> offered =
        request.headers("sec-websocket-protocol").stream()
            .flatMap(header -> List.of(header.split(",", -1)).stream())
            .map(String::strip)
            .toList();
    return own.stream().filter(offered::contains).findFirst();
  }
}
