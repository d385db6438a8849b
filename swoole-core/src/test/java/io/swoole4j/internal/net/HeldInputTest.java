// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is not wanted is not asked for either. */
class HeldInputTest {
  private final AtomicInteger reads = new AtomicInteger();
  private final EmbeddedChannel channel = new EmbeddedChannel();

  @Test
  void readsNothingUntilReadingIsTurnedOnAgain() {
    channel
        .pipeline()
        .addLast(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void read(ChannelHandlerContext context) {
                reads.incrementAndGet();
              }
            })
        .addLast(PipelineSlots.CONNECTION, new ChannelInboundHandlerAdapter());
    channel.config().setAutoRead(false);
    HeldInput input = HeldInput.install(channel.pipeline());

    channel.read();
    assertThat(reads).hasValue(0);

    channel.config().setAutoRead(true);
    assertThat(reads).hasValue(1);

    channel.config().setAutoRead(false);
    input.letGo();
    channel.read();
    assertThat(reads).hasValue(2);
    channel.finishAndReleaseAll();
  }
}
