// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** An array that grows while bytes and text are appended to it. Owned by one thread. */
final class Bytes {
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private static final int ASCII = 0x80;
  private static final int DECIMAL = 10;

  private byte[] array;
  private int length;

  Bytes(int capacity) {
    array = new byte[capacity];
  }

  private void ensure(int more) {
    if (array.length - length < more) {
      array = Arrays.copyOf(array, Math.max(2 * array.length, length + more));
    }
  }

  Bytes put(byte[] bytes) {
    ensure(bytes.length);
    System.arraycopy(bytes, 0, array, length, bytes.length);
    length += bytes.length;
    return this;
  }

  /** Appends text in UTF-8. */
  Bytes put(String text) {
    int count = text.length();
    ensure(count);
    int at = length;
    for (int i = 0; i < count; i++) {
      char c = text.charAt(i);
      if (c >= ASCII) {
        return put(text.getBytes(UTF_8));
      }
      array[at + i] = (byte) c;
    }
    length = at + count;
    return this;
  }

  Bytes crlf() {
    ensure(2);
    array[length++] = '\r';
    array[length++] = '\n';
    return this;
  }

  Bytes field(String name, String value) {
    put(name);
    ensure(2);
    array[length++] = ':';
    array[length++] = ' ';
    return put(value).crlf();
  }

  Bytes decimal(long number) {
    int digits = 1;
    for (long rest = number / DECIMAL; rest > 0; rest /= DECIMAL) {
      digits++;
    }
    ensure(digits);
    long rest = number;
    for (int i = length + digits - 1; i >= length; i--) {
      array[i] = (byte) ('0' + rest % DECIMAL);
      rest /= DECIMAL;
    }
    length += digits;
    return this;
  }

  Bytes hex(int number) {
    int digits = Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(number) + 3) / 4);
    ensure(digits);
    for (int i = digits - 1; i >= 0; i--) {
      array[length++] = HEX[(number >>> (4 * i)) & 0xf];
    }
    return this;
  }

  byte[] take() {
    return length == array.length ? array : Arrays.copyOf(array, length);
  }
}
