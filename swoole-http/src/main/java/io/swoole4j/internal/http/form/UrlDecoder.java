// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.form;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Undoes percent encoding once, in one pass, as PHP's {@code urldecode} does: an escape that is
 * none stays as it is. The bytes are read as UTF-8. Safe from any thread.
 */
public final class UrlDecoder {
  private UrlDecoder() {}

  /**
   * Decodes a piece of a query, form or cookie, where a plus stands for a space.
   *
   * @param data where the piece is
   * @param from its first byte
   * @param to behind its last byte
   * @return the text; what is no UTF-8 becomes replacement characters
   */
  public static String decode(byte[] data, int from, int to) {
    boolean ascii = true;
    for (int i = from; i < to; i++) {
      byte b = data[i];
      if (b == '%' || b == '+') {
        return decodeEscapes(data, from, to);
      }
      ascii &= b >= 0;
    }
    return new String(data, from, to - from, ascii ? ISO_8859_1 : UTF_8);
  }

  private static String decodeEscapes(byte[] data, int from, int to) {
    byte[] decoded = new byte[to - from];
    int length = 0;
    for (int i = from; i < to; i++) {
      int b = data[i];
      if (b == '+') {
        b = ' ';
      } else if (b == '%' && i + 2 < to) {
        int high = Character.digit(data[i + 1], 16);
        int low = Character.digit(data[i + 2], 16);
        if (high >= 0 && low >= 0) {
          b = high << 4 | low;
          i += 2;
        }
      }
      decoded[length++] = (byte) b;
    }
    return new String(decoded, 0, length, UTF_8);
  }
}
