// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

import io.swoole4j.internal.process.posix.ErrnoException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * DatagramMessages of any length over datagrams: each datagram says which message it is of, how
 * long that is and where it belongs. What does not look like that is a message by itself.
 */
public final class DatagramMessages {
  private static final int MAGIC = 0x53574d47;
  private static final int HEADER_BYTES = 4 * Integer.BYTES + Long.BYTES;
  private static final int PART_BYTES = 32 << 10;

  /** Senders that ended in the middle leave something behind; no more than this. */
  private static final int MAX_PARTIAL = 64;

  private static final AtomicInteger LAST_NUMBER = new AtomicInteger();

  private DatagramMessages() {}

  /** Sends one, datagram by datagram; they may mix with those of others. */
  public static void send(Pipe pipe, byte[] message) throws ErrnoException {
    long sender = ProcessHandle.current().pid();
    int number = LAST_NUMBER.incrementAndGet();
    int offset = 0;
    do {
      int length = Math.min(PART_BYTES, message.length - offset);
      ByteBuffer part = ByteBuffer.allocate(HEADER_BYTES + length);
      part.putInt(MAGIC).putLong(sender).putInt(number).putInt(message.length).putInt(offset);
      part.put(message, offset, length);
      pipe.write(part.array());
      offset += length;
    } while (offset < message.length);
  }

  /** Puts messages together. Owned by the thread that reads. */
  public static final class Assembler {
    private final int maxBytes;
    private final Map<String, Partial> partial =
        new LinkedHashMap<>() {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Partial> eldest) {
            return size() > MAX_PARTIAL;
          }
        };

    /** DatagramMessages up to a length; longer ones are dropped. */
    public Assembler(int maxBytes) {
      this.maxBytes = maxBytes;
    }

    /** A message of which something is missing. */
    private static final class Partial {
      private final byte[] data;
      private int missing;

      Partial(int length) {
        data = new byte[length];
        missing = length;
      }
    }

    /** Adds a datagram; answers the message that is complete with it. */
    public Optional<byte[]> add(byte[] datagram) {
      ByteBuffer part = ByteBuffer.wrap(datagram);
      if (datagram.length < HEADER_BYTES || part.getInt() != MAGIC) {
        return Optional.of(datagram);
      }
      String key = part.getLong() + "/" + part.getInt();
      int length = part.getInt();
      int offset = part.getInt();
      int here = part.remaining();
      if (length < 0 || length > maxBytes || offset < 0 || offset > length - here) {
        return Optional.empty();
      }
      if (here == length) {
        return Optional.of(Arrays.copyOfRange(datagram, HEADER_BYTES, datagram.length));
      }
      Partial message = partial.computeIfAbsent(key, ignored -> new Partial(length));
      if (message.data.length != length) {
        return Optional.empty();
      }
      part.get(message.data, offset, here);
      message.missing -= here;
      if (message.missing > 0) {
        return Optional.empty();
      }
      partial.remove(key);
      return Optional.of(message.data);
    }
  }
}
