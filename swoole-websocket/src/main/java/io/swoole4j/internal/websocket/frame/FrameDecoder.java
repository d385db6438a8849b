// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.websocket.frame;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages of one peer's bytes and refuses what RFC 6455 does not allow, as early as it can
 * be seen: a length is judged before any of the payload is kept, text is checked as it arrives, and
 * memory grows with what has arrived. Owned by the thread that reads.
 */
public final class FrameDecoder {
  private static final byte[] EMPTY = {};
  private static final int MAX_HEADER = 14;
  private static final int MIN_HEADER = 2;
  private static final int FIN = 0x80;
  private static final int RSV = 0x70;
  private static final int RSV1 = 0x40;
  private static final int OPCODE = 0x0f;
  private static final int MASKED = 0x80;
  private static final int LENGTH = 0x7f;
  private static final int TWO_BYTES = 126;
  private static final int EIGHT_BYTES = 127;
  private static final int KEY = 4;
  private static final int MAX_TWO_BYTES = 0xffff;

  /** What is allocated at once for a payload that has not arrived. */
  private static final int FIRST_PIECE = 16 * 1024;

  private final FrameLimits limits;
  private final boolean masked;
  private final @Nullable Inflation inflation;

  private final byte[] header = new byte[MAX_HEADER];
  private int headerLength;
  private int headerNeeded = MIN_HEADER;

  // The frame whose payload is arriving.
  private boolean inPayload;
  private boolean fin;
  private int opcode;
  private int key;
  private int frameLength;
  private int frameRead;
  private byte[] control = EMPTY;

  // The message whose frames are arriving.
  private int messageOpcode;
  private boolean compressed;
  private byte[] message = EMPTY;
  private int messageLength;
  private int fragments;
  private int text;

  private int controlFrames;
  private long controlSince = System.nanoTime();

  /**
   * A decoder of one peer.
   *
   * @param limits what it may send
   * @param masked whether its frames have to be masked: true for a client's, false for a server's
   * @param inflation what inflates its messages, null unless it may compress them
   */
  public FrameDecoder(FrameLimits limits, boolean masked, @Nullable Inflation inflation) {
    this.limits = limits;
    this.masked = masked;
    this.inflation = inflation;
  }

  /**
   * Takes bytes until there are no more or the sink is done.
   *
   * @param in the bytes
   * @param sink where what they make goes
   * @throws FrameException if they break a rule; the decoder is of no use from then on
   */
  public void decode(ByteBuf in, FrameSink sink) throws FrameException {
    while (in.isReadable() && !sink.isDone()) {
      if (!inPayload && header(in)) {
        begin();
      }
      if (inPayload) {
        payload(in);
        if (frameRead == frameLength) {
          inPayload = false;
          end(sink);
        }
      }
    }
  }

  /**
   * Whether a message or a frame has begun and is not complete.
   *
   * @return true if something is missing
   */
  public boolean isWithinMessage() {
    return inPayload || headerLength > 0 || fragments > 0;
  }

  /**
   * How much of the message that is arriving is there.
   *
   * @return bytes, compressed ones where it is compressed
   */
  public int messageBytes() {
    return messageLength;
  }

  /** Gathers a header; answers whether it is complete. */
  private boolean header(ByteBuf in) throws FrameException {
    while (headerLength < headerNeeded && in.isReadable()) {
      int piece = Math.min(headerNeeded - headerLength, in.readableBytes());
      in.readBytes(header, headerLength, piece);
      headerLength += piece;
      if (headerLength == MIN_HEADER) {
        headerNeeded = judged(header[0], header[1]);
      }
    }
    return headerLength == headerNeeded;
  }

  /** Looks at the first two bytes; answers how long the header is. */
  private int judged(int first, int second) throws FrameException {
    fin = (first & FIN) != 0;
    opcode = first & OPCODE;
    int length = second & LENGTH;
    if (((second & MASKED) != 0) != masked) {
      throw broken(masked ? "frame of a client without a mask" : "masked frame of a server");
    }
    if (Op.isControl(opcode)) {
      judgeControl(first, length);
    } else {
      judgeData(first);
    }
    int more = length == TWO_BYTES ? Short.BYTES : length == EIGHT_BYTES ? Long.BYTES : 0;
    return MIN_HEADER + more + (masked ? KEY : 0);
  }

  private void judgeControl(int first, int length) throws FrameException {
    if (opcode > Op.PONG || (first & RSV) != 0) {
      throw broken("opcode " + opcode + " or reserved bits");
    }
    if (!fin || length > Op.MAX_CONTROL) {
      throw broken("control frame in parts or above " + Op.MAX_CONTROL + " bytes");
    }
    long now = System.nanoTime();
    if (now - controlSince > TimeUnit.SECONDS.toNanos(1)) {
      controlSince = now;
      controlFrames = 0;
    }
    if (++controlFrames > limits.controlFrames()) {
      throw new FrameException(Op.POLICY, "control frames above the limit");
    }
  }

