// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.websocket.frame;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Makes the bytes of frames. Any thread. */
public final class Frames {
  private static final byte[] EMPTY = {};
  private static final int FIN = 0x80;
  private static final int RSV_SHIFT = 4;
  private static final int MASKED = 0x80;
  private static final int MAX_ONE_BYTE = 125;
  private static final int MAX_TWO_BYTES = 0xffff;
  private static final int TWO_BYTES = 126;
  private static final int EIGHT_BYTES = 127;
  private static final int KEY = 4;

  /** The header of a frame with the least in it. */
  private static final int SHORTEST = 2;

  /** Keys must not be foreseen by whoever chooses what is sent (RFC 6455, 5.3). */
  private static final SecureRandom RANDOM = new SecureRandom();

  private Frames() {}

  /**
   * A frame without a mask, as a server sends it.
   *
   * @param opcode its opcode
   * @param fin whether it is the last of its message
   * @param rsv the reserved bits, RSV1 being 4
   * @param payload what it carries
   * @return its bytes
   */
  public static byte[] plain(int opcode, boolean fin, int rsv, byte[] payload) {
    return encode(opcode, fin, rsv, payload, payload.length, false);
  }

  /**
   * A frame with a mask, as a client sends it.
   *
   * @param opcode its opcode
   * @param fin whether it is the last of its message
   * @param rsv the reserved bits, RSV1 being 4
   * @param payload what it carries
   * @return its bytes
   */
  public static byte[] masked(int opcode, boolean fin, int rsv, byte[] payload) {
    return encode(opcode, fin, rsv, payload, payload.length, true);
  }

  /**
   * A frame whose payload is a part of an array.
   *
   * @param opcode its opcode
   * @param fin whether it is the last of its message
   * @param rsv the reserved bits, RSV1 being 4
   * @param payload what it carries
   * @param length how many bytes of it
   * @param mask whether it is masked
   * @return its bytes
   */
  public static byte[] encode(
      int opcode, boolean fin, int rsv, byte[] payload, int length, boolean mask) {
    int more = headerLength(length) - SHORTEST;
    int header = SHORTEST + more + (mask ? KEY : 0);
    byte[] bytes = new byte[header + length];
    bytes[0] = (byte) ((fin ? FIN : 0) | (rsv << RSV_SHIFT) | opcode);
    int marker = more == 0 ? length : more == Short.BYTES ? TWO_BYTES : EIGHT_BYTES;
    bytes[1] = (byte) ((mask ? MASKED : 0) | marker);
    put(bytes, 2, more, length);
    System.arraycopy(payload, 0, bytes, header, length);
    if (mask) {
      int key = RANDOM.nextInt();
      put(bytes, header - KEY, KEY, key);
      Mask.apply(bytes, header, bytes.length, key, 0);
    }
    return bytes;
  }

  /** How long the header is of a frame without a mask. */
  static int headerLength(int length) {
    int more = length <= MAX_ONE_BYTE ? 0 : length <= MAX_TWO_BYTES ? Short.BYTES : Long.BYTES;
    return SHORTEST + more;
  }

  private static void put(byte[] bytes, int at, int count, long number) {
    for (int i = 0; i < count; i++) {
      bytes[at + i] = (byte) (number >>> ((count - 1 - i) * Byte.SIZE));
    }
  }

  /**
   * The payload of a close frame.
   *
   * @param code its code, {@link Op#NO_STATUS} for none
   * @param reason the words behind it, UTF-8, at most 123 bytes
   * @return the bytes
   */
  public static byte[] closing(int code, byte[] reason) {
    if (code == Op.NO_STATUS) {
      return EMPTY;
    }
    byte[] payload = new byte[Short.BYTES + reason.length];
    put(payload, 0, Short.BYTES, code);
    System.arraycopy(reason, 0, payload, Short.BYTES, reason.length);
    return payload;
  }

  /**
   * The code in the payload of a close frame.
   *
   * @param payload the payload
   * @return the code, from 0 to 65535; {@link Op#NO_STATUS} if there is none
   */
  public static int closeCode(byte[] payload) {
    return payload.length < Short.BYTES
        ? Op.NO_STATUS
        : ((payload[0] & 0xff) << Byte.SIZE) | (payload[1] & 0xff);
  }

  /**
   * The words in the payload of a close frame.
   *
   * @param payload the payload
   * @return the words, empty if there are none
   */
  public static String closeReason(byte[] payload) {
    return payload.length <= Short.BYTES
        ? ""
        : new String(payload, Short.BYTES, payload.length - Short.BYTES, StandardCharsets.UTF_8);
  }

  /**
   * What a single frame carries, whole and unmasked; nothing is checked but that it is complete.
   *
   * @param bytes the frame, and maybe more, which is not changed
   * @return null if it is incomplete
   */
  public static @Nullable Unpacked unpack(byte[] bytes) {
    if (bytes.length < 2) {
      return null;
    }
    int marker = bytes[1] & EIGHT_BYTES;
    boolean mask = (bytes[1] & MASKED) != 0;
    int more = marker < TWO_BYTES ? 0 : marker == TWO_BYTES ? Short.BYTES : Long.BYTES;
    int header = 2 + more + (mask ? KEY : 0);
    if (bytes.length < header) {
      return null;
    }
    long length = more == 0 ? marker : number(bytes, 2, more);
    if (length < 0 || length > bytes.length - header) {
      return null;
    }
    byte[] payload = Arrays.copyOfRange(bytes, header, header + (int) length);
    if (mask) {
      Mask.apply(payload, 0, payload.length, (int) number(bytes, header - KEY, KEY), 0);
    }
    return new Unpacked(
        bytes[0] & 0x0f, (bytes[0] & FIN) != 0, (bytes[0] >>> RSV_SHIFT) & 7, mask, payload);
  }

  private static long number(byte[] bytes, int from, int count) {
    long number = 0;
    for (int i = from; i < from + count; i++) {
      number = (number << Byte.SIZE) | (bytes[i] & 0xff);
    }
    return number;
  }

  /** A frame's parts. Immutable. */
  public static final class Unpacked {
    private final int opcode;
    private final boolean fin;
    private final int rsv;
    private final boolean masked;
    private final byte[] payload;

    Unpacked(int opcode, boolean fin, int rsv, boolean masked, byte[] payload) {
      this.opcode = opcode;
      this.fin = fin;
      this.rsv = rsv;
      this.masked = masked;
      this.payload = payload;
    }

    /**
     * What it is.
     *
     * @return from 0 to 15
     */
    public int opcode() {
      return opcode;
    }

    /**
     * Whether it is the last of its message.
     *
     * @return the bit FIN
     */
    public boolean fin() {
      return fin;
    }

    /**
     * The reserved bits.
     *
     * @return RSV1 being 4
     */
    public int rsv() {
      return rsv;
    }

    /**
     * Whether it was masked.
     *
     * @return the bit MASK
     */
    public boolean masked() {
      return masked;
    }

    /**
     * What it carried.
     *
     * @return the bytes without a mask
     */
    public byte[] payload() {
      return payload;
    }
  }
}
