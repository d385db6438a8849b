// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

import java.nio.ByteOrder;
import java.util.Optional;

/**
 * How the length of a packet is written in its header: width, sign and byte order.
 *
 * <p>Each type is known by the letter that Swoole, and PHP's {@code pack}, use for it.
 */
public enum LengthType {
  /** {@code c}: signed, 1 byte. */
  INT8('c', 1, true, Order.NETWORK),
  /** {@code C}: unsigned, 1 byte. */
  UINT8('C', 1, false, Order.NETWORK),
  /** {@code s}: signed, 2 bytes, host byte order. */
  INT16_HOST('s', 2, true, Order.HOST),
  /** {@code S}: unsigned, 2 bytes, host byte order. */
  UINT16_HOST('S', 2, false, Order.HOST),
  /** {@code n}: unsigned, 2 bytes, network byte order (big endian). */
  UINT16_NETWORK('n', 2, false, Order.NETWORK),
  /** {@code N}: unsigned, 4 bytes, network byte order (big endian). */
  UINT32_NETWORK('N', 4, false, Order.NETWORK),
  /** {@code l}: signed, 4 bytes, host byte order. */
  INT32_HOST('l', 4, true, Order.HOST),
  /** {@code L}: unsigned, 4 bytes, host byte order. */
  UINT32_HOST('L', 4, false, Order.HOST),
  /** {@code v}: unsigned, 2 bytes, little endian. */
  UINT16_LITTLE('v', 2, false, Order.LITTLE),
  /** {@code V}: unsigned, 4 bytes, little endian. */
  UINT32_LITTLE('V', 4, false, Order.LITTLE),
  /** {@code i}: a signed int of C, which is the same as {@code l}. */
  INT_HOST('i', 4, true, Order.HOST),
  /** {@code I}: an unsigned int of C, which is the same as {@code L}. */
  UINT_HOST('I', 4, false, Order.HOST),
  /** {@code q}: signed, 8 bytes, host byte order. */
  INT64_HOST('q', 8, true, Order.HOST),
  /** {@code Q}: unsigned, 8 bytes, host byte order. */
  UINT64_HOST('Q', 8, false, Order.HOST),
  /** {@code J}: unsigned, 8 bytes, network byte order (big endian). */
  UINT64_NETWORK('J', 8, false, Order.NETWORK),
  /** {@code P}: unsigned, 8 bytes, little endian. */
  UINT64_LITTLE('P', 8, false, Order.LITTLE);

  private enum Order {
    HOST,
    NETWORK,
    LITTLE
  }

  private final char code;
  private final int width;
  private final boolean signed;
  private final Order order;

  LengthType(char code, int width, boolean signed, Order order) {
    this.code = code;
    this.width = width;
    this.signed = signed;
    this.order = order;
  }

  /**
   * Returns Swoole's letter for this type.
   *
   * @return the letter; its case matters
   */
  public char code() {
    return code;
  }

  /**
   * Returns how many bytes the length takes.
   *
   * @return 1, 2, 4 or 8
   */
  public int width() {
    return width;
  }

  /**
   * Tells whether the length is read with a sign. A negative length is never valid.
   *
   * @return true for {@code c}, {@code s}, {@code l}, {@code i} and {@code q}
   */
  public boolean signed() {
    return signed;
  }

  /**
   * Returns the order of the length's bytes.
   *
   * @return the order; this machine's own one for {@code s}, {@code S}, {@code l}, {@code L},
   *     {@code i}, {@code I}, {@code q} and {@code Q}
   */
  public ByteOrder byteOrder() {
    return switch (order) {
      case HOST -> ByteOrder.nativeOrder();
      case NETWORK -> ByteOrder.BIG_ENDIAN;
      case LITTLE -> ByteOrder.LITTLE_ENDIAN;
    };
  }

  /**
   * Finds the type that Swoole knows by a letter.
   *
   * @param code the letter; its case matters
   * @return the type, empty for any other letter
   */
  public static Optional<LengthType> of(char code) {
    for (LengthType candidate : values()) {
      if (candidate.code == code) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
