// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.ReferenceCountUtil;
import io.swoole4j.internal.util.NetworkNoise;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
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

  /** Pieces of a file that are read before other connections of the event loop have their turn. */
  private static final int MAX_PIECES = 16;

  /** What TLS may have answered to a peer that does not take it, in the channel's own count. */
  private static final long MAX_TLS_ANSWERS = 256 * 1024;

  private static final Object FINISH = new Object();

  /** Bytes that may be dropped while they wait; no two are equal. */
  private static final class Droppable {
    private final byte[] data;

    Droppable(byte[] data) {
      this.data = data;
    }
  }

  /** A message of a protocol, written as it is. */
  private record Message(Object content, long bytes, int counted) {}

  private final Connection connection;
  private final Reactor reactor;
  private final Channel channel;
  private final long limit;
  private final Watermarks watermarks;
  private final OutboundEnd end;
  private final FileBudget files = new FileBudget(FileBudget.OF_CONNECTION);

  private final ConcurrentLinkedQueue<Object> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final AtomicBoolean dirty = new AtomicBoolean();
  private volatile boolean finishAsked;

  // Event loop only.
  private @Nullable ArrayDeque<Object> local;
  private boolean dirtyOnLoop;
  private @Nullable Object head;
  private int headOffset;
  private @Nullable TakenMarks marks;

  /** Bytes given to the channel and not settled: in all, and those that count towards the limit. */
  private long inChannel;

  private long countedInChannel;

  /** Bytes ever given to the channel, and bytes of them that were taken or have failed. */
  private long given;

  private long settled;

  /** Bytes of connections within this one that were taken. */
  private long settledWithin;

  private long progressWhenExpired = -1;
  private int regions;
  private boolean writing;
  private boolean writeAgain;
  private int pieces;
  private boolean resting;
  private boolean finishing;
  private boolean broken;
  private boolean closed;

  Outbound(Connection connection, Reactor reactor, Channel channel, ConnectionRules rules) {
    this.connection = connection;
    this.reactor = reactor;
    this.channel = channel;
    this.limit = rules.socketBufferSize();
    this.watermarks = new Watermarks(connection, rules);
    this.end = new OutboundEnd(connection, reactor.inbound(), channel, this::progress);
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
    appendOnLoop(data);
    return true;
  }

  /**
   * Appends bytes that may be dropped again while they wait, for which others such may be dropped
   * when there is no room. From any thread.
   *
   * @return how many were dropped, -1 when there is no room all the same
   */
  int offerDroppable(byte[] data, boolean makeRoom) {
    int dropped = 0;
    while (!reserve(data.length)) {
      if (!makeRoom || !dropOldest()) {
        return -1;
      }
      dropped++;
    }
    append(new Droppable(data));
    return dropped;
  }

  private boolean dropOldest() {
    for (Object waiting : queue) {
      if (waiting instanceof Droppable droppable && queue.remove(droppable)) {
        queuedBytes.addAndGet(-droppable.data.length);
        return true;
      }
    }
    return false;
  }

  /** Drops everything that may be dropped. From any thread. */
  int dropDroppable() {
    int dropped = 0;
    while (dropOldest()) {
      dropped++;
    }
    return dropped;
  }

  /** Appends the last bytes, which are taken however much waits. From any thread. */
  void offerLast(byte[] data) {
    queuedBytes.addAndGet(data.length);
    append(data);
  }

  /** Appends a protocol's message, which is released when it is not accepted. From any thread. */
  boolean offer(Object message, int bytes) {
    if (!reserve(bytes)) {
      ReferenceCountUtil.release(message);
      return false;
    }
    append(new Message(message, bytes, bytes));
    return true;
  }

  /**
   * Appends a message of a protocol that has limits of its own. From any thread.
   *
   * @param onLoop whether the caller is on the event loop and sees to {@link #write} itself
   */
  void offerUnlimited(Object message, long bytes, int counted, boolean onLoop) {
    watermarks.added(queuedBytes.addAndGet(counted));
    Message made = new Message(message, bytes, counted);
    if (onLoop && queue.isEmpty()) {
      appendOnLoop(made);
    } else {
      append(made);
    }
  }

  /** Appends bytes that {@link #reserve} has counted. From any thread. */
  void offerReserved(byte[] data) {
    append(data);
  }

  /**
   * Appends a part of a file, which takes no memory and so does not count towards the limit; how
   * many may be open is bounded instead. Closed when it is not accepted. From any thread.
   *
   * @return false when too many files are open already
   */
  boolean offer(OutboundFile file) {
    if (!admit(file)) {
      return false;
    }
    append(file);
    return true;
  }

  /** Counts an open file without appending it yet; closed when there are too many already. */
  boolean admit(OutboundFile file) {
    return files.admit(file, reactor.inbound().files());
  }

  /** Appends a file that {@link #admit} has counted. From any thread. */
  void offerAdmitted(OutboundFile file) {
    append(file);
  }

  /** Appends somebody who waits for everything appended so far. From any thread. */
  void offer(TakenMark mark) {
    append(mark);
  }

  /** Somebody waits no longer: lets go of the place in the queue. From any thread. */
  void withdraw(TakenMark mark) {
    if (!queue.remove(mark)) {
      reactor.execute(() -> forget(mark));
    }
  }

  private void forget(TakenMark mark) {
    if (head == mark) {
      head = null;
    } else if (marks != null) {
      marks.remove(mark);
    }
  }

  /** How many wait for the client. On the event loop. */
  int waiting() {
    long behind = queue.stream().filter(TakenMark.class::isInstance).count();
    return (int) behind + (head instanceof TakenMark ? 1 : 0) + (marks == null ? 0 : marks.size());
  }

  /** Whether so many bytes would be accepted now. From any thread. */
  boolean hasRoom(int bytes) {
    return isRoom(queuedBytes.get(), bytes);
  }

  private boolean isRoom(long queued, int bytes) {
    return queued == 0 || queued + bytes <= limit;
  }

  /** Counts only what is accepted, so that a large message in vain does not make others fail. */
  boolean reserve(int bytes) {
    long queued = queuedBytes.get();
    while (isRoom(queued, bytes)) {
      long witness = queuedBytes.compareAndExchange(queued, queued + bytes);
      if (witness == queued) {
        watermarks.added(queued + bytes);
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

  private void appendOnLoop(Object message) {
    ArrayDeque<Object> messages = local;
    if (messages == null) {
      local = messages = new ArrayDeque<>();
    }
    messages.add(message);
    if (!dirtyOnLoop) {
      dirtyOnLoop = true;
      reactor.hasOutputOnLoop(this);
    }
  }

  private void append(Object message) {
    queue.offer(message);
    if (!dirty.get() && dirty.compareAndSet(false, true)) {
      reactor.hasOutput(this);
    }
  }

  /** Whether nothing waits and nothing is being written. */
  boolean isEmpty() {
    return inChannel == 0 && queuedBytes.get() == 0 && files.open() == 0;
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
    watermarks.check(queuedBytes.get());
    if (closed || finishing) {
      drop();
      return;
    }
    boolean wrote = false;
    while (!finishing && !resting && channel.isWritable() && next() != null) {
      if (head == FINISH) {
        head = null;
        finishing = true;
        connection.endCarried();
      } else if (head instanceof TakenMark mark) {
        head = null;
        await(mark);
      } else if (head instanceof OutboundFile file) {
        if (pieces == MAX_PIECES) {
          resting = true;
          reactor.executeInNextTurn(this::rested);
        } else {
          pieces++;
          writeFile(file);
          wrote = true;
        }
      } else if (head instanceof Message message) {
        head = null;
        write(message.content(), message.bytes(), message.counted());
        reactor.counters().responses.add(1);
        wrote = true;
      } else {
        writeChunk();
        wrote = true;
      }
    }
    if (wrote) {
      connection.sentNow();
      flush();
    }
    if (finishing) {
      finishIfWritten();
    } else if (finishAsked) {
      // The mark is still behind output that the client has not taken.
      end.watchProgress();
    }
  }

  /** An interrupt is meant for a handler, and would close the files that are given to the JDK. */
  private void flush() {
    boolean interrupted = regions > 0 && Thread.interrupted();
    channel.flush();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The loop has turned to others meanwhile. Not a matter of one call of {@link #write}: a client
   * that reads fast makes the channel writable again inside every flush.
   */
  private void rested() {
    resting = false;
    pieces = 0;
    write();
  }

  private void await(TakenMark mark) {
    if (inChannel == 0) {
      mark.end(!broken);
      return;
    }
    TakenMarks waiting = marks;
    if (waiting == null) {
      marks = waiting = new TakenMarks();
    }
    waiting.add(mark, given);
  }

  private @Nullable Object next() {
    if (head == null) {
      head = local == null ? null : local.poll();
      if (head == null) {
        Object polled = queue.poll();
        head = polled instanceof Droppable droppable ? droppable.data : polled;
      }
      headOffset = 0;
    }
    return head;
  }

  /** Copies byte messages from the head of the queue into one buffer and writes it. */
  private void writeChunk() {
    long backlog = queuedBytes.get() - countedInChannel;
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
    write(chunk, chunk.readableBytes(), chunk.readableBytes());
  }

  /** The kernel copies the file, unless TLS or the connection around this one has to see it. */
  private void writeFile(OutboundFile file) {
    if (connection.ownTls() == null && !connection.isCarried()) {
      head = null;
      reactor.counters().responses.add(1);
      writeRegion(file);
      return;
    }
    try {
      ByteBuf piece = file.read(channel.alloc(), CHUNK);
      write(piece, piece.readableBytes(), 0);
    } catch (IOException e) {
      broken(new IOException("sendfile of " + file + ": " + e.getMessage(), e));
    }
    if (file.remaining() == 0 || broken) {
      head = null;
      reactor.counters().responses.add(1);
      file.close();
    }
  }

  /**
   * A file that turns out to be too short makes Netty close the channel before anybody hears of it.
   * So as long as the kernel copies, every way to close is a reset.
   */
  private void writeRegion(OutboundFile file) {
    if (regions++ == 0) {
      linger(0);
    }
    long length = file.remaining();
    ChannelFuture written = channel.write(file.region());
    written.addListener(
        ignored -> {
          if (--regions == 0) {
            linger(-1);
          }
        });
    given(written, length, 0);
  }

  private void linger(int seconds) {
    if (channel.isOpen()) {
      channel.config().setOption(ChannelOption.SO_LINGER, seconds);
    }
  }

  private void write(Object content, long bytes, int counted) {
    given(channel.write(content), bytes, counted);
  }

  private void given(ChannelFuture written, long bytes, int counted) {
    inChannel += bytes;
    countedInChannel += counted;
    given += bytes;
    written.addListener(new Written(bytes, counted));
  }

  /** Credits what one write put into the channel once the kernel has taken it. */
  private final class Written implements ChannelFutureListener {
    private final long bytes;
    private final int counted;

    Written(long bytes, int counted) {
      this.bytes = bytes;
      this.counted = counted;
    }

    @Override
    public void operationComplete(ChannelFuture future) {
      inChannel -= bytes;
      countedInChannel -= counted;
      settled += bytes;
      long queued = queuedBytes.addAndGet(-counted);
      if (future.isSuccess()) {
        reactor.counters().sentBytes.add(bytes);
        connection.taken(bytes);
        watermarks.taken(queued);
      } else {
        broken(future.cause());
      }
      if (marks != null) {
        marks.settled(settled, !broken);
      }
      if (finishing) {
        finishIfWritten();
      }
    }
  }

  /** What cannot be written leaves a gap that the peer must not take for an answer. */
  private void broken(Throwable cause) {
    if (!broken) {
      broken = true;
      if (!NetworkNoise.isExpected(cause)) {
        reactor.inbound().events().failed(connection, cause);
        reset();
      }
    }
  }

  /** A number that changes whenever the kernel has taken something. On the event loop. */
  long progress() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return settled + settledWithin + (buffer == null ? 0 : buffer.currentProgress());
  }

  /**
   * Whether more waits in the channel than was sent: TLS 1.3 answers a peer that asks for new keys,
   * as often as it asks, and whether it takes the answers or not. On the event loop.
   */
  boolean isFloodedByTls() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    // Twice, as encryption adds something to each piece of what was sent.
    return buffer != null && buffer.totalPendingWriteBytes() - 2 * inChannel > MAX_TLS_ANSWERS;
  }

  private void finishIfWritten() {
    if (closed) {
      return;
    }
    if (inChannel > 0) {
      end.watchProgress();
    } else if (!connection.isCarrying()) {
      end.allTaken();
    }
    // Each connection within it has its own time to end.
  }

  /** Something of a connection within this one was taken. */
  void takenWithin(long bytes) {
    settledWithin += bytes;
  }

  /** The last connection that was carried within this one is closed. */
  void nothingCarried() {
    if (finishing) {
      finishIfWritten();
    }
  }

  /** The peer has ended its side. On the event loop. */
  void peerEnded() {
    end.peerEnded();
  }

  /** Closes with a reset, dropping what waits. */
  void reset() {
    if (channel.isOpen()) {
      linger(0);
      connection.closeChannel();
    }
  }

  /** The peer is silent although this side has ended: closed at the second sight of no progress. */
  void expired() {
    long now = progress();
    if (now == progressWhenExpired) {
      abandon();
    }
    progressWhenExpired = now;
  }

  /** Closes, leaving to the kernel what it has and dropping the rest. */
  void abandon() {
    connection.closeChannel();
  }

  /** The channel is closed: nothing will be written any more. */
  void channelClosed() {
    closed = true;
    end.cancel();
    if (marks != null) {
      marks.settled(Long.MAX_VALUE, false);
    }
    drop();
  }

  private void drop() {
    while (next() != null) {
      if (head instanceof Message message) {
        ReferenceCountUtil.release(message.content());
        queuedBytes.addAndGet(-message.counted());
      } else if (head instanceof byte[] data) {
        queuedBytes.addAndGet(headOffset - data.length);
      } else if (head instanceof OutboundFile file) {
        file.close();
      } else if (head instanceof TakenMark mark) {
        mark.end(false);
      }
      head = null;
    }
  }
}
