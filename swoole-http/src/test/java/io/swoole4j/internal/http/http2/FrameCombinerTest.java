// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

class FrameCombinerTest {
  private final EmbeddedChannel channel = new EmbeddedChannel(new FrameCombiner());

  private ChannelFuture write(String text) {
    return channel.write(Unpooled.copiedBuffer(text, US_ASCII));
  }

  /** The next buffer that has left. */
  private String next() {
    ByteBuf bytes = channel.readOutbound();
    try {
      return bytes.toString(US_ASCII);
    } finally {
      bytes.release();
    }
  }

  @Test
  void smallPiecesLeaveTogetherWhenTheyAreFlushed() {
    ChannelFuture first = write("head");
    ChannelFuture second = write("body");

    assertThat(channel.<Object>readOutbound()).isNull();
    assertThat(first.isDone()).isFalse();

    channel.flush();

    assertThat(next()).isEqualTo("headbody");
    assertThat(channel.<Object>readOutbound()).isNull();
    assertThat(first.isSuccess()).isTrue();
    assertThat(second.isSuccess()).isTrue();
  }

  @Test
  void aLargePieceLeavesAsItIsBehindThoseBeforeIt() {
    String large = "x".repeat(5_000);
    write("before");
    write(large);
    write("behind");

    channel.flush();

    assertThat(next()).isEqualTo("before");
    assertThat(next()).isEqualTo(large);
    assertThat(next()).isEqualTo("behind");
  }

  @Test
  void moreThanOneBufferHoldsLeavesInSeveral() {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      String piece = String.valueOf(i).repeat(4_000);
      all.append(piece);
      write(piece);
    }

    channel.flush();

    StringBuilder left = new StringBuilder();
    for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
      assertThat(bytes.readableBytes()).isBetween(4_000, 16_384);
      left.append(bytes.toString(US_ASCII));
      bytes.release();
    }
    assertThat(left).hasToString(all.toString());
  }

  @Test
  void whatIsNotFlushedFailsWhenTheChannelCloses() {
    ChannelFuture written = write("never");

    channel.close();

    assertThat(written.cause()).isInstanceOf(ClosedChannelException.class);
    assertThat(channel.<Object>readOutbound()).isNull();
  }

  @Test
  void whatIsNotFlushedIsPassedOnWhenTheHandlerIsRemoved() {
    ChannelFuture written = write("first");

    channel.pipeline().remove(FrameCombiner.class);
    channel.flush();

    assertThat(next()).isEqualTo("first");
    assertThat(written.isSuccess()).isTrue();
  }
}
