// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import io.swoole4j.setting.LengthType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The work of a framer is linear in the bytes, however they arrive: counted, not timed. */
class FramerCostTest {

  private static final int SIZE = 2 * 1024 * 1024;

  /** Bytes looked at in reads. */
  private long looks;

  /** Bytes copied out of reads. */
  private long copies;

  /** Bytes copied when the array of a partial packet grew. */
  private long moves;

  /** By how much the array of a partial packet was ever larger than it may be. */
  private int excess = Integer.MIN_VALUE;

  private final List<byte[]> packets = new ArrayList<>();

  /** A read that counts what is done to it. */
  private final class CountingRead extends UnpooledHeapByteBuf {

    CountingRead(int capacity) {
      super(UnpooledByteBufAllocator.DEFAULT, capacity, capacity);
    }

    @Override
    public byte getByte(int index) {
      looks++;
      return super.getByte(index);
    }

    @Override
    public int indexOf(int from, int to, byte value) {
      int index = super.indexOf(from, to, value);
      looks += index < 0 ? to - from : index + 1 - from;
      return index;
    }

    @Override
    public CountingRead readBytes(byte[] target, int index, int length) {
      copies += length;
      super.readBytes(target, index, length);
      return this;
    }
  }

  @ParameterizedTest(name = "reads of {0}")
  @ValueSource(ints = {1, 1024, 65536})
  void lengthFramerIsLinear(int readSize) throws FramingException {
    byte[] packet = ByteBuffer.allocate(SIZE).putInt(SIZE - 4).array();

    feed(new LengthFramer(LengthType.UINT32_NETWORK, 0, 4, SIZE), packet, readSize);

    assertThat(packets).hasSize(1);
    assertThat(packets.get(0)).hasSize(SIZE);
    assertThat(copies).isEqualTo(SIZE);
    assertThat(moves).isLessThan(2 * SIZE);
    assertThat(looks).isLessThan(10);
  }

  @ParameterizedTest(name = "reads of {0}")
  @ValueSource(ints = {1, 1024, 65536})
  void lengthFunctionFramerIsLinear(int readSize) throws FramingException {
    byte[] packet = ByteBuffer.allocate(SIZE).putInt(SIZE).array();
    AtomicInteger calls = new AtomicInteger();
    LengthFunction function =
        data -> {
          calls.incrementAndGet();
          return data.remaining() < 4 ? 0 : data.getInt(0);
        };

    feed(new LengthFunctionFramer(function, SIZE), packet, readSize);

    assertThat(packets).hasSize(1);
    assertThat(copies).isEqualTo(SIZE);
    assertThat(moves).isLessThan(2 * SIZE);
    assertThat(calls.get()).isLessThanOrEqualTo(4);
  }

  @ParameterizedTest(name = "reads of {0}")
  @ValueSource(ints = {1, 1024, 65536})
  void mqttFramerIsLinear(int readSize) throws FramingException {
    // PUBLISH; 2 MiB less 4 bytes of header, in three times 7 bits, the low ones first.
    byte[] packet = ByteBuffer.allocate(SIZE).putInt(0x30FC_FF7F).array();

    feed(new MqttFramer(SIZE), packet, readSize);

    assertThat(packets).hasSize(1);
    assertThat(packets.get(0)).hasSize(SIZE);
    assertThat(copies).isEqualTo(SIZE);
    assertThat(moves).isLessThan(2 * SIZE);
    assertThat(looks).isEqualTo(4);
  }

  @ParameterizedTest(name = "reads of {0}")
  @ValueSource(ints = {1, 1024, 65536})
  void eofSplitFramerIsLinear(int readSize) throws FramingException {
    byte[] packet = new byte[SIZE];
    Arrays.fill(packet, (byte) 'x');
    endWith(packet, "\r\n");

    feed(new EofSplitFramer(Feed.bytes("\r\n"), SIZE), packet, readSize);

    assertThat(packets).hasSize(1);
    assertThat(looks).isLessThanOrEqualTo(SIZE);
    assertThat(copies).isEqualTo(SIZE);
    assertThat(moves).isLessThan(2 * SIZE);
  }

