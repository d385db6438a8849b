// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RawFramerTest {

  private final RawFramer framer = new RawFramer();
  private final Feed feed = new Feed(framer);

  @Test
  void passesEachReadOn() throws FramingException {
    feed.read("one").read("").read("two");

    assertThat(feed.texts()).containsExactly("one", "two");
    assertThat(framer.bufferedBytes()).isZero();
  }

  @Test
  void cutsAReadIntoChunksOf64KiB() throws FramingException {
    byte[] bytes = new byte[2 * RawFramer.CHUNK + 1];
    new Random(1).nextBytes(bytes);

    feed.read(bytes);

    assertThat(feed.packets())
        .extracting(packet -> packet.length)
        .containsExactly(RawFramer.CHUNK, RawFramer.CHUNK, 1);
    assertThat(String.join("", feed.texts())).isEqualTo(Feed.text(bytes));
  }
}
