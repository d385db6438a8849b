// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.websocket.frame;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A frame on its way to any number of clients: encoded, checked and compressed once, however many
 * there are. Any thread; two that need it at the same time for the first time may both do the work.
 */
public final class Outgoing {
  private static final int RSV1 = 4;
  private static final int UNKNOWN = -2;

  private final int opcode;
  private final boolean fin;
  private final byte[] payload;
  private volatile byte @Nullable [] plain;
  private volatile byte @Nullable [] compressed;
  private volatile int text;

  /**
   * A frame.
   *
   * @param opcode its opcode
   * @param fin whether it is the last of its message
   * @param payload what it carries, not to be changed afterwards
   * @param valid whether it is known to be UTF-8
   */
  public Outgoing(int opcode, boolean fin, byte[] payload, boolean valid) {
    this.opcode = opcode;
    this.fin = fin || Op.isControl(opcode);
    this.payload = payload;
    this.text = valid ? 0 : UNKNOWN;
  }

  /**
   * Its opcode.
   *
   * @return from 0 to 10
   */
  public int opcode() {
    return opcode;
  }

  /**
   * Whether it is the last frame of its message.
   *
   * @return true for control frames
   */
  public boolean fin() {
    return fin;
  }

  /**
   * What it carries.
   *
   * @return the bytes, not to be changed
   */
  public byte[] payload() {
    return payload;
  }

  /**
   * How many bytes it is on the wire, not compressed.
   *
   * @return header and payload
   */
  public int length() {
    return Frames.headerLength(payload.length) + payload.length;
  }

  /**
   * The state of its text behind that of the frames before, see {@link Utf8#check}.
   *
   * @param before the state before it
   * @return the state behind it
   */
  public int textState(int before) {
    if (before != 0) {
      return Utf8.check(before, payload, 0, payload.length);
    }
    int known = text;
    if (known == UNKNOWN) {
      text = known = Utf8.check(0, payload, 0, payload.length);
    }
    return known;
  }

  /**
   * Its bytes on the wire, not compressed.
   *
   * @return the bytes, not to be changed
   */
  public byte[] plain() {
    byte[] known = plain;
    if (known == null) {
      plain = known = Frames.plain(opcode, fin, 0, payload);
    }
    return known;
  }

  /**
   * Its bytes on the wire, compressed where that makes it smaller. For whole messages only.
   *
   * @param deflater compresses
   * @return the bytes, not to be changed
   */
  public byte[] compressed(UnaryOperator<byte[]> deflater) {
    byte[] known = compressed;
    if (known == null) {
      byte[] deflated = deflater.apply(payload);
      known =
          deflated.length < payload.length ? Frames.plain(opcode, true, RSV1, deflated) : plain();
      compressed = known;
    }
    return known;
  }
}
