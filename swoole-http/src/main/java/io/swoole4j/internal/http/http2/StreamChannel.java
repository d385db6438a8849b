// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A stream as a channel of bytes, for a protocol that knows but sockets: the end of a side is
 * END_STREAM, a reset is RST_STREAM (RFC 8441, 5). What is not read fills the window of the client,
 * what the client has no window for fills this channel. Owned by the connection's event loop.
 */
final class StreamChannel extends AbstractChannel implements DuplexChannel {
  private static final ChannelMetadata METADATA = new ChannelMetadata(false);

  /** Bytes that are given to the codec as one, so that it can tell how far it has come. */
  private static final int PIECE = 16 * 1024;

  private final Tunnel tunnel;
  private final Config config;
  private volatile boolean open = true;
  private volatile boolean inputShutdown;
  private volatile boolean outputShutdown;

  /** What has arrived and was not read. */
  private @Nullable ByteBuf held;

  private boolean wanted;
  private boolean inputEnded;
  private boolean endTold;

  /** Bytes of the first message that the codec has. */
  private int given;

  /**
   * A stream as a channel.
   *
   * @param parent the channel of its connection
   * @param tunnel what becomes of frames
   */
  StreamChannel(Channel parent, Tunnel tunnel) {
    super(parent);
    this.tunnel = tunnel;
    this.config = new Config(parent);
  }

  /** The options of a stream: whether it is read, and what its close is to be. */
  private final class Config extends DefaultChannelConfig {
    private boolean aborting;

    Config(Channel parent) {
      super(StreamChannel.this);
      setAllocator(parent.alloc());
    }

    @Override
    public <T> boolean setOption(ChannelOption<T> option, T value) {
      if (option.equals(ChannelOption.SO_LINGER)) {
        aborting = value.equals(0);
        return true;
      }
      return super.setOption(option, value);
    }

    @Override
    protected void autoReadCleared() {
      wanted = false;
    }
  }

  /** Takes bytes that have arrived; read later, as the codec is still busy with them. */
  void received(ByteBuf data) {
    ByteBuf before = held;
    if (before != null) {
      // One buffer, or many small frames would cost more than the window says.
      held = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(alloc(), before, data.retain());
    } else if (config.isAutoRead()) {
      held = data.retain();
    } else {
      held = alloc().buffer(data.readableBytes()).writeBytes(data);
    }
    readLater();
  }

  /** Nothing more will arrive. */
  void inputEnded() {
    inputEnded = true;
    readLater();
  }

  private void readLater() {
    if (wanted) {
      tunnel.readLater();
    }
  }

  /** Reads what has arrived, as far as that is wanted. */
  void read0() {
    if (!open) {
      return;
    }
    ByteBuf data = held;
    if (data != null && wanted) {
      held = null;
      wanted = false;
      int bytes = data.readableBytes();
      pipeline().fireChannelRead(data);
      pipeline().fireChannelReadComplete();
      tunnel.consumed(bytes);
    }
    if (inputEnded && held == null && wanted && !endTold && open) {
      endTold = true;
      inputShutdown = true;
      pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
  }

  @Override
  protected void doBeginRead() {
    wanted = true;
    if (held != null || (inputEnded && !endTold)) {
      tunnel.readLater();
    }
  }

  @Override
  protected Object filterOutboundMessage(Object message) {
    if (message instanceof ByteBuf) {
      return message;
    }
    throw new UnsupportedOperationException(
        "message: " + message.getClass() + " (expected: ByteBuf)");
  }

  /** Gives the codec one message at a time: it keeps what the client has no window for. */
  @Override
  protected void doWrite(ChannelOutboundBuffer waiting) {
    while (open && given == 0 && waiting.current() instanceof ByteBuf message) {
      int at = message.readerIndex();
      int end = message.writerIndex();
      if (at == end) {
        waiting.remove();
      }
      given = end - at;
      while (at < end && open) {
        int length = Math.min(PIECE, end - at);
        tunnel.write(message.retainedSlice(at, length), written -> taken(length, written));
        at += length;
      }
    }
  }

  private void taken(int bytes, Future<?> written) {
    given -= bytes;
    ChannelOutboundBuffer waiting = unsafe().outboundBuffer();
    if (waiting == null) {
      return;
    }
    if (!written.isSuccess()) {
      close0();
      return;
    }
    waiting.removeBytes(bytes);
    if (given == 0) {
      unsafe().flush();
    }
  }

  /** The stream is no more, or is of no use. */
  void close0() {
    unsafe().close(voidPromise());
  }

  @Override
  protected void doShutdownOutput() {
    outputShutdown = true;
    tunnel.endOutput();
  }

  @Override
  protected void doClose() {
    open = false;
    inputShutdown = true;
    outputShutdown = true;
    ByteBuf unread = held;
    held = null;
    if (unread != null) {
      unread.release();
    }
    if (isRegistered()) {
      tunnel.closed(config.aborting || given > 0);
    }
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    return open;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  @Override
  public boolean isInputShutdown() {
    return inputShutdown;
  }

  @Override
  public boolean isOutputShutdown() {
    return outputShutdown;
  }

  @Override
  public boolean isShutdown() {
    return inputShutdown && outputShutdown;
  }

  @Override
  public ChannelFuture shutdownOutput() {
    return shutdownOutput(newPromise());
  }

  @Override
  public ChannelFuture shutdownOutput(ChannelPromise promise) {
    ((Unsafe) unsafe()).shutdownOutput(promise);
    return promise;
  }

  @Override
  public ChannelFuture shutdownInput() {
    return shutdownInput(newPromise());
  }

  @Override
  public ChannelFuture shutdownInput(ChannelPromise promise) {
    return promise.setFailure(new UnsupportedOperationException("a stream has no such end"));
  }

  @Override
  public ChannelFuture shutdown() {
    return shutdown(newPromise());
  }

  @Override
  public ChannelFuture shutdown(ChannelPromise promise) {
    return close(promise);
  }

  /** Nothing of it is connected, it begins so. */
  private final class Unsafe extends AbstractUnsafe {
    @Override
    public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
      promise.setFailure(new UnsupportedOperationException("a stream is not connected"));
    }
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new Unsafe();
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected @Nullable SocketAddress localAddress0() {
    return parent().localAddress();
  }

  @Override
  protected @Nullable SocketAddress remoteAddress0() {
    return parent().remoteAddress();
  }

  @Override
  protected void doBind(SocketAddress address) {
    throw new UnsupportedOperationException("a stream is not bound");
  }

  @Override
  protected void doDisconnect() {
    doClose();
  }
}
