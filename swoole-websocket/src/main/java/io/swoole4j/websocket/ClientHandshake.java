// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.swoole4j.internal.websocket.deflate.DeflateOffer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The client's side of one opening handshake (RFC 6455, 4.1): what it asks for, and what the server
 * has answered. Used by the thread that connects.
 */
final class ClientHandshake {
  private static final int MAX_HEAD = 64 * 1024;
  private static final int KEY_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String PROTOCOL = "sec-websocket-protocol";
  private static final String EXTENSIONS = "sec-websocket-extensions";
  private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};

  private final String key;
  private final boolean compression;
  private final Set<String> subprotocols = new HashSet<>();
  private final Map<String, String> headers = new LinkedHashMap<>();
  private int status;

  ClientHandshake(boolean compression) {
    byte[] random = new byte[KEY_BYTES];
    RANDOM.nextBytes(random);
    this.key = Base64.getEncoder().encodeToString(random);
    this.compression = compression;
  }

  /** The request; IPv6 addresses are written as RFC 3986 has them. */
  String request(String host, int port, String path, Map<String, String> more) {
    StringBuilder request = new StringBuilder("GET ").append(path).append(" HTTP/1.1\r\n");
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    request.append("Host: ").append(name).append(':').append(port).append("\r\n");
    request.append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n");
    request.append("Sec-WebSocket-Key: ").append(key).append("\r\n");
    if (compression) {
      request.append("Sec-WebSocket-Extensions: ").append(DeflateOffer.PLAIN).append("\r\n");
    }
    more.forEach(
        (header, value) -> {
          request.append(header).append(": ").append(value).append("\r\n");
          if (header.equalsIgnoreCase(PROTOCOL)) {
            subprotocols.addAll(listed(value));
          }
        });
    return request.append("\r\n").toString();
  }

  /**
   * Reads status and headers of the answer.
   *
   * @return what has come behind them
   * @throws IOException if there is no answer, or it is none of HTTP
   */
  byte[] readAnswer(InputStream from) throws IOException {
    byte[] head = new byte[MAX_HEAD];
    int length = 0;
    int end = -1;
    while (end < 0) {
      int read = length == MAX_HEAD ? -1 : from.read(head, length, MAX_HEAD - length);
      if (read < 0) {
        throw new EOFException("no response to the handshake");
      }
      length += read;
      end = endOfHead(head, length);
    }
    parse(new String(head, 0, end, ISO_8859_1));
    return Arrays.copyOfRange(head, end + END_OF_HEAD.length, length);
  }

  private static int endOfHead(byte[] head, int length) {
    for (int i = 0; i + END_OF_HEAD.length <= length; i++) {
      if (Arrays.equals(head, i, i + END_OF_HEAD.length, END_OF_HEAD, 0, END_OF_HEAD.length)) {
        return i;
      }
    }
    return -1;
  }

  private void parse(String head) throws IOException {
    String[] lines = head.split("\r\n", -1);
    String[] first = lines[0].split(" ", 3);
    if (first.length < 2 || !first[0].startsWith("HTTP/1.") || !first[1].matches("[1-9][0-9]{2}")) {
      throw new IOException("not HTTP: " + lines[0]);
    }
    status = Integer.parseInt(first[1]);
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (colon > 0) {
        headers.merge(
            lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
            lines[i].substring(colon + 1).strip(),
            (one, another) -> one + ", " + another);
      }
    }
  }

  int status() {
    return status;
  }

  private static List<String> listed(String value) {
    return Stream.of(value.split(",", -1)).map(String::strip).toList();
  }

  /** Values by lower-case name, several of one name as a list with commas. */
  Map<String, String> headers() {
    return headers;
  }

  /** Whether an answer with status 101 is one to this request, and no more than was offered. */
  boolean isAgreed() {
    return Handshake.accept(key).equals(headers.get("sec-websocket-accept"))
        && "websocket".equalsIgnoreCase(headers.get("upgrade"))
        && listed(headers.getOrDefault("connection", "")).stream()
            .anyMatch("upgrade"::equalsIgnoreCase)
        && (!headers.containsKey(PROTOCOL) || subprotocols.contains(headers.get(PROTOCOL)))
        && (!isCompressed() || (compression && DeflateOffer.isAnswer(headers.get(EXTENSIONS))));
  }

  /** Whether messages may be compressed from now on. */
  boolean isCompressed() {
    return !headers.getOrDefault(EXTENSIONS, "").isEmpty();
  }
}