  private void judgeData(int first) throws FrameException {
    boolean begins = opcode != Op.CONTINUATION;
    boolean compresses = (first & RSV1) != 0;
    if (opcode > Op.BINARY
        || (first & RSV & ~RSV1) != 0
        || (compresses && (inflation == null || !begins))) {
      throw broken("opcode " + opcode + " or reserved bits");
    }
    if (begins == (fragments > 0)) {
      throw broken(begins ? "message within a message" : "continuation of no message");
    }
    if (begins) {
      messageOpcode = opcode;
      compressed = compresses;
    }
    if (++fragments > limits.fragments()) {
      throw new FrameException(Op.POLICY, "frames of a message above the limit");
    }
  }

  /** Reads the rest of a complete header. */
  private void begin() throws FrameException {
    long length = header[1] & LENGTH;
    int at = MIN_HEADER;
    if (length == TWO_BYTES) {
      length = number(at, Short.BYTES);
      at += Short.BYTES;
      judgeLength(length, EIGHT_BYTES - 1);
    } else if (length == EIGHT_BYTES) {
      length = number(at, Long.BYTES);
      at += Long.BYTES;
      judgeLength(length, MAX_TWO_BYTES + 1);
    }
    if (!Op.isControl(opcode) && length > limits.messageBytes() - messageLength) {
      throw new FrameException(Op.TOO_BIG, "message above " + limits.messageBytes() + " bytes");
    }
    key = masked ? (int) number(at, KEY) : 0;
    headerLength = 0;
    headerNeeded = MIN_HEADER;
    frameLength = (int) length;
    frameRead = 0;
    inPayload = true;
    if (Op.isControl(opcode)) {
      control = length == 0 ? EMPTY : new byte[frameLength];
    }
  }

  private static void judgeLength(long length, int shortest) throws FrameException {
    if (length < shortest) {
      throw broken("length " + length + " in too many bytes, or too large");
    }
  }

  private long number(int from, int bytes) {
    long number = 0;
    for (int i = from; i < from + bytes; i++) {
      number = (number << Byte.SIZE) | (header[i] & 0xff);
    }
    return number;
  }

  private void payload(ByteBuf in) throws FrameException {
    int piece = Math.min(frameLength - frameRead, in.readableBytes());
    if (piece == 0) {
      return;
    }
    boolean isControl = Op.isControl(opcode);
    if (!isControl) {
      makeRoom(piece);
    }
    byte[] target = isControl ? control : message;
    int from = isControl ? frameRead : messageLength;
    in.readBytes(target, from, piece);
    if (masked) {
      Mask.apply(target, from, from + piece, key, frameRead);
    }
    frameRead += piece;
    if (!isControl) {
      messageLength += piece;
      if (messageOpcode == Op.TEXT && !compressed) {
        text = Utf8.check(text, target, from, from + piece);
        judgeText(text == Utf8.BAD);
      }
    }
  }

  /** Room for a piece, exactly as much as the message needs where that is known and at hand. */
  private void makeRoom(int piece) {
    int needed = messageLength + piece;
    if (needed <= message.length) {
      return;
    }
    int most = fin ? messageLength + frameLength - frameRead : limits.messageBytes();
    int next = Math.max(Math.max(needed, FIRST_PIECE), 2 * message.length);
    message = Arrays.copyOf(message, Math.min(next, most));
  }

  private static void judgeText(boolean bad) throws FrameException {
    if (bad) {
      throw new FrameException(Op.BAD_DATA, "text that is not UTF-8");
    }
  }

  private void end(FrameSink sink) throws FrameException {
    if (Op.isControl(opcode)) {
      byte[] payload = control;
      control = EMPTY;
      if (opcode == Op.CLOSE) {
        judgeClose(payload);
      }
      sink.control(opcode, payload);
    } else if (fin) {
      byte[] data = complete();
      fragments = 0;
      message = EMPTY;
      messageLength = 0;
      sink.message(messageOpcode, data, compressed);
    }
  }

  private byte[] complete() throws FrameException {
    Inflation inflater = inflation;
    if (compressed && inflater != null) {
      byte[] data = inflater.inflate(message, messageLength, limits.messageBytes());
      judgeText(messageOpcode == Op.TEXT && !Utf8.isValid(data));
      return data;
    }
    judgeText(messageOpcode == Op.TEXT && text != 0);
    return messageLength == message.length ? message : Arrays.copyOf(message, messageLength);
  }

  private static void judgeClose(byte[] payload) throws FrameException {
    if (payload.length == 0) {
      return;
    }
    if (payload.length < Short.BYTES || !Op.isCloseCode(Frames.closeCode(payload))) {
      throw broken("close frame with a code that is not allowed");
    }
    judgeText(Utf8.check(0, payload, Short.BYTES, payload.length) != 0);
  }

  private static FrameException broken(String rule) {
    return new FrameException(Op.PROTOCOL_ERROR, rule);
  }
}
