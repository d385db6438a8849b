// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What goes between a child and its parent beside the user's pipe: frames of a type, a number and a
 * payload. Any thread may write; one reads.
 */
public final class Frames implements Closeable {
  /** To the child, first of all: a {@link Boot}. */
  public static final byte BOOT = 1;

  /** From the child: it runs its callback now. */
  public static final byte READY = 2;

  /** From the child: why it does not run, as text. */
  public static final byte FAILED = 3;

  /** From the child: a call of the server. */
  public static final byte CALL = 4;

  /** To the child: the answer to the call of the same number. */
  public static final byte ANSWER = 5;

  /** To a child of a pool: leave after the message you are at. */
  public static final byte LEAVE = 6;

  /** From a child of a pool: end the pool. */
  public static final byte SHUTDOWN = 7;

  /** From a child of a pool: it goes on alone, another is to take its place. */
  public static final byte DETACH = 8;

  /** To a child of a pool: the process ids of all of them. */
  public static final byte PROCESS_IDS = 9;

  /** No frame is longer. */
  public static final int MAX_BYTES = 64 << 20;

  private static final int HEADER_BYTES = 1 + Integer.BYTES + Integer.BYTES;

  /** One frame; nobody changes its payload. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Frame(byte type, int number, byte[] payload) {}

  private final DataInputStream in;
  private final OutputStream out;
  private final Object writing = new Object();

  /** Frames over two streams. */
  public Frames(InputStream in, OutputStream out) {
    this.in = new DataInputStream(new BufferedInputStream(in));
    this.out = out;
  }

  /** Sends one, at once. */
  public void write(byte type, int number, byte[] payload) throws IOException {
    if (payload.length > MAX_BYTES) {
      throw new IOException("frame: " + payload.length + " (expected: up to " + MAX_BYTES + ')');
    }
    ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + payload.length);
    frame.put(type).putInt(number).putInt(payload.length).put(payload);
    synchronized (writing) {
      out.write(frame.array());
    }
  }

  /**
   * Waits for the next; empty at the end.
   *
   * @throws ProtocolException if what comes is no frame, nor will anything be behind it
   */
  public Optional<Frame> read() throws IOException {
    int type = in.read();
    if (type < 0) {
      return Optional.empty();
    }
    int number = in.readInt();
    int length = in.readInt();
    if (length < 0 || length > MAX_BYTES) {
      throw new ProtocolException("frame: " + length + " (expected: up to " + MAX_BYTES + ')');
    }
    byte[] payload = in.readNBytes(length);
    if (payload.length < length) {
      return Optional.empty();
    }
    return Optional.of(new Frame((byte) type, number, payload));
  }

  @Override
  public void close() throws IOException {
    in.close();
    out.close();
  }
}
