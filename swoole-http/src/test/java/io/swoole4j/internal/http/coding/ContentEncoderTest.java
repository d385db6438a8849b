// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.coding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.testing.PythonClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is compressed can be read again: whole, in pieces, and as it comes. */
class ContentEncoderTest {

  private static final byte[] TEXT = text(256 * 1024);

  /** Words that come again, the first of them more often than the last, as in a language. */
  private static byte[] text(int length) {
    Random random = new Random(7);
    byte[] noise = new byte[6000];
    random.nextBytes(noise);
    String letters = Base64.getEncoder().encodeToString(noise);
    StringBuilder text = new StringBuilder(length + 16);
    while (text.length() < length) {
      int word = (int) (1000 * Math.pow(random.nextDouble(), 3));
      text.append(letters, 7 * word, 7 * word + 2 + word % 6).append(' ');
    }
    return text.substring(0, length).getBytes(UTF_8);
  }

  @ParameterizedTest
  @EnumSource
  void isReadAgainWhole(ContentCoding coding) throws Exception {
    assertThat(coding.isAvailable()).isTrue();
    for (int level : new int[] {-1, 0, 1, 6, 9, 11, 20, 255}) {
      byte[] encoded = ContentEncoder.encode(coding, level, TEXT);

      assertThat(BodyInflater.inflate(encoded, coding.token(), TEXT.length)).isEqualTo(TEXT);
    }
  }

  @ParameterizedTest
  @EnumSource
  void makesEachPieceReadableAtOnce(ContentCoding coding) throws IOException {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    try (ContentEncoder encoder = new ContentEncoder(coding, 3)) {
      for (int i = 0; i < 20; i++) {
        byte[] piece = ("event " + i + "\n").getBytes(UTF_8);
        written.write(piece);
        sent.write(encoder.write(piece));

        try (InputStream decoder = coding.decoder(sent.toByteArray())) {
          // Byte by byte: some streams want to fill an array and complain that there is no more.
          for (byte expected : written.toByteArray()) {
            assertThat(decoder.read()).isEqualTo(expected);
          }
        }
      }
      sent.write(encoder.finish("end".getBytes(UTF_8)));
      written.write("end".getBytes(UTF_8));
    }

    try (InputStream decoder = coding.decoder(sent.toByteArray())) {
      assertThat(decoder.readAllBytes()).isEqualTo(written.toByteArray());
    }
  }

  @Test
  void isReadByPython(@TempDir Path directory) throws IOException {
    Path gzip =
        Files.write(directory.resolve("gzip"), ContentEncoder.encode(ContentCoding.GZIP, 6, TEXT));
    Path zlib =
        Files.write(
            directory.resolve("zlib"), ContentEncoder.encode(ContentCoding.DEFLATE, 6, TEXT));
    Path plain = Files.write(directory.resolve("plain"), TEXT);

    String script =
        """
        import gzip, sys, zlib
        g, z, p = (open(a, 'rb').read() for a in sys.argv[1:])
        print(gzip.decompress(g) == p, zlib.decompress(z) == p)
        """;
    assertThat(PythonClient.run(script, gzip, zlib, plain).requireSuccess()).isEqualTo("True True");
  }

  @ParameterizedTest
  @EnumSource
  void shrinksWithTheLevel(ContentCoding coding) {
    int atOne = ContentEncoder.encode(coding, 1, TEXT).length;
    int atHighest = ContentEncoder.encode(coding, 255, TEXT).length;

    assertThat(atOne).isLessThan(TEXT.length);
    assertThat(atHighest).isLessThan(atOne);
  }

  @Test
  void passesTheLevelOnToGzip() {
    // Between those it depends on the zlib that the JDK has.
    int stored = ContentEncoder.encode(ContentCoding.GZIP, 0, TEXT).length;
    int fastest = ContentEncoder.encode(ContentCoding.GZIP, 1, TEXT).length;
    int best = ContentEncoder.encode(ContentCoding.GZIP, 9, TEXT).length;

    assertThat(fastest).isLessThan(stored);
    assertThat(best).isLessThanOrEqualTo(fastest);
  }

  @Test
  void appliesFromTheMinimalLengthToTheTypesThatAreNamed() {
    CompressionRules all = CompressionRules.of(true, 1, 128, List.of());
    assertThat(all.apply("image/jpeg", 128)).isTrue();
    assertThat(all.apply(null, 128)).isTrue();
    assertThat(all.apply("text/html", 127)).isFalse();

    CompressionRules some =
        CompressionRules.of(true, 1, 0, List.of("text/HTML", "application/json; charset=x"));
    assertThat(some.types()).isEqualTo(Set.of("text/html", "application/json"));
    assertThat(some.apply("Text/html; charset=utf-8", 1)).isTrue();
    assertThat(some.apply("application/json", 1)).isTrue();
    assertThat(some.apply("image/png", 1)).isFalse();
    assertThat(some.apply(null, 1)).isFalse();
    assertThat(some.apply("text/html", 0)).isFalse();

    assertThat(CompressionRules.of(false, 1, 0, List.of()).apply("text/html", 99)).isFalse();
  }
}
