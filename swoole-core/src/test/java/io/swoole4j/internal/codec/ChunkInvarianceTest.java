// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.LengthType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random streams, cut at random places, give the packets that a plain search in the whole stream
 * gives; and so do those that break the rules somewhere.
 */
class ChunkInvarianceTest {

  private static final int STREAMS = 200;
  private static final int INCOMPLETE = 0;

  /** Tells what begins at an index of the stream: a length, or 0, or minus an error code. */
  @FunctionalInterface
  private interface Model {
    int lengthAt(String stream, int index);
  }

  /** What a stream comes to: its packets, and the error code that ends it, or 0. */
  private record Outcome(List<String> packets, int code) {}

  static Stream<Arguments> lengthLayouts() {
    return Stream.of(
            "c:0:1", "C:0:0", "s:1:3", "S:2:0", "n:0:2", "N:8:16", "l:3:7", "L:0:4", "q:1:9",
            "J:0:8")
        .flatMap(
            layout ->
                Stream.of(layout, layout.replace('n', 'v').replace('N', 'V').replace('J', 'P')))
        .distinct()
        .map(layout -> layout.split(":", -1))
        .map(
            parts ->
                Arguments.of(
                    LengthType.of(parts[0].charAt(0)).orElseThrow(),
                    Integer.parseInt(parts[1]),
                    Integer.parseInt(parts[2])));
  }

  @ParameterizedTest
  @MethodSource("lengthLayouts")
  void lengthFramerFindsWhatThePlainSearchFinds(LengthType type, int lengthOffset, int bodyOffset) {
    int max = 90;
    int header = lengthOffset + type.width();
    Model model =
        (stream, index) -> {
          if (stream.length() - index < header) {
            return INCOMPLETE;
          }
          long value = new LengthField(type).read(Feed.bytes(stream), index + lengthOffset);
          long total = value > max ? value : value + bodyOffset;
          if (value < 0 || total < header) {
            return -1204;
          }
          if (total > max) {
            return -1201;
          }
          return total <= stream.length() - index ? (int) total : INCOMPLETE;
        };

    for (int seed = 0; seed < STREAMS; seed++) {
      Random random = new Random(seed);
      StringBuilder stream = new StringBuilder();
      while (stream.length() < 600) {
        stream.append(lengthPacket(random, type, lengthOffset, bodyOffset, max));
      }
      assertSame(
          seed,
          stream.toString(),
          model,
          () -> new LengthFramer(type, lengthOffset, bodyOffset, max));
    }
  }

  /** Mostly right, seldom too long or too short. */
  private static String lengthPacket(
      Random random, LengthType type, int lengthOffset, int bodyOffset, int max) {
    int least = Math.max(bodyOffset, lengthOffset + type.width());
    int total = least + random.nextInt(max - least + 1);
    byte[] packet = new byte[total];
    random.nextBytes(packet);
    long value = (long) total - bodyOffset;
    if (random.nextInt(40) == 0) {
      value = type.width() == 8 ? random.nextLong() : random.nextInt();
    }
    for (int i = 0; i < type.width(); i++) {
      // Whichever order reads the value back.
      packet[lengthOffset + i] = (byte) (value >>> (8 * i));
    }
    if (new LengthField(type).read(packet, lengthOffset) != value) {
      for (int i = 0; i < type.width(); i++) {
        packet[lengthOffset + i] = (byte) (value >>> (8 * (type.width() - 1 - i)));
      }
    }
    return Feed.text(packet);
  }

  @ParameterizedTest
  @MethodSource("eofs")
  void eofSplitFindsWhatThePlainSearchFinds(String eof) {
    int max = 60;
    Model model =
        (stream, index) -> {
          int found = stream.indexOf(eof, index);
          int total = found + eof.length() - index;
          if (found >= 0 && total <= max) {
            return total;
          }
          return stream.length() - index >= max ? -1201 : INCOMPLETE;
        };

    for (int seed = 0; seed < STREAMS; seed++) {
      String stream = eofStream(new Random(seed), eof);
      assertSame(seed, stream, model, () -> new EofFramer(Feed.bytes(eof), true, max));
    }
  }

  @ParameterizedTest
  @MethodSource("eofs")
  void eofCheckDoesReadByReadWhatThePlainSearchDoes(String eof) {
    int max = 60;

    for (int seed = 0; seed < STREAMS; seed++) {
      Random random = new Random(seed);
      List<String> reads = cut(random, eofStream(random, eof));
      assertThat(outcome(new EofFramer(Feed.bytes(eof), false, max), reads))
          .as("seed %d, reads %s", seed, reads)
          .isEqualTo(eofCheckOutcome(reads, eof, max));
    }
  }

  static Stream<String> eofs() {
    return Stream.of("a", "ab", "aa", "aab", "abab", "aabaab", "abaababa", "aaaaaaab");
  }

  /** Of two letters, so that marks and beginnings of marks are everywhere. */
  private static String eofStream(Random random, String eof) {
    StringBuilder stream = new StringBuilder();
    while (stream.length() < 400) {
      random.ints(random.nextInt(20), 'a', 'c').forEach(letter -> stream.append((char) letter));
      stream.append(eof);
    }
    return stream.toString();
  }

  private static Outcome eofCheckOutcome(List<String> reads, String eof, int max) {
    List<String> packets = new ArrayList<>();
    String buffer = "";
    for (String read : reads) {
      buffer += read;
      while (buffer.length() >= max || buffer.endsWith(eof)) {
        int end = buffer.length();
        if (end > max || !buffer.endsWith(eof)) {
          end = buffer.substring(0, max).lastIndexOf(eof) + eof.length();
          if (end < eof.length()) {
            return new Outcome(packets, 1201);
          }
        }
        packets.add(buffer.substring(0, end));
        buffer = buffer.substring(end);
      }
    }
    return new Outcome(packets, 0);
  }

