// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventLoopsTest {
  @Test
  void closeTheirChannelsWhenTheyEndInTheTurnInWhichTheyAreToldTo() throws Exception {
    EventLoops loops = new EventLoops(1, Thread::new, NioIoHandler.newFactory());
    Channel channel =
        new Bootstrap()
            .group(loops)
            .channel(NioDatagramChannel.class)
            .handler(new ChannelInboundHandlerAdapter())
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();

    channel.eventLoop().execute(() -> loops.shutdownGracefully(0, 30, TimeUnit.SECONDS));

    assertThat(loops.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(channel.isOpen()).isFalse();
    assertThat(channel.isRegistered()).isFalse();
  }
}