  @ParameterizedTest(name = "reads of {0}")
  @ValueSource(ints = {1, 1024, 65536})
  void eofSplitFramerIsLinearOverBeginningsOfTheMark(int readSize) throws FramingException {
    byte[] packet = new byte[SIZE];
    Arrays.fill(packet, (byte) 'a');
    endWith(packet, "aaaaaaab");

    feed(new EofSplitFramer(Feed.bytes("aaaaaaab"), SIZE), packet, readSize);

    assertThat(packets).hasSize(1);
    assertThat(looks).isLessThanOrEqualTo(SIZE);
    assertThat(copies).isEqualTo(SIZE);
  }

  @ParameterizedTest(name = "reads of {0}")
  @ValueSource(ints = {1, 1024, 65536})
  void eofCheckFramerIsLinear(int readSize) throws FramingException {
    byte[] packet = new byte[SIZE];
    Arrays.fill(packet, (byte) 'a');
    endWith(packet, "aaaaaaab");
    CountingPartialPacket held = new CountingPartialPacket();

    feed(new EofCheckFramer(Feed.bytes("aaaaaaab"), SIZE, held), packet, readSize);

    assertThat(packets).hasSize(1);
    assertThat(looks + held.looks).isLessThanOrEqualTo(2 * SIZE);
    assertThat(copies).isEqualTo(SIZE);
    assertThat(moves).isLessThan(2 * SIZE);
  }

  @ParameterizedTest(name = "a mark after {0} bytes")
  @ValueSource(ints = {1, 100, 5000, 32_768, 60_000, 65_534})
  void eofCheckFramerIsLinearOverMergedPackets(int distance) throws FramingException {
    int max = 65_536;
    byte[] stream = new byte[SIZE];
    Arrays.fill(stream, (byte) '\r');
    for (int i = 1; i < SIZE - 1; i++) {
      // Two sorts of packets, so that the rest that is left is long and short in turn.
      int inCycle = i % (max - 2);
      stream[i] = (byte) (inCycle == distance || inCycle == 0 ? '\n' : '\r');
    }
    CountingPartialPacket held = new CountingPartialPacket();

    feed(new EofCheckFramer(Feed.bytes("\r\n"), max, held), stream, 1021);

    assertThat(packets).isNotEmpty();
    long delivered = packets.stream().mapToLong(packet -> packet.length).sum();
    assertThat(delivered).isGreaterThan(SIZE - max);
    assertThat(packets).hasSizeLessThan(4 * SIZE / max);
    assertThat(looks + held.looks).isLessThan(4 * SIZE);
    assertThat(copies).isEqualTo(SIZE);
  }

  /** Counts how often the bytes held are looked at. */
  private static final class CountingPartialPacket extends PartialPacket {

    private long looks;

    @Override
    byte byteAt(int index) {
      looks++;
      return super.byteAt(index);
    }
  }

  private void feed(StatefulFramer framer, byte[] stream, int readSize) throws FramingException {
    CountingRead read = new CountingRead(readSize);
    for (int i = 0; i < stream.length; i += readSize) {
      read.clear().writeBytes(stream, i, Math.min(readSize, stream.length - i));
      int before = framer.bufferedBytes();
      int capacity = framer.held.capacity();
      framer.decode(read, packets::add);
      if (framer.held.capacity() != capacity) {
        moves += before;
      }
      excess =
          Math.max(
              excess,
              framer.held.capacity() - Math.max(PartialPacket.SMALL, 2 * framer.bufferedBytes()));
    }
    read.release();
    assertThat(excess).as("capacity beyond twice the bytes held").isNotPositive();
  }

  private static void endWith(byte[] packet, String eof) {
    System.arraycopy(Feed.bytes(eof), 0, packet, packet.length - eof.length(), eof.length());
  }
}
