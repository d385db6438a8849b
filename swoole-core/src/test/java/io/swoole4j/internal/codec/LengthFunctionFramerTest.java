// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LengthFunctionFramerTest {

  private static final int MAX = 2 * 1024 * 1024;

  /** How many bytes the function was shown, call by call. */
  private final List<Integer> shown = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 36})
  void cutsPacketsOfAConstantLength(int readSize) throws FramingException {
    Feed feed = new Feed(framer(data -> 3, MAX));

    feed.readInPieces(Feed.bytes("abc".repeat(12)), readSize);

    assertThat(feed.texts()).hasSize(12).containsOnly("abc");
  }

  @Test
  void asksOncePerPacketWhenAllIsThere() throws FramingException {
    new Feed(framer(data -> 3, MAX)).read("abc".repeat(12));

    assertThat(shown).containsExactly(36, 33, 30, 27, 24, 21, 18, 15, 12, 9, 6, 3);
  }

  @Test
  void asksAgainWhenMoreBytesArrivedAfterZero() throws FramingException {
    LengthFunctionFramer framer = framer(LengthFunctionFramerTest::intPrefixed, MAX);
    Feed feed = new Feed(framer);

    feed.read("\0\0").read("").read("\0").read("");
    assertThat(shown).containsExactly(2, 3);
    assertThat(framer.bufferedBytes()).isEqualTo(3);

    feed.read("\7ab").read("").read("c");
    assertThat(shown).containsExactly(2, 3, 6);
    assertThat(feed.texts()).containsExactly("\0\0\0\7abc");
    assertThat(framer.held.capacity()).isZero();
  }

  @Test
  void goesBackToTheBufferAfterAPacketThatStraddledReads() throws FramingException {
    Feed feed = new Feed(framer(LengthFunctionFramerTest::intPrefixed, MAX));

    feed.read("\0\0").read("\0\5a\0\0\0\6bc\0\0\0\4\0");

    assertThat(feed.texts()).containsExactly("\0\0\0\5a", "\0\0\0\6bc", "\0\0\0\4");
    assertThat(shown).containsExactly(2, 16, 11, 5, 1);
  }

  @Test
  void takesPacketsShorterThanWhatTheFunctionWantedToSee() throws FramingException {
    LengthFunctionFramer framer = framer(data -> data.remaining() < 8 ? 0 : 2, MAX);
    Feed feed = new Feed(framer);

    feed.readInPieces(Feed.bytes("aabbccddeeff"), 5);

    assertThat(feed.texts()).containsExactly("aa", "bb", "cc");
    assertThat(framer.bufferedBytes()).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, -2, Integer.MIN_VALUE})
  void closesOnANegativeAnswer(int answer) {
    FramingException refusal = refusal(new Feed(framer(data -> answer, MAX)), new byte[10]);

    assertThat(refusal.code()).isEqualTo(1204);
    assertThat(refusal)
        .hasMessage("package length function: " + answer + " (expected: 0.." + MAX + ")");
  }

  @Test
  void takesAPacketOfTheGreatestLengthAndRefusesOneByteMore() throws FramingException {
    byte[] greatest = new byte[100];

    assertThat(new Feed(framer(data -> 100, 100)).readInPieces(greatest, 7).packets())
        .containsExactly(greatest);
    LengthFunctionFramer framer = framer(data -> 101, 100);
    FramingException refusal = refusal(new Feed(framer), new byte[1]);
    assertThat(refusal.code()).isEqualTo(1201);
    assertThat(refusal).hasMessage("package length 101 (expected: 0..100)");
    assertThat(framer.held.capacity()).isZero();
  }

  @Test
  void deliversThePacketsBeforeAnOffendingOneAndIsDeadAfterIt() throws FramingException {
    Feed feed = new Feed(framer(data -> data.get(0) == 'x' ? -1 : 2, MAX));

    FramingException refusal = refusal(feed, Feed.bytes("aabbxxcc"));
    feed.read("dd");

    assertThat(refusal.code()).isEqualTo(1204);
    assertThat(feed.texts()).containsExactly("aa", "bb");
    assertThat(shown).containsExactly(8, 6, 4);
  }

  @Test
  void keepsTheCauseWhenTheFunctionThrows() throws FramingException {
    IllegalStateException bug = new IllegalStateException("bug");
    Feed feed =
        new Feed(
            framer(
                data -> {
                  throw bug;
                },
                MAX));

    FramingException refusal = refusal(feed, new byte[1]);
    feed.read("more");

    assertThat(refusal.code()).isEqualTo(1204);
    assertThat(refusal).hasMessage("package length function failed").hasCause(bug);
    assertThat(shown).hasSize(1);
  }

  @Test
  void takesAnErrorOfTheFunctionForAFailureToo() {
    AssertionError bug = new AssertionError("bug");
    Feed feed =
        new Feed(
            framer(
                data -> {
                  throw bug;
                },
                MAX));

    assertThat(refusal(feed, new byte[1])).hasCause(bug);
  }

  @Test
  void refusesAStreamWhoseWholeWindowSaysNothing() throws FramingException {
    LengthFunctionFramer framer = framer(data -> 0, MAX);
    Feed feed = new Feed(framer);

    feed.readInPieces(new byte[8191], 1000);
    assertThat(framer.bufferedBytes()).isEqualTo(8191);
    FramingException refusal = refusal(feed, new byte[1000]);

    assertThat(refusal.code()).isEqualTo(1204);
    assertThat(refusal)
        .hasMessage("package length function: 0 for 8192 bytes (expected: a length)");
    assertThat(shown).endsWith(8000, 8191, 8192);
    assertThat(framer.held.capacity()).isZero();
  }

  @Test
  void showsAtMost8KiB() throws FramingException {
    Feed feed = new Feed(framer(data -> 70_000, MAX));

    feed.read(new byte[1]).read(new byte[65_536]).read(new byte[65_536]).read(new byte[9000]);

    assertThat(shown).containsExactly(1, 8192, 73);
    assertThat(feed.packets()).extracting(packet -> packet.length).containsExactly(70_000, 70_000);
  }

  @Test
  void holdsNoMoreThanTheGreatestLengthWhileTheLengthIsUnknown() {
    Feed feed = new Feed(framer(data -> 0, 100));

    FramingException refusal = refusal(feed, new byte[150]);

    assertThat(refusal.code()).isEqualTo(1201);
    assertThat(refusal).hasMessage("package length over 100 (expected: 0..100)");
    assertThat(shown).containsExactly(100);
  }

  @Test
  void allocatesForWhatArrivedOnly() throws FramingException {
    LengthFunctionFramer framer = framer(data -> MAX, MAX);

    new Feed(framer).read(new byte[10]);

    assertThat(framer.bufferedBytes()).isEqualTo(10);
    assertThat(framer.held.capacity()).isEqualTo(PartialPacket.SMALL);
  }

  @Test
  void showsAReadOnlyViewFromPositionZero() throws FramingException {
    List<Class<?>> refusals = new ArrayList<>();
    LengthFunction function =
        data -> {
          assertThat(data.position()).isZero();
          assertThat(data.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
          assertThat(data.get(0)).isEqualTo((byte) 'a');
          try {
            data.put(0, (byte) 'x');
          } catch (ReadOnlyBufferException e) {
            refusals.add(e.getClass());
          }
          // A function may move the view's position: the next one is a new view.
          data.position(data.limit());
          return data.limit() < 2 ? 0 : 2;
        };

    Feed feed = new Feed(new LengthFunctionFramer(function, MAX)).read("abab").read("a").read("b");

    assertThat(feed.texts()).containsExactly("ab", "ab", "ab");
    assertThat(refusals).hasSize(4);
  }

  @Test
  void showsTheBufferItselfWithoutCopying() throws FramingException {
    ByteBuf in = Unpooled.directBuffer(16).writeLong(1).writeLong(2);
    List<Boolean> direct = new ArrayList<>();
    LengthFunction function =
        data -> {
          direct.add(data.isDirect());
          // What is written to the buffer shows in the view.
          in.setByte(in.readerIndex(), 42);
          assertThat(data.get(0)).isEqualTo((byte) 42);
          return 8;
        };

    new LengthFunctionFramer(function, MAX).decode(in, packet -> {});

    assertThat(direct).containsExactly(true, true);
    in.release();
  }

  @Test
  void copiesOnlyThePacketThatStraddlesReads() throws FramingException {
    List<Boolean> direct = new ArrayList<>();
    LengthFunction function =
        data -> {
          direct.add(data.isDirect());
          return data.remaining() < 4 ? 0 : data.getInt(0);
        };

    new Feed(new LengthFunctionFramer(function, MAX)).read("\0\0").read("\0\4\0\0\0\4\0\0\0\4");

    assertThat(direct).containsExactly(true, false, true, true);
  }

  @Test
  void readsBuffersMadeOfSeveralParts() throws FramingException {
    LengthFunctionFramer framer = framer(LengthFunctionFramerTest::intPrefixed, MAX);
    ByteBuf in =
        Unpooled.wrappedBuffer(Feed.bytes("\0\0"), Feed.bytes("\0\6a"), Feed.bytes("b\0\0\0\4"));
    List<String> packets = new ArrayList<>();

    framer.decode(in, packet -> packets.add(Feed.text(packet)));

    assertThat(packets).containsExactly("\0\0\0\6ab", "\0\0\0\4");
    in.release();
  }

  @Test
  void refusesAGreatestLengthBelowOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LengthFunctionFramer(data -> 1, 0))
        .withMessage("maxLength: 0 (expected: 1..2147483647)");
  }

  /** The length of the whole packet in four bytes. */
  private static int intPrefixed(ByteBuffer data) {
    return data.remaining() < 4 ? 0 : data.getInt(0);
  }

  private LengthFunctionFramer framer(LengthFunction function, int maxLength) {
    return new LengthFunctionFramer(
        data -> {
          shown.add(data.remaining());
          return function.packageLength(data);
        },
        maxLength);
  }

  private static FramingException refusal(Feed feed, byte[] bytes) {
    return catchThrowableOfType(FramingException.class, () -> feed.read(bytes));
  }
}
