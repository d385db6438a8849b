// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.tls;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The little of DER that it takes to put the older forms of private keys into PKCS#8. */
final class Der {
  private static final int INTEGER = 0x02;
  private static final int OCTET_STRING = 0x04;
  private static final int SEQUENCE = 0x30;
  private static final int PARAMETERS = 0xa0;

  private static final byte[] VERSION_0 = {INTEGER, 1, 0};

  /** rsaEncryption with its NULL parameter. */
  private static final byte[] RSA = {
    SEQUENCE, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 13, 1, 1, 1, 5, 0
  };

  /** ecPublicKey; the curve follows. */
  private static final byte[] EC = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

  private Der() {}

  /** A PKCS#1 key, {@code RSA PRIVATE KEY}, as PKCS#8. */
  static byte[] pkcs8OfRsa(byte[] pkcs1) {
    return pkcs8(RSA, pkcs1);
  }

  /**
   * A SEC1 key, {@code EC PRIVATE KEY}, as PKCS#8.
   *
   * @param sec1 the key
   * @param separateCurve its curve where the key itself does not say it
   * @throws IllegalArgumentException if it is not such a key or has no curve
   */
  static byte[] pkcs8OfEc(byte[] sec1, byte @Nullable [] separateCurve) {
    byte[] curve = curve(sec1);
    if (curve == null) {
      curve = separateCurve;
    }
    if (curve == null) {
      throw new IllegalArgumentException("the key does not name its curve");
    }
    return pkcs8(tagged(SEQUENCE, EC, curve), sec1);
  }

  private static byte[] pkcs8(byte[] algorithm, byte[] key) {
    return tagged(SEQUENCE, VERSION_0, algorithm, tagged(OCTET_STRING, key));
  }

  private static byte @Nullable [] curve(byte[] sec1) {
    try {
      ByteBuffer key = content(ByteBuffer.wrap(sec1), SEQUENCE);
      content(key, INTEGER);
      content(key, OCTET_STRING);
      if (!key.hasRemaining() || (key.get(key.position()) & 0xff) != PARAMETERS) {
        return null;
      }
      ByteBuffer parameters = content(key, PARAMETERS);
      byte[] curve = new byte[parameters.remaining()];
      parameters.get(curve);
      return curve;
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("the key is cut off", e);
    }
  }

  private static ByteBuffer content(ByteBuffer source, int tag) {
    if ((source.get() & 0xff) != tag) {
      throw new IllegalArgumentException("the key is not DER");
    }
    int length = source.get() & 0xff;
    if (length > 0x80) {
      int bytes = length & 0x7f;
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = (length << 8) | (source.get() & 0xff);
      }
    }
    if (length < 0 || length > source.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer content = source.slice().limit(length);
    source.position(source.position() + length);
    return content;
  }

  private static byte[] tagged(int tag, byte[]... contents) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : contents) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(tag);
    int length = content.size();
    if (length < 0x80) {
      all.write(length);
    } else {
      int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
      all.write(0x80 | bytes);
      for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        all.write(length >>> shift);
      }
    }
    all.writeBytes(content.toByteArray());
    return all.toByteArray();
  }
}
