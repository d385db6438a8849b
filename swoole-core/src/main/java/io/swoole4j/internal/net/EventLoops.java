// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/**
 * Event loops that close what is left of their channels when they end. Netty's do so at the
 * beginning of a turn, but may end with the one in which they are told to: then neither sockets nor
 * buffers of these channels would ever be released. Made by the thread that starts a server.
 */
public final class EventLoops extends MultiThreadIoEventLoopGroup {

  /**
   * A group.
   *
   * @param loops how many
   * @param threads makes their threads
   * @param handlers how they wait
   */
  public EventLoops(int loops, ThreadFactory threads, IoHandlerFactory handlers) {
    super(loops, threads, handlers);
  }

  @Override
  protected IoEventLoop newChild(
      Executor executor, IoHandlerFactory handlers, Object... arguments) {
    return new Loop(this, executor, handlers);
  }

  /** One of them. */
  private static final class Loop extends SingleThreadIoEventLoop {
    private boolean closing;

    Loop(IoEventLoopGroup group, Executor executor, IoHandlerFactory handlers) {
      super(group, executor, handlers);
    }

    @Override
    protected boolean confirmShutdown() {
      if (isShuttingDown() && !closing) {
        closing = true;
        // One more turn, which must not wait for anything.
        execute(() -> {});
        return false;
      }
      return super.confirmShutdown();
    }
  }
}
