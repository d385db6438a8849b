// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.swoole4j.internal.websocket.frame.Outgoing;
import io.swoole4j.spi.Arguments;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A message, a part of one, or a control frame; Swoole's {@code Swoole\WebSocket\Frame}. What is
 * received is always a whole message or a control frame. Immutable; its data is not to be changed.
 *
 * <p>A frame that is pushed to many clients is encoded, checked and compressed once.
 */
public sealed class Frame permits CloseFrame {
  private static final int FIN = FrameFlag.FIN.bit();

  private final long fd;
  private final byte[] data;
  private final Opcode opcode;
  private final int flags;
  private final boolean valid;
  private volatile @Nullable Outgoing outgoing;
  private @Nullable String text;

  /**
   * A text message.
   *
   * @param text the text
   */
  public Frame(String text) {
    this(0, bytes("text", text), Opcode.TEXT, FIN, true);
    this.text = text;
  }

  /**
   * A whole message or a control frame.
   *
   * @param data what it carries, not to be changed afterwards
   * @param opcode what it is
   */
  public Frame(byte[] data, Opcode opcode) {
    this(0, data, opcode, FIN, false);
  }

  /**
   * A frame.
   *
   * @param data what it carries, not to be changed afterwards
   * @param opcode what it is
   * @param flags its marks; without {@link FrameFlag#FIN} more parts of the message follow, which
   *     {@link Opcode#CONTINUATION} marks
   */
  public Frame(byte[] data, Opcode opcode, Set<FrameFlag> flags) {
    this(0, data, opcode, FrameFlag.bits(flags), false);
  }

  Frame(long fd, byte[] data, Opcode opcode, int flags, boolean valid) {
    this.fd = fd;
    this.data = Arguments.require("data", data, "bytes");
    this.opcode = Arguments.require("opcode", opcode, "an opcode");
    this.flags = opcode.isControl() ? flags | FIN : flags;
    this.valid = valid;
  }

  static byte[] bytes(String name, @Nullable String text) {
    return Arguments.require(name, text, "text").getBytes(UTF_8);
  }

  /**
   * The connection it came by; Swoole's {@code $fd}.
   *
   * @return the session id, 0 for a frame that was not received by a server
   */
  public long fd() {
    return fd;
  }

  /**
   * What it carries; Swoole's {@code $data}.
   *
   * @return the bytes, not to be changed; of a received text, UTF-8
   */
  public byte[] data() {
    return data;
  }

  /**
   * What it carries as text.
   *
   * @return the bytes read as UTF-8
   */
  public String text() {
    String known = text;
    if (known == null) {
      text = known = new String(data, UTF_8);
    }
    return known;
  }

  /**
   * What it is; Swoole's {@code $opcode}.
   *
   * @return of a received message, text or binary
   */
  public Opcode opcode() {
    return opcode;
  }

  /**
   * Its marks; Swoole's {@code $flags}.
   *
   * @return a set of its own
   */
  public Set<FrameFlag> flags() {
    return FrameFlag.of(flags);
  }

  /**
   * Whether it is the last frame of its message; Swoole's {@code $finish}.
   *
   * @return true for whatever was received
   */
  public boolean finish() {
    return (flags & FIN) != 0;
  }

  int flagBits() {
    return flags;
  }

  /** What is sent of it, made when it is sent for the first time. */
  Outgoing outgoing() {
    Outgoing known = outgoing;
    if (known == null) {
      outgoing = known = new Outgoing(opcode.number(), finish(), data, valid);
    }
    return known;
  }

  @Override
  public String toString() {
    return opcode + " of " + data.length + " bytes";
  }
}
