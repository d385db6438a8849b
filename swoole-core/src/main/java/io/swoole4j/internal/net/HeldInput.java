// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Keeps back what arrives on a connection that the user does not want to be read: the epoll
 * transport reads all there is once the peer has ended, and bytes may come together with a proxy's
 * header or the end of a handshake. At most what the kernel had for it, as nobody behind it can
 * have more read meanwhile. Owned by the connection's event loop.
 */
final class HeldInput extends ChannelDuplexHandler {
  private final Queue<Object> kept = new ArrayDeque<>();
  private @Nullable ChannelHandlerContext context;

  /** Puts one in front of everything that looks at a client's bytes. */
  static HeldInput install(ChannelPipeline pipeline) {
    HeldInput input = new HeldInput();
    boolean metered = pipeline.get(PipelineSlots.METER) != null;
    pipeline.addBefore(metered ? PipelineSlots.METER : PipelineSlots.CONNECTION, null, input);
    return input;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    this.context = context;
  }

  /** Whoever turns reading on says so first. */
  @Override
  public void read(ChannelHandlerContext context) {
    if (context.channel().config().isAutoRead()) {
      context.read();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    kept.add(message);
  }

  /** The end comes behind the bytes; where there are none it is of use to know it at once. */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (isEnd(event) && !kept.isEmpty()) {
      kept.add(event);
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  private static boolean isEnd(Object event) {
    return event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent;
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    drop();
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    drop();
  }

  private void drop() {
    for (Object next = kept.poll(); next != null; next = kept.poll()) {
      ReferenceCountUtil.release(next);
    }
  }

  /** Passes on what was kept, and everything from now on. */
  void letGo() {
    ChannelHandlerContext position = context;
    if (position == null || position.isRemoved()) {
      return;
    }
    boolean read = false;
    for (Object next = kept.poll(); next != null; next = kept.poll()) {
      if (isEnd(next)) {
        position.fireChannelReadComplete();
        position.fireUserEventTriggered(next);
      } else {
        position.fireChannelRead(next);
        read = true;
      }
    }
    if (read) {
      position.fireChannelReadComplete();
    }
    if (!position.isRemoved()) {
      position.pipeline().remove(this);
    }
  }
}
