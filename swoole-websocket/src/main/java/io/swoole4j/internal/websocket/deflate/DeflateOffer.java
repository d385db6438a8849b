// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.websocket.deflate;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a client and this server agree on about compression (RFC 7692, 7.1): neither keeps its
 * window from message to message, so that a connection needs none. Immutable.
 *
 * @param windowBits the largest window that the client wants to need; 0 where it has not said
 */
public record DeflateOffer(int windowBits) {
  /** The extension's name, and what both sides of this library ask for. */
  public static final String PLAIN =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

  private static final String NAME = "permessage-deflate";
  private static final String SERVER_WINDOW = "server_max_window_bits";
  private static final String CLIENT_WINDOW = "client_max_window_bits";
  private static final String SERVER_KEEPS_NOTHING = "server_no_context_takeover";
  private static final Set<String> FLAGS =
      Set.of(SERVER_KEEPS_NOTHING, "client_no_context_takeover");
  private static final int MIN_WINDOW = 8;
  private static final int MAX_WINDOW = 15;

  /**
   * The first of a client's offers that can be agreed to.
   *
   * @param headers the values of its Sec-WebSocket-Extensions
   * @return empty if there is none
   */
  public static Optional<DeflateOffer> first(List<String> headers) {
    for (String header : headers) {
      for (String offer : header.split(",", -1)) {
        Optional<DeflateOffer> parsed = parse(offer);
        if (parsed.isPresent()) {
          return parsed;
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Whether a server's answer is one to {@link #PLAIN}: it keeps no window either, and asks for
   * nothing that was not offered.
   *
   * @param header the value of its Sec-WebSocket-Extensions
   * @return false for an answer that ends the handshake
   */
  public static boolean isAnswer(String header) {
    List<String> parameters =
        Stream.of(header.split(";", -1))
            .map(each -> each.strip().toLowerCase(Locale.ROOT))
            .toList();
    return parse(header).isPresent()
        && parameters.contains(SERVER_KEEPS_NOTHING)
        && parameters.stream().noneMatch(each -> each.startsWith(CLIENT_WINDOW));
  }

  private static Optional<DeflateOffer> parse(String offer) {
    String[] parts = offer.split(";", -1);
    if (!parts[0].strip().equalsIgnoreCase(NAME)) {
      return Optional.empty();
    }
    Set<String> seen = new HashSet<>();
    int window = 0;
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      String raw = equals < 0 ? parts[i] : parts[i].substring(0, equals);
      String name = raw.strip().toLowerCase(Locale.ROOT);
      int bits = equals < 0 ? 0 : bits(parts[i].substring(equals + 1).strip());
      boolean known =
          (FLAGS.contains(name) && equals < 0)
              || (name.equals(CLIENT_WINDOW) && (equals < 0 || bits > 0))
              || (name.equals(SERVER_WINDOW) && bits > 0);
      if (!known || !seen.add(name)) {
        return Optional.empty();
      }
      if (name.equals(SERVER_WINDOW)) {
        window = bits;
      }
    }
    return Optional.of(new DeflateOffer(window));
  }

  /** A window's size; 0 for what is none. */
  private static int bits(String value) {
    String digits =
        value.length() > 2 && value.startsWith("\"") && value.endsWith("\"")
            ? value.substring(1, value.length() - 1)
            : value;
    if (digits.isEmpty() || digits.length() > 2 || digits.startsWith("0")) {
      return 0;
    }
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
        return 0;
      }
    }
    int bits = Integer.parseInt(digits);
    return bits >= MIN_WINDOW && bits <= MAX_WINDOW ? bits : 0;
  }

  /**
   * The answer to it.
   *
   * @return the value of Sec-WebSocket-Extensions
   */
  public String answer() {
    return windowBits == 0 ? PLAIN : PLAIN + "; " + SERVER_WINDOW + "=" + windowBits;
  }

  /**
   * The longest message that may be compressed. The JDK's deflater cannot be given a smaller
   * window, but nothing can refer back further than the message is long.
   *
   * @return how many bytes
   */
  public int maxLength() {
    return windowBits == 0 || windowBits == MAX_WINDOW ? Integer.MAX_VALUE : 1 << windowBits;
  }
}
