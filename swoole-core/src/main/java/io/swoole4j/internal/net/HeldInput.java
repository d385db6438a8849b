// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Keeps back what arrives on a connection that the user does not want to be read: the epoll
 * transport reads all there is once the peer has ended, and bytes may follow a proxy's header. At
 * most what the kernel had for it. Owned by the connection's event loop.
 */
final class HeldInput extends ChannelInboundHandlerAdapter {
  private final Queue<Object> messages = new ArrayDeque<>();
  private @Nullable ChannelHandlerContext context;
  private @Nullable Object end;

  /** Puts one in front of everything that looks at bytes. */
  static HeldInput install(ChannelPipeline pipeline) {
    HeldInput input = new HeldInput();
    if (pipeline.get(PipelineSlots.GATE) == null) {
      pipeline.addFirst(input);
    } else {
      pipeline.addAfter(PipelineSlots.GATE, null, input);
    }
    return input;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    this.context = context;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    messages.add(message);
  }

  /** The end comes behind the bytes; where there are none it is of use to know it at once. */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent && !messages.isEmpty()) {
      end = event;
    } else {
      context.fireUserEventTriggered(event);
    }
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
    end = null;
    for (Object message = messages.poll(); message != null; message = messages.poll()) {
      ReferenceCountUtil.release(message);
    }
  }

  /** Passes on what was kept, and everything from now on. */
  void letGo() {
    ChannelHandlerContext position = context;
    if (position == null || position.isRemoved()) {
      return;
    }
    if (!messages.isEmpty()) {
      for (Object message = messages.poll(); message != null; message = messages.poll()) {
        position.fireChannelRead(message);
      }
      position.fireChannelReadComplete();
    }
    Object ended = end;
    end = null;
    if (ended != null) {
      position.fireUserEventTriggered(ended);
    }
    if (!position.isRemoved()) {
      position.pipeline().remove(this);
    }
  }
}
