// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.coding;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which codings a client takes: the header field Accept-Encoding, RFC 9110, 12.5.3. Weights are
 * thousandths. Immutable.
 */
public final class AcceptEncoding {
  private static final int UNNAMED = -1;
  private static final int FULL = 1000;

  private final Map<ContentCoding, Integer> weights = new EnumMap<>(ContentCoding.class);
  private int others = UNNAMED;
  private int identity = UNNAMED;

  private AcceptEncoding() {}

  /**
   * Reads the field. What is malformed in it counts as not said.
   *
   * @param field its value, several fields joined by commas; null if there is none
   * @return what it says
   */
  public static AcceptEncoding parse(@Nullable String field) {
    AcceptEncoding accepted = new AcceptEncoding();
    if (field == null) {
      return accepted;
    }
    int from = 0;
    while (from < field.length()) {
      int comma = field.indexOf(',', from);
      int to = comma < 0 ? field.length() : comma;
      accepted.add(field.substring(from, to));
      from = to + 1;
    }
    return accepted;
  }

  private void add(String member) {
    int semicolon = member.indexOf(';');
    String token = (semicolon < 0 ? member : member.substring(0, semicolon)).strip();
    int weight = semicolon < 0 ? FULL : weight(member.substring(semicolon + 1).strip());
    if (weight < 0) {
      return;
    }
    if (token.equals("*")) {
      others = weight;
    } else if (token.equalsIgnoreCase("identity")) {
      identity = weight;
    } else {
      ContentCoding.of(token).ifPresent(coding -> weights.put(coding, weight));
    }
  }

  /** Reads {@code q=0.5} with up to three decimals; -1 for anything else. */
  private static int weight(String parameter) {
    if (parameter.length() < 3
        || parameter.length() > 7
        || (parameter.charAt(0) | 0x20) != 'q'
        || parameter.charAt(1) != '=') {
      return -1;
    }
    int weight = 0;
    int scale = FULL;
    for (int i = 2; i < parameter.length(); i++) {
      char c = parameter.charAt(i);
      if (i == 3 ? c != '.' : c < '0' || c > '9') {
        return -1;
      }
      if (i != 3) {
        weight += (c - '0') * scale;
        scale /= 10;
      }
    }
    return weight > FULL ? -1 : weight;
  }

  /**
   * The coding to answer with: the one of the highest weight, among equals the one that the server
   * prefers.
   *
   * @return empty if the client takes none that is available, or prefers none
   */
  public Optional<ContentCoding> choose() {
    return choose(ContentCoding.available());
  }

  /**
   * The best of a few codings.
   *
   * @param offered the codings, the preferred one first
   * @return empty if the client takes none of them, or prefers none
   */
  public Optional<ContentCoding> choose(List<ContentCoding> offered) {
    ContentCoding best = null;
    int bestWeight = Math.max(0, identity);
    for (ContentCoding coding : offered) {
      int weight = weightOf(coding);
      if (weight > bestWeight || (best == null && weight == bestWeight && weight > 0)) {
        best = coding;
        bestWeight = weight;
      }
    }
    return Optional.ofNullable(best);
  }

  private int weightOf(ContentCoding coding) {
    return weights.getOrDefault(coding, others);
  }
}
