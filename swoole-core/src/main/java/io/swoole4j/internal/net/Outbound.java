// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.swoole4j.internal.util.NetworkNoise;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The way out of one connection: any thread appends, the event loop writes. Small messages are
 * copied together into one buffer; no more than two chunks of direct memory are held however much
 * waits.
 */
final class Outbound {
  /** Most bytes given to the channel in one buffer. */
  static final int CHUNK = 64 * 1024;

  /** How long a closed connection is read from and ignored so that its peer sees an orderly end. */
  private static final long LINGER_MILLIS = 2_000;

  /** The same while the server stops. */
  private static final long STOPPING_LINGER_MILLIS = 100;

  private static final Object FINISH = new Object();

  /** A message of a protocol, written as it is. */
  private record Message(Object content, int bytes) {}

  private final Connection connection;
  private final Reactor reactor;
  private final Channel channel;
  private final long limit;

  private final ConcurrentLinkedQueue<Object> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final AtomicBoolean dirty = new AtomicBoolean();
  private volatile boolean finishAsked;

  // Event loop only.
  private @Nullable ArrayDeque<byte[]> local;
  private boolean dirtyOnLoop;
  private @Nullable Object head;
  private int headOffset;
  private long inChannel;
  private long writtenBytes;
  private boolean writing;
  private boolean writeAgain;
  private boolean finishing;
  private boolean finished;
  private boolean closed;
  private @Nullable Future<?> deadline;

  Outbound(Connection connection, Reactor reactor, Channel channel, long limit) {
    this.connection = connection;
    this.reactor = reactor;
    this.channel = channel;
    this.limit = limit;
  }

  /**
   * Appends bytes unless too many wait already; a single message may be larger than the limit. The
   * caller sees to waking the reactor. From any thread.
   *
   * @return false when the connection's limit is reached
   */
  boolean offer(byte[] data) {
    if (!reserve(data.length)) {
      return false;
    }
    append(data);
    return true;
  }

  /**
   * The same for a caller on the event loop, which sees to {@link #write} itself. What is appended
   * here is written before what waits in the queue, so it may come here only while nothing does.
   *
   * @return false when the connection's limit is reached
   */
  boolean offerOnLoop(byte[] data) {
    if (!queue.isEmpty()) {
      return offer(data);
    }
    if (!reserve(data.length)) {
      return false;
    }
    ArrayDeque<byte[]> messages = local;
    if (messages == null) {
      local = messages = new ArrayDeque<>();
    }
    messages.add(data);
    if (!dirtyOnLoop) {
      dirtyOnLoop = true;
      reactor.hasOutputOnLoop(this);
    }
    return true;
  }

  /** Appends a protocol's message, which is released when it is not accepted. From any thread. */
  boolean offer(Object message, int bytes) {
    if (!reserve(bytes)) {
      ReferenceCountUtil.release(message);
      return false;
    }
    append(new Message(message, bytes));
    return true;
  }

  /** Appends bytes that {@link #reserve} has counted. From any thread. */
  void offerReserved(byte[] data) {
    append(data);
  }

  /** Counts only what is accepted, so that a large message in vain does not make others fail. */
  boolean reserve(int bytes) {
    long queued = queuedBytes.get();
    while (queued == 0 || queued + bytes <= limit) {
      long witness = queuedBytes.compareAndExchange(queued, queued + bytes);
      if (witness == queued) {
        return true;
      }
      queued = witness;
    }
    return false;
  }

  /** Closes the connection once everything appended so far is written. From any thread. */
  void finish() {
    finishAsked = true;
    append(FINISH);
  }

  private void append(Object message) {
    queue.offer(message);
    if (!dirty.get() && dirty.compareAndSet(false, true)) {
      reactor.hasOutput(this);
    }
  }

  /** Bytes appended and not taken by the kernel. From any thread. */
  long queuedBytes() {
    return queuedBytes.get();
  }

  /** Writes what was appended; called for every {@link Reactor#hasOutput}. */
  void writeQueued() {
    dirty.set(false);
    write();
  }

  /** Writes what was appended on the event loop. */
  void writeLocal() {
    dirtyOnLoop = false;
    write();
  }

  /** Writes as much as the channel takes. */
  void write() {
    if (writing) {
      writeAgain = true;
      return;
    }
    writing = true;
    try {
      do {
        writeAgain = false;
        writeWhileWritable();
      } while (writeAgain);
    } finally {
      writing = false;
    }
  }

