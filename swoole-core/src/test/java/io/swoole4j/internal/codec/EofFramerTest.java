// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EofFramerTest {

  private static final String CRLF = "\r\n";
  private static final String DEFAULT_EOF = "\r\n\r\n";
  private static final int MAX = 2 * 1024 * 1024;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void joinsTheSlicesOfOnePacket(boolean split) throws FramingException {
    String packet = "x".repeat(20_000) + DEFAULT_EOF;
    EofFramer framer = framer(DEFAULT_EOF, split, MAX);

    Feed feed = new Feed(framer).readInPieces(Feed.bytes(packet), 2048);

    assertThat(feed.texts()).containsExactly(packet);
    assertThat(framer.bufferedBytes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void findsAnEndMarkThatStraddlesReads(boolean split) throws FramingException {
    Feed feed = new Feed(framer(DEFAULT_EOF, split, MAX));

    feed.readInPieces(Feed.bytes("one\r\n\r\ntwo\r\n\r\n"), 1);

    assertThat(feed.texts()).containsExactly("one\r\n\r\n", "two\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void deliversAPacketThatIsNothingButTheEndMark(boolean split) throws FramingException {
    Feed feed = new Feed(framer(CRLF, split, 2));

    feed.read(CRLF).readInPieces(Feed.bytes(CRLF), 1);

    assertThat(feed.texts()).containsExactly(CRLF, CRLF);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void takesAPacketOfTheGreatestLengthAndRefusesOneByteMore(boolean split) throws FramingException {
    Feed feed = new Feed(framer(CRLF, split, 10));

    feed.read("12345678\r\n").readInPieces(Feed.bytes("12345678\r\n"), 3);
    FramingException refusal = refusal(feed, "123456789\r\n");

    assertThat(feed.texts()).containsExactly("12345678\r\n", "12345678\r\n");
    assertThat(refusal.code()).isEqualTo(1201);
    assertThat(refusal).hasMessage("package length over 10 (expected: 0..10)");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusesAPacketWhoseEndMarkNeverComes(boolean split) throws FramingException {
    EofFramer framer = framer(CRLF, split, 1000);
    Feed feed = new Feed(framer);

    feed.readInPieces(new byte[999], 100);
    assertThat(framer.bufferedBytes()).isEqualTo(999);
    FramingException refusal = refusal(feed, "x");
    feed.read("late\r\n");

    assertThat(refusal.code()).isEqualTo(1201);
    assertThat(feed.packets()).isEmpty();
    assertThat(framer.bufferedBytes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void deliversThePacketsBeforeAnEndlessOne(boolean split) {
    Feed feed = new Feed(framer(CRLF, split, 8));

    FramingException refusal = refusal(feed, "ab\r\ncd\r\nefghijklmnop");

    assertThat(refusal.code()).isEqualTo(1201);
    assertThat(String.join("", feed.texts())).isEqualTo("ab\r\ncd\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\0\0\0", "\r\n\r\n", "12345678"})
  void takesEndMarksOfOneToEightBytes(String eof) throws FramingException {
    Feed feed = new Feed(framer(eof, true, MAX));

    feed.read("a" + eof + "b" + eof + "c");

    assertThat(feed.texts()).containsExactly("a" + eof, "b" + eof);
  }

  @Test
  void refusesAnEmptyEndMarkAndOneOfNineBytes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> framer("", true, MAX))
        .withMessage("eof: 0 bytes (expected: 1..8 bytes)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> framer("123456789", false, MAX))
        .withMessage("eof: 9 bytes (expected: 1..8 bytes)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> framer(CRLF, false, 0))
        .withMessage("maxLength: 0 (expected: 1..2147483647)");
  }

  @Test
  void doesNotSeeLaterChangesOfTheEndMarkArray() throws FramingException {
    byte[] eof = Feed.bytes(CRLF);
    EofFramer framer = new EofFramer(eof, true, MAX);
    eof[0] = 'x';

    assertThat(new Feed(framer).read("a\r\n").texts()).containsExactly("a\r\n");
  }

  @Nested
  class Splitting {

    @Test
    void deliversOneByOne() throws FramingException {
      Feed feed = new Feed(framer(CRLF, true, MAX));

      feed.read("a\r\nb\r\n\r\nc").read("\r").read("\nd");

      assertThat(feed.texts()).containsExactly("a\r\n", "b\r\n", "\r\n", "c\r\n");
    }

    @ParameterizedTest
    @CsvSource({
      "aab, aaab, aaab",
      "aab, aaaaab, aaaaab",
      "aab, aabaab, aab aab",
      "aa, aaaa, aa aa",
      "abab, abaabab, abaabab",
      "aabaaa, aabaabaaa, aabaabaaa",
      "aaaaaaab, aaaaaaaaaab, aaaaaaaaaab",
      "abacabad, abacabacabad, abacabacabad"
    })
    void findsEndMarksThatOverlapThemselves(String eof, String stream, String packets)
        throws FramingException {
      for (int readSize = 1; readSize <= stream.length(); readSize++) {
        Feed feed = new Feed(framer(eof, true, MAX));

        feed.readInPieces(Feed.bytes(stream), readSize);

        assertThat(feed.texts())
            .as("reads of %d", readSize)
            .containsExactly(packets.split(" ", -1));
      }
    }

    @Test
    void doesNotUseBytesOfOnePacketForTheEndMarkOfTheNext() throws FramingException {
      EofFramer framer = framer("aa", true, MAX);
      Feed feed = new Feed(framer);

      feed.read("aaa");

      assertThat(feed.texts()).containsExactly("aa");
      assertThat(framer.bufferedBytes()).isOne();
    }

    @Test
    void refusesASinglePacketThatIsTooLongThoughItsEndMarkIsThere() {
      Feed feed = new Feed(framer(CRLF, true, 5));

      FramingException refusal = refusal(feed, "abc\r\nabcd\r\nab\r\n");

      assertThat(refusal.code()).isEqualTo(1201);
      assertThat(feed.texts()).containsExactly("abc\r\n");
    }
  }

  @Nested
  class Checking {

    @Test
    void deliversOnlyWhenAReadEndsWithTheEndMark() throws FramingException {
      EofFramer framer = framer(CRLF, false, MAX);
      Feed feed = new Feed(framer);

      feed.read("a\r\nb");
      assertThat(feed.packets()).isEmpty();
      assertThat(framer.bufferedBytes()).isEqualTo(4);

      feed.read("\r\n").read("c\r\nd\r\n");
      assertThat(feed.texts()).containsExactly("a\r\nb\r\n", "c\r\nd\r\n");
    }

    @Test
    void joinsAMebibyteOf2KiBWrites() throws FramingException {
      byte[] packet = Feed.bytes("x".repeat(1 << 20) + CRLF);

      Feed feed = new Feed(framer(CRLF, false, MAX)).readInPieces(packet, 2048);

      assertThat(feed.packets()).containsExactly(packet).hasSize(1);
      assertThat(feed.packets().get(0)).hasSize(1_048_578);
    }

    @Test
    void deliversUpToTheLastEndMarkWhenMergedPacketsReachTheGreatestLength()
        throws FramingException {
      EofFramer framer = framer(CRLF, false, 10);
      Feed feed = new Feed(framer);

      feed.read("a\r\nb\r\nc").read("d\r\nefgh");

      assertThat(feed.texts()).containsExactly("a\r\nb\r\ncd\r\n");
      assertThat(framer.bufferedBytes()).isEqualTo(4);
      assertThat(feed.read("\r\n").texts()).containsExactly("a\r\nb\r\ncd\r\n", "efgh\r\n");
    }

    @Test
    void keepsTheTailHeldWhenTheLastEndMarkIsOld() throws FramingException {
      EofFramer framer = framer(CRLF, false, 10);
      Feed feed = new Feed(framer);

      feed.read("a\r\nbcdef").read("gh").read("i\r\n");

      assertThat(feed.texts()).containsExactly("a\r\n", "bcdefghi\r\n");
      assertThat(framer.bufferedBytes()).isZero();
    }

    @Test
    void neverDeliversMoreThanTheGreatestLengthAtOnce() throws FramingException {
      Feed feed = new Feed(framer(CRLF, false, 10));

      feed.read("ab\r\n".repeat(6));

      assertThat(feed.texts()).containsExactly("ab\r\nab\r\n", "ab\r\nab\r\n", "ab\r\nab\r\n");
    }

    @Test
    void refusesWhenTheTailAloneReachesTheGreatestLength() throws FramingException {
      Feed feed = new Feed(framer(CRLF, false, 10));

      feed.read("a\r\n1234567");
      FramingException refusal = refusal(feed, "890");

      assertThat(feed.texts()).containsExactly("a\r\n");
      assertThat(refusal.code()).isEqualTo(1201);
    }
  }

  private static EofFramer framer(String eof, boolean split, int maxLength) {
    return new EofFramer(Feed.bytes(eof), split, maxLength);
  }

  private static FramingException refusal(Feed feed, String bytes) {
    return catchThrowableOfType(FramingException.class, () -> feed.read(bytes));
  }
}
