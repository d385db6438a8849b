// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MqttFramerTest {

  private static final int MAX = 2 * 1024 * 1024;
  private static final int PUBLISH = 3;
  private static final String CONNECT = "\20\14\0\4MQTT\4\2\0\74\0\0";
  private static final String PINGREQ = "\300\0";

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 100, 1000})
  void receivesAPublishWithTwoBytesOfLengthWhole(int readSize) throws FramingException {
    byte[] packet = packet(PUBLISH, 662);

    Feed feed = new Feed(new MqttFramer(MAX)).readInPieces(packet, readSize);

    assertThat(packet).startsWith(0x30, 0x93, 0x05);
    assertThat(feed.packets()).containsExactly(packet);
    assertThat(feed.packets().get(0)[0] >> 4).isEqualTo(PUBLISH);
  }

  @ParameterizedTest
  @ValueSource(ints = {4099, 65_521, 8_000_000})
  void receivesAPublishWithFourBytesOfLengthWhole(int readSize) throws FramingException {
    byte[] packet = packet(PUBLISH, 4_194_368);
    MqttFramer framer = new MqttFramer(5 * 1024 * 1024);

    Feed feed = new Feed(framer).readInPieces(packet, readSize);

    assertThat(packet[4]).isNotNegative();
    assertThat(feed.packets()).hasSize(1);
    assertThat(Arrays.equals(feed.packets().get(0), packet)).isTrue();
    assertThat(framer.held.capacity()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 100})
  void splitsPacketsThatComeTogether(int readSize) throws FramingException {
    String publish = Feed.text(packet(PUBLISH, 200));
    String stream = CONNECT + PINGREQ + publish + PINGREQ + PINGREQ + "\340\0";
    MqttFramer framer = new MqttFramer(MAX);

    Feed feed = new Feed(framer).readInPieces(Feed.bytes(stream), readSize);

    assertThat(feed.texts()).containsExactly(CONNECT, PINGREQ, publish, PINGREQ, PINGREQ, "\340\0");
    assertThat(framer.bufferedBytes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152})
  void takesTheLeastAndTheGreatestLengthOfEachNumberOfBytes(int remaining) throws FramingException {
    int lengthBytes = remaining < 128 ? 1 : remaining < 16_384 ? 2 : remaining < 2_097_152 ? 3 : 4;
    byte[] packet = packet(PUBLISH, 1 + lengthBytes + remaining);

    Feed feed = new Feed(new MqttFramer(4 * MAX)).read(packet).readInPieces(packet, 10_007);

    assertThat(feed.packets()).hasSize(2).allMatch(got -> Arrays.equals(got, packet));
  }

  @Test
  void refusesTheGreatestLengthThereIsAsTooLarge() {
    FramingException refusal = refusal(new Feed(new MqttFramer(MAX)), "\60\377\377\377\177");

    assertThat(refusal.code()).isEqualTo(1201);
    assertThat(refusal).hasMessage("package length 268435460 (expected: 0.." + MAX + ")");
  }

  @Test
  void takesALengthInMoreBytesThanItNeeds() throws FramingException {
    Feed feed = new Feed(new MqttFramer(MAX)).read("\60\201\200\200\0a\60\200\0");

    assertThat(feed.texts()).containsExactly("\60\201\200\200\0a", "\60\200\0");
  }

  @Test
  void takesEveryTypeButZero() throws FramingException {
    for (int type = 1; type < 16; type++) {
      byte[] packet = packet(type, 10);
      assertThat(new Feed(new MqttFramer(MAX)).read(packet).packets()).containsExactly(packet);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0", "\17", "\0\0", "\17\2ab"})
  void refusesPacketTypeZeroAtItsFirstByte(String stream) {
    FramingException refusal = refusal(new Feed(new MqttFramer(MAX)), stream);

    assertThat(refusal.code()).isEqualTo(1204);
    assertThat(refusal).hasMessage("mqtt packet type 0 (expected: 1..15)");
  }

  @Test
  void refusesALengthThatGoesOnAfterFourBytes() throws FramingException {
    MqttFramer framer = new MqttFramer(MAX);
    Feed feed = new Feed(framer).readInPieces(Feed.bytes("\60\200\200\200"), 1);
    assertThat(framer.bufferedBytes()).isEqualTo(4);

    FramingException refusal = refusal(feed, "\200");

    assertThat(refusal.code()).isEqualTo(1204);
    assertThat(refusal).hasMessage("mqtt remaining length over 4 bytes (expected: 1..4 bytes)");
    assertThat(refusal(new Feed(new MqttFramer(MAX)), "\60\200\200\200\200\1"))
        .hasMessage(refusal.getMessage());
  }

  @Test
  void takesAPacketOfTheGreatestLengthAndRefusesOneByteMore() throws FramingException {
    byte[] greatest = packet(PUBLISH, 200);

    assertThat(new Feed(new MqttFramer(200)).read(greatest).packets()).containsExactly(greatest);

    FramingException refusal =
        refusal(new Feed(new MqttFramer(200)), Feed.text(packet(PUBLISH, 201)));
    assertThat(refusal.code()).isEqualTo(1201);
    assertThat(refusal).hasMessage("package length 201 (expected: 0..200)");
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "3, 2", "4, 3"})
  void refusesAHeaderThatAloneIsTooLongOnceThatIsSure(int max, int lengthBytes)
      throws FramingException {
    MqttFramer framer = new MqttFramer(max);
    Feed feed = new Feed(framer).read("\60").readInPieces(goingOn(lengthBytes - 1), 1);
    assertThat(framer.bufferedBytes()).isLessThan(max);

    FramingException refusal = refusal(feed, Feed.text(goingOn(1)));

    assertThat(refusal.code()).isEqualTo(1201);
    assertThat(refusal).hasMessage("package length over " + max + " (expected: 0.." + max + ")");
  }

  @Test
  void deliversThePacketsBeforeAnOffendingOneAndIsDeadAfterIt() throws FramingException {
    MqttFramer framer = new MqttFramer(MAX);
    Feed feed = new Feed(framer);

    FramingException refusal = refusal(feed, CONNECT + PINGREQ + "\0\0" + PINGREQ);
    feed.read(PINGREQ).read(CONNECT);

    assertThat(refusal.code()).isEqualTo(1204);
    assertThat(feed.texts()).containsExactly(CONNECT, PINGREQ);
    assertThat(framer.bufferedBytes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 70_000})
  void refusesAnOversizeLengthBeforeKeepingAnyOfItsBody(int readSize) {
    MqttFramer framer = new MqttFramer(MAX);
    Feed feed = new Feed(framer);
    byte[] packet = Arrays.copyOf(packet(PUBLISH, MAX + 1), 65_536);

    FramingException refusal =
        catchThrowableOfType(FramingException.class, () -> feed.readInPieces(packet, readSize));

    assertThat(refusal).hasMessage("package length 2097153 (expected: 0..2097152)");
    assertThat(framer.bufferedBytes()).isZero();
    assertThat(framer.held.capacity()).isZero();
  }

  @Test
  void allocatesForWhatArrivedOnly() throws FramingException {
    MqttFramer framer = new MqttFramer(MAX);
    Feed feed = new Feed(framer);

    feed.read(Arrays.copyOf(packet(PUBLISH, MAX), 10));
    assertThat(framer.bufferedBytes()).isEqualTo(10);
    assertThat(framer.held.capacity()).isEqualTo(PartialPacket.SMALL);

    feed.read(new byte[10_000]);
    assertThat(framer.bufferedBytes()).isEqualTo(10_010);
    assertThat(framer.held.capacity()).isLessThanOrEqualTo(2 * 10_010);
  }

  @Test
  void holdsAnIncompleteHeaderInAnArrayOfItsSize() throws FramingException {
    MqttFramer framer = new MqttFramer(MAX);

    new Feed(framer).read("\60\200");

    assertThat(framer.bufferedBytes()).isEqualTo(2);
    assertThat(framer.held.capacity()).isEqualTo(4);
  }

  @Test
  void goesOnAfterTheSinkThrew() throws FramingException {
    MqttFramer framer = new MqttFramer(MAX);

    List<String> rest = Feed.behindASinkThatThrew(framer, "\60\201\0a\60\2bc\60\2d");

    assertThat(rest).containsExactly("\60\2bc");
    assertThat(framer.bufferedBytes()).isEqualTo(3);
  }

  @Test
  void readsBuffersMadeOfSeveralParts() throws FramingException {
    ByteBuf in =
        Unpooled.wrappedBuffer(Feed.bytes("\60"), Feed.bytes("\202"), Feed.bytes("\0ab\300\0"));
    StringBuilder packets = new StringBuilder();

    new MqttFramer(MAX).decode(in, packet -> packets.append(Feed.text(packet)).append('|'));

    assertThat(packets).hasToString("\60\202\0ab|\300\0|");
    in.release();
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1})
  void refusesAGreatestLengthThatNoPacketHas(int maxLength) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MqttFramer(maxLength))
        .withMessage("maxLength: " + maxLength + " (expected: 2..2147483647)");
  }

  private static FramingException refusal(Feed feed, String bytes) {
    return catchThrowableOfType(FramingException.class, () -> feed.read(bytes));
  }

  /** Bytes of a remaining length, none of them the last. */
  private static byte[] goingOn(int count) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) 0x80);
    return bytes;
  }

  /** A packet of this size in all, its length in as few bytes as possible, its body random. */
  private static byte[] packet(int type, int size) {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.write(type << 4);
    int lengthBytes = size < 130 ? 1 : size < 16_387 ? 2 : size < 2_097_156 ? 3 : 4;
    for (int left = size - 1 - lengthBytes, i = 0; i < lengthBytes; i++, left /= 128) {
      header.write(left % 128 + (i < lengthBytes - 1 ? 128 : 0));
    }
    byte[] packet = new byte[size];
    new Random(size).nextBytes(packet);
    System.arraycopy(header.toByteArray(), 0, packet, 0, header.size());
    return packet;
  }
}