  private void writeWhileWritable() {
    if (closed || finishing) {
      drop();
      return;
    }
    boolean wrote = false;
    while (!finishing && channel.isWritable() && next() != null) {
      if (head == FINISH) {
        head = null;
        finishing = true;
      } else if (head instanceof Message message) {
        head = null;
        write(message.content(), message.bytes());
        reactor.counters().responses.add(1);
        wrote = true;
      } else {
        writeChunk();
        wrote = true;
      }
    }
    if (wrote) {
      connection.sentNow();
      channel.flush();
    }
    if (finishing) {
      finishIfWritten();
    } else if (finishAsked) {
      // The mark is still behind output that the client has not taken.
      watchProgress();
    }
  }

  private @Nullable Object next() {
    if (head == null) {
      head = local == null ? null : local.poll();
      if (head == null) {
        head = queue.poll();
      }
      headOffset = 0;
    }
    return head;
  }

  /** Copies byte messages from the head of the queue into one buffer and writes it. */
  private void writeChunk() {
    long backlog = queuedBytes.get() - inChannel;
    ByteBuf chunk = channel.alloc().ioBuffer((int) Math.min(CHUNK, Math.max(backlog, 1)));
    int room = chunk.writableBytes();
    int messages = 0;
    while (room > 0 && next() instanceof byte[] data) {
      int length = Math.min(room, data.length - headOffset);
      chunk.writeBytes(data, headOffset, length);
      room -= length;
      headOffset += length;
      if (headOffset == data.length) {
        head = null;
        messages++;
      }
    }
    reactor.counters().responses.add(messages);
    write(chunk, chunk.readableBytes());
  }

  private void write(Object content, int bytes) {
    inChannel += bytes;
    channel.write(content).addListener(new Written(bytes));
  }

  /** Credits what one write put into the channel once the kernel has taken it. */
  private final class Written implements ChannelFutureListener {
    private final int bytes;

    Written(int bytes) {
      this.bytes = bytes;
    }

    @Override
    public void operationComplete(ChannelFuture future) {
      inChannel -= bytes;
      queuedBytes.addAndGet(-bytes);
      if (future.isSuccess()) {
        writtenBytes += bytes;
        reactor.counters().sentBytes.add(bytes);
      } else if (!NetworkNoise.isExpected(future.cause())) {
        // A message that cannot be encoded leaves a gap that the peer must not take for an answer.
        reactor.inbound().events().failed(connection, future.cause());
        channel.close();
      }
      if (finishing) {
        finishIfWritten();
      }
    }
  }

  private void finishIfWritten() {
    if (finished || closed) {
      return;
    }
    if (inChannel > 0) {
      watchProgress();
      return;
    }
    finished = true;
    cancelDeadline();
    if (connection.inputEnded() || !(channel instanceof DuplexChannel duplex)) {
      channel.close();
      return;
    }
    // Closing a socket that still has unread bytes sends a reset, which may overtake our answer.
    connection.ignoreInput();
    duplex.shutdownOutput();
    long linger = reactor.inbound().isStopping() ? STOPPING_LINGER_MILLIS : LINGER_MILLIS;
    deadline = channel.eventLoop().schedule(this::closeNow, linger, TimeUnit.MILLISECONDS);
  }

  private void watchProgress() {
    if (deadline == null) {
      long before = writtenBytes;
      deadline =
          channel
              .eventLoop()
              .schedule(
                  () -> closeIfStalled(before),
                  reactor.inbound().rules().closeStallMillis(),
                  TimeUnit.MILLISECONDS);
    }
  }

  private void closeIfStalled(long before) {
    deadline = null;
    if (writtenBytes == before) {
      closeNow();
    } else {
      watchProgress();
    }
  }

  private void closeNow() {
    channel.close();
  }

  /** The peer has ended its side: nothing is left to wait for after our own end. */
  void peerEnded() {
    if (finished) {
      channel.close();
    }
  }

  /** Closes with a reset, dropping what waits. */
  void reset() {
    if (channel.isOpen()) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      channel.close();
    }
  }

  /** The channel is closed: nothing will be written any more. */
  void channelClosed() {
    closed = true;
    cancelDeadline();
    drop();
  }

  private void drop() {
    while (next() != null) {
      if (head instanceof Message message) {
        ReferenceCountUtil.release(message.content());
        queuedBytes.addAndGet(-message.bytes());
      } else if (head instanceof byte[] data) {
        queuedBytes.addAndGet(headOffset - data.length);
      }
      head = null;
    }
  }

  private void cancelDeadline() {
    Future<?> waiting = deadline;
    deadline = null;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }
}
