// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.coding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.swoole4j.internal.http.form.BodyRefusedException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A small body cannot become a large one. */
class BodyInflaterTest {

  private static final int LIMIT = 64 * 1024;

  private static int statusOf(byte[] body, String coding) {
    try {
      BodyInflater.inflate(body, coding, LIMIT);
      return 200;
    } catch (BodyRefusedException e) {
      return e.status();
    }
  }

  @ParameterizedTest
  @EnumSource
  void takesAsMuchAsTheLimitAndNotAByteMore(ContentCoding coding) {
    byte[] fits = ContentEncoder.encode(coding, 5, new byte[LIMIT]);
    byte[] tooLarge = ContentEncoder.encode(coding, 5, new byte[LIMIT + 1]);
    byte[] bomb = ContentEncoder.encode(coding, 5, new byte[64 << 20]);

    assertThat(statusOf(fits, coding.token())).isEqualTo(200);
    assertThat(statusOf(tooLarge, coding.token())).isEqualTo(413);
    assertThat(statusOf(bomb, coding.token())).isEqualTo(413);
  }

  @ParameterizedTest
  @EnumSource
  void refusesWhatIsCutOffOrGarbage(ContentCoding coding) {
    byte[] whole =
        ContentEncoder.encode(coding, 5, "hello, hello, hello".repeat(50).getBytes(UTF_8));

    assertThat(statusOf(Arrays.copyOf(whole, whole.length - 6), coding.token())).isEqualTo(400);
    assertThat(statusOf("garbage garbage".getBytes(UTF_8), coding.token())).isEqualTo(400);
  }

  @Test
  void readsDeflateWithoutZlibHeaderToo() throws Exception {
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    try (var out = new DeflaterOutputStream(raw, new Deflater(6, true))) {
      out.write("raw".getBytes(UTF_8));
    }

    assertThat(BodyInflater.inflate(raw.toByteArray(), "deflate", LIMIT))
        .asString()
        .isEqualTo("raw");
  }

  @Test
  void leavesABodyWithoutCodingAlone() throws Exception {
    byte[] body = new byte[LIMIT + 1];

    assertThat(BodyInflater.inflate(body, "identity", LIMIT)).isSameAs(body);
    assertThat(BodyInflater.inflate(new byte[0], "gzip", LIMIT)).isEmpty();
  }

  @Test
  void refusesUnknownAndRepeatedCodings() {
    assertThatExceptionOfType(BodyRefusedException.class)
        .isThrownBy(() -> BodyInflater.inflate(new byte[1], "compress", LIMIT))
        .satisfies(e -> assertThat(e.status()).isEqualTo(415));
    assertThat(statusOf(new byte[1], "gzip, gzip")).isEqualTo(415);
  }
}
