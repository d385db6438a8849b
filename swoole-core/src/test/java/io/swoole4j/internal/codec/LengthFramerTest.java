// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.Unpooled;
import io.swoole4j.setting.LengthType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LengthFramerTest {

  private static final int MAX = 2 * 1024 * 1024;

  @ParameterizedTest
  @EnumSource(LengthType.class)
  void countsTheBodyAloneWithABodyOffset(LengthType field) throws FramingException {
    LengthFramer framer = new LengthFramer(field, 3, 9, MAX);
    byte[] packet = packet(field, 3, 100, 109);

    List<String> once = new Feed(framer).read(packet).texts();
    List<String> byteByByte = new Feed(framer).readInPieces(packet, 1).texts();

    assertThat(once).containsExactly(Feed.text(packet)).isEqualTo(byteByByte);
    assertThat(framer.bufferedBytes()).isZero();
    assertThat(framer.held.capacity()).isZero();
  }

  @ParameterizedTest
  @EnumSource(LengthType.class)
  void countsTheWholePacketWithoutABodyOffset(LengthType field) throws FramingException {
    LengthFramer framer = new LengthFramer(field, 2, 0, MAX);
    byte[] packet = packet(field, 2, 100, 100);

    List<String> once = new Feed(framer).read(packet).texts();
    List<String> byteByByte = new Feed(framer).readInPieces(packet, 1).texts();

    assertThat(once).containsExactly(Feed.text(packet)).isEqualTo(byteByByte);
  }

  @ParameterizedTest
  @EnumSource(LengthType.class)
  void takesTheGreatestValueOfAFieldOrRefusesIt(LengthType field) throws FramingException {
    boolean signed = "csliq".indexOf(field.code()) >= 0;
    int bits = Math.min(field.width() * 8 - (signed ? 1 : 0), 63);
    long greatest = bits == 63 ? Long.MAX_VALUE : (1L << bits) - 1;
    Feed feed = new Feed(new LengthFramer(field, 0, 4, MAX));

    if (greatest < MAX) {
      byte[] packet = packet(field, 0, greatest, (int) greatest + 4);
      assertThat(feed.read(packet).packets()).containsExactly(packet);
    } else {
      FramingException refusal = refusal(feed, packet(field, 0, greatest, 4));
      long total = greatest == Long.MAX_VALUE ? greatest : greatest + 4;
      assertThat(refusal.code()).isEqualTo(1201);
      assertThat(refusal).hasMessage("package length " + total + " (expected: 0.." + MAX + ")");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT16_HOST", "INT32_HOST", "INT_HOST", "INT64_HOST"})
  void refusesNegativeLengths(LengthType field) {
    long least = -1L << (field.width() * 8 - 1);

    for (long value : new long[] {-1, least}) {
      // Even where the offset makes a good total of it.
      FramingException refusal =
          refusal(new Feed(new LengthFramer(field, 0, 1000, MAX)), packet(field, 0, value, 1000));
      assertThat(refusal.code()).isEqualTo(1204);
      assertThat(refusal)
          .hasMessage("package length field " + value + " (expected: 0..%d)", MAX - 1000);
    }
  }

  @Test
  void splitsTheNotesProtocolOfTypeUidLengthAndSerid() throws FramingException {
    LengthFramer framer = new LengthFramer(LengthType.UINT32_NETWORK, 8, 16, 81920);
    byte[] login = notesPacket(1, 1001, "hello", 7);
    byte[] ping = notesPacket(2, 1001, "", 8);
    byte[] chat = notesPacket(3, 1002, "x".repeat(81920 - 16), 9);
    byte[] stream = concat(login, ping, chat);

    assertThat(new Feed(framer).read(stream).packets()).containsExactly(login, ping, chat);
    assertThat(new Feed(framer).readInPieces(stream, 7).packets())
        .containsExactly(login, ping, chat);
    FramingException refusal =
        refusal(new Feed(framer), notesPacket(3, 1002, "x".repeat(81920 - 15), 9));
    assertThat(refusal).hasMessage("package length 81921 (expected: 0..81920)");
  }

  @Test
  void deliversAHeaderOnlyPacketForLengthZero() throws FramingException {
    Feed feed = new Feed(new LengthFramer(LengthType.UINT32_NETWORK, 0, 4, MAX));

    feed.read(new byte[12]).readInPieces(new byte[8], 1);

    assertThat(feed.packets()).hasSize(5).allMatch(packet -> Arrays.equals(packet, new byte[4]));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4096, 65536})
  void deliversThousandsOfHeaderOnlyPackets(int readSize) throws FramingException {
    Feed feed = new Feed(new LengthFramer(LengthType.UINT16_NETWORK, 0, 0, MAX));
    ByteBuffer stream = ByteBuffer.allocate(20_000);
    while (stream.hasRemaining()) {
      stream.putShort((short) 2);
    }

    feed.readInPieces(stream.array(), readSize);

    assertThat(feed.packets())
        .hasSize(10_000)
        .allMatch(packet -> Arrays.equals(packet, new byte[] {0, 2}));
  }

  @Test
  void receivesAPacketCloseTo16MiBWhole() throws FramingException {
    int max = 16 * 1024 * 1024;
    byte[] packet = packet(LengthType.UINT32_NETWORK, 0, max - 4, max);
    LengthFramer framer = new LengthFramer(LengthType.UINT32_NETWORK, 0, 4, max);

    List<byte[]> packets = new Feed(framer).readInPieces(packet, 65_521).packets();

    assertThat(packets).hasSize(1);
    assertThat(Arrays.equals(packets.get(0), packet)).isTrue();
    assertThat(framer.held.capacity()).isZero();
  }

  @Test
  void takesAPacketOfTheGreatestLengthAndRefusesOneByteMore() throws FramingException {
    LengthFramer framer = new LengthFramer(LengthType.UINT8, 0, 1, 100);
    byte[] greatest = packet(LengthType.UINT8, 0, 99, 100);

    assertThat(new Feed(framer).read(greatest).packets()).containsExactly(greatest);

    FramingException refusal = refusal(new Feed(framer), packet(LengthType.UINT8, 0, 100, 101));
    assertThat(refusal.code()).isEqualTo(1201);
    assertThat(refusal).hasMessage("package length 101 (expected: 0..100)");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void refusesATotalThatEndsWithinTheHeader(int value) {
    Feed feed = new Feed(new LengthFramer(LengthType.UINT16_NETWORK, 2, 0, MAX));

    FramingException refusal = refusal(feed, packet(LengthType.UINT16_NETWORK, 2, value, 100));

    assertThat(refusal.code()).isEqualTo(1204);
    assertThat(refusal).hasMessage("package length " + value + " (expected: 4.." + MAX + ")");
    assertThat(feed.packets()).isEmpty();
  }

  @Test
  void deliversThePacketsBeforeAnOffendingOne() {
    Feed feed = new Feed(new LengthFramer(LengthType.UINT8, 0, 1, 100));

    FramingException refusal = refusal(feed, Feed.bytes("\1a\2bc\377..."));

    assertThat(refusal.code()).isEqualTo(1201);
    assertThat(feed.texts()).containsExactly("\1a", "\2bc");
  }

  @Test
  void isDeadAfterARefusal() throws FramingException {
    LengthFramer framer = new LengthFramer(LengthType.UINT8, 0, 1, 100);
    Feed feed = new Feed(framer);
    refusal(feed, Feed.bytes("\377"));

    feed.read("\1a").read("\1b");

    assertThat(feed.packets()).isEmpty();
    assertThat(framer.bufferedBytes()).isZero();
  }

  @Test
  void refusesAnOversizeLengthBeforeKeepingAnyOfItsBody() {
    LengthFramer framer = new LengthFramer(LengthType.UINT32_NETWORK, 0, 4, MAX);
    Feed feed = new Feed(framer);

    FramingException refusal = refusal(feed, packet(LengthType.UINT32_NETWORK, 0, MAX - 3, 65536));

    assertThat(refusal).hasMessage("package length 2097153 (expected: 0..2097152)");
    assertThat(framer.bufferedBytes()).isZero();
    assertThat(framer.held.capacity()).isZero();
  }

  @Test
  void allocatesForWhatArrivedOnly() throws FramingException {
    LengthFramer framer = new LengthFramer(LengthType.UINT32_NETWORK, 0, 4, MAX);
    Feed feed = new Feed(framer);

    feed.read(packet(LengthType.UINT32_NETWORK, 0, MAX - 4, 10));
    assertThat(framer.bufferedBytes()).isEqualTo(10);
    assertThat(framer.held.capacity()).isEqualTo(PartialPacket.SMALL);

    feed.read(new byte[10_000]);
    assertThat(framer.bufferedBytes()).isEqualTo(10_010);
    assertThat(framer.held.capacity()).isLessThanOrEqualTo(2 * 10_010);
  }

  @Test
  void holdsAnIncompleteHeaderInAnArrayOfItsSize() throws FramingException {
    LengthFramer framer = new LengthFramer(LengthType.UINT32_NETWORK, 8, 16, MAX);

    new Feed(framer).read("abc");

    assertThat(framer.bufferedBytes()).isEqualTo(3);
    assertThat(framer.held.capacity()).isEqualTo(12);
  }

  @Test
  void goesOnAfterTheSinkThrew() throws FramingException {
    LengthFramer framer = new LengthFramer(LengthType.UINT8, 0, 1, 100);

    List<String> rest = Feed.behindASinkThatThrew(framer, "\1a\1b\2c");

    assertThat(rest).containsExactly("\1b");
    assertThat(framer.bufferedBytes()).isEqualTo(2);
  }

  @Test
  void refusesOffsetsThatNoPacketCanHave() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LengthFramer(LengthType.UINT32_NETWORK, -1, 4, 100))
        .withMessage("lengthOffset: -1 (expected: 0..96)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LengthFramer(LengthType.UINT32_NETWORK, 97, 4, 100))
        .withMessage("lengthOffset: 97 (expected: 0..96)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LengthFramer(LengthType.UINT32_NETWORK, 0, 101, 100))
        .withMessage("bodyOffset: 101 (expected: 0..100)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LengthFramer(LengthType.UINT32_NETWORK, 0, 0, 0))
        .withMessage("maxLength: 0 (expected: 1..2147483647)");
  }

  @Test
  void refusalsCarryNoStackTrace() {
    Feed feed = new Feed(new LengthFramer(LengthType.UINT8, 0, 1, 100));

    FramingException refusal = refusal(feed, Feed.bytes("\377"));
    refusal.addSuppressed(new IllegalStateException());

    assertThat(refusal.getStackTrace()).isEmpty();
    assertThat(refusal.getSuppressed()).isEmpty();
  }

  private static FramingException refusal(Feed feed, byte[] bytes) {
    return catchThrowableOfType(FramingException.class, () -> feed.read(bytes));
  }

  /** Random bytes of the given size with a length field in them. */
  private static byte[] packet(LengthType field, int lengthOffset, long value, int size) {
    byte[] bytes = new byte[Math.max(size, lengthOffset + field.width())];
    new Random(value).nextBytes(bytes);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(order(field));
    switch (field.width()) {
      case 1 -> buffer.put(lengthOffset, (byte) value);
      case 2 -> buffer.putShort(lengthOffset, (short) value);
      case 4 -> buffer.putInt(lengthOffset, (int) value);
      default -> buffer.putLong(lengthOffset, value);
    }
    return bytes;
  }

  private static ByteOrder order(LengthType field) {
    return switch (field.code()) {
      case 'n', 'N', 'J' -> ByteOrder.BIG_ENDIAN;
      case 'v', 'V', 'P' -> ByteOrder.LITTLE_ENDIAN;
      default -> ByteOrder.nativeOrder();
    };
  }

  private static byte[] notesPacket(int type, int uid, String body, int serid) {
    return ByteBuffer.allocate(16 + body.length())
        .putInt(type)
        .putInt(uid)
        .putInt(body.length())
        .putInt(serid)
        .put(Feed.bytes(body))
        .array();
  }

  private static byte[] concat(byte[]... parts) {
    return Unpooled.wrappedBuffer(parts).copy().array();
  }
}