  static Stream<Arguments> functions() {
    return Stream.of(
        Arguments.of("constant", (LengthFunction) data -> 3),
        Arguments.of(
            "int prefix", (LengthFunction) data -> data.remaining() < 4 ? 0 : data.getInt(0) & 63),
        Arguments.of("first byte", (LengthFunction) data -> data.get(0) / 2),
        Arguments.of("wants more", (LengthFunction) data -> data.remaining() < 10 ? 0 : 3),
        Arguments.of("line", (LengthFunction) ChunkInvarianceTest::line));
  }

  private static int line(ByteBuffer data) {
    return IntStream.range(0, data.limit())
        .filter(i -> data.get(i) < -100)
        .map(i -> i + 1)
        .findFirst()
        .orElse(0);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("functions")
  void lengthFunctionFramerFindsWhatThePlainSearchFinds(String name, LengthFunction function) {
    int max = 60;
    Model model =
        (stream, index) -> {
          int shown = Math.min(max, stream.length() - index);
          if (shown == 0) {
            return INCOMPLETE;
          }
          byte[] window = Feed.bytes(stream.substring(index, index + shown));
          int total = function.packageLength(ByteBuffer.wrap(window));
          if (total < 0) {
            return -1204;
          }
          if (total > max || (total == 0 && shown == max)) {
            return -1201;
          }
          return total <= stream.length() - index ? total : INCOMPLETE;
        };

    for (int seed = 0; seed < STREAMS; seed++) {
      byte[] stream = new byte[400];
      new Random(seed).nextBytes(stream);
      assertSame(seed, Feed.text(stream), model, () -> new LengthFunctionFramer(function, max));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 130, 300})
  void mqttFramerFindsWhatThePlainSearchFinds(int max) {
    Model model = (stream, index) -> mqttLength(Feed.bytes(stream.substring(index)), max);

    for (int seed = 0; seed < STREAMS; seed++) {
      Random random = new Random(seed);
      StringBuilder stream = new StringBuilder();
      while (stream.length() < 600) {
        stream.append(mqttPacket(random, max));
      }
      assertSame(seed, stream.toString(), model, () -> new MqttFramer(max));
    }
  }

  private static int mqttLength(byte[] rest, int max) {
    if (rest.length > 0 && rest[0] >= 0 && rest[0] < 16) {
      return -1204;
    }
    int lengthBytes = 1;
    while (lengthBytes < rest.length && rest[lengthBytes] < 0) {
      if (lengthBytes == 4) {
        return -1204;
      }
      lengthBytes++;
      if (1 + lengthBytes > max) {
        return -1201;
      }
    }
    if (lengthBytes >= rest.length) {
      return INCOMPLETE;
    }
    int total = 1 + lengthBytes;
    for (int i = 0; i < lengthBytes; i++) {
      total += (rest[1 + i] & 127) * (int) Math.pow(128, i);
    }
    if (total > max) {
      return -1201;
    }
    return total <= rest.length ? total : INCOMPLETE;
  }

  /** Mostly right, seldom of no type, with a length of random bytes, or with a needless byte. */
  private static String mqttPacket(Random random, int max) {
    int type = random.nextInt(60) == 0 ? 0 : 1 + random.nextInt(15);
    String header = String.valueOf((char) (type << 4 | random.nextInt(16)));
    if (random.nextInt(60) == 0) {
      byte[] length = new byte[4];
      random.nextBytes(length);
      return header + Feed.text(length);
    }
    int size = random.nextInt(max - 1);
    boolean longForm = size >= 128 || (size + 3 <= max && random.nextInt(20) == 0);
    if (longForm) {
      size = Math.min(size, max - 3);
      header += (char) (128 | size % 128);
      header += (char) (size / 128);
    } else {
      header += (char) size;
    }
    byte[] body = new byte[size];
    random.nextBytes(body);
    return header + Feed.text(body);
  }

  private static void assertSame(
      int seed, String stream, Model model, Supplier<? extends Framer> framers) {
    Outcome expected = outcome(model, stream);
    Random random = new Random(seed);
    assertThat(outcome(framers.get(), List.of(stream))).as("seed %d", seed).isEqualTo(expected);
    for (int i = 0; i < 3; i++) {
      List<String> reads = cut(random, stream);
      assertThat(outcome(framers.get(), reads))
          .as("seed %d, cut %d, %d reads", seed, i, reads.size())
          .isEqualTo(expected);
    }
  }

  private static List<String> cut(Random random, String stream) {
    int longest = 1 + random.nextInt(80);
    List<String> reads = new ArrayList<>();
    int index = 0;
    while (index < stream.length()) {
      int end = Math.min(stream.length(), index + random.nextInt(longest + 1));
      reads.add(stream.substring(index, end));
      index = end;
    }
    return reads;
  }

  private static Outcome outcome(Model model, String stream) {
    List<String> packets = new ArrayList<>();
    int index = 0;
    int length = model.lengthAt(stream, index);
    while (length > 0) {
      packets.add(stream.substring(index, index + length));
      index += length;
      length = model.lengthAt(stream, index);
    }
    return new Outcome(packets, -length);
  }

  private static Outcome outcome(Framer framer, List<String> reads) {
    Feed feed = new Feed(framer);
    int code = 0;
    for (String read : reads) {
      try {
        feed.read(read);
      } catch (FramingException e) {
        assertThat(code).as("refused twice").isZero();
        code = e.code();
      }
    }
    return new Outcome(feed.texts(), code);
  }
}
