// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.swoole4j.internal.dispatch.AddressKey;
import io.swoole4j.internal.dispatch.Route;
import io.swoole4j.internal.dispatch.WorkerLoads;
import io.swoole4j.internal.util.NetworkNoise;
import io.swoole4j.internal.util.ThrottledLogger;
import io.swoole4j.internal.worker.LoopWorker;
import io.swoole4j.internal.worker.Mailbox;
import io.swoole4j.internal.worker.Worker;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Reads one datagram socket and hands what it read to the workers, once per loop iteration. A UDP
 * datagram for which there is no room is dropped and counted; a Unix socket, whose senders can
 * wait, is not read meanwhile. Owned by its event loop but for {@link #run} and {@link #handled}.
 */
final class DatagramHandler extends ChannelInboundHandlerAdapter implements Route, WorkerLoads {
  /** What a datagram counts besides its bytes, so that empty ones are bounded too. */
  private static final int OVERHEAD = 64;

  private static final long UNSIGNED = 0xffff_ffffL;

  /** Reasons not to read, as bits. */
  private static final int QUEUE_FULL = 1;

  private static final int MAILBOX_FULL = 2;

  private final DatagramPort port;
  private final Reactor reactor;
  private final Inbound inbound;
  private final Channel channel;
  private final boolean waits;

  /** Whether each is accounted for by itself, as it runs on a thread of its own. */
  private final boolean apart;

  private final long limit;
  private final Logger logger;
  private final ThrottledLogger drops;
  private final Runnable handOverTask = this::handOver;
  private final AtomicLong queued = new AtomicLong();
  private volatile boolean paused;
  private volatile boolean stopped;
  private int pausedFor;

  // The datagram being routed.
  private long key;

  private @Nullable DatagramBatch[] pending = new DatagramBatch[0];
  private boolean handOverDue;
  private @Nullable DatagramBatch own;

  DatagramHandler(DatagramPort port, Reactor reactor, Channel channel) {
    this.port = port;
    this.reactor = reactor;
    this.inbound = reactor.inbound();
    this.channel = channel;
    this.waits = port.spec().type().isUnix();
    this.apart = inbound.worker(0).runsApart();
    this.limit = inbound.rules().maxQueuedBytes();
    this.logger = reactor.logger();
    this.drops = new ThrottledLogger(logger, inbound.clock());
  }

  static int cost(Datagram datagram) {
    return datagram.data().length + OVERHEAD;
  }

  Reactor reactor() {
    return reactor;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof AddressedEnvelope<?, ?> envelope
        && envelope.content() instanceof ByteBuf bytes) {
      try {
        received(bytes, envelope.sender());
      } finally {
        envelope.release();
      }
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  private void received(ByteBuf bytes, @Nullable SocketAddress sender) {
    int length = bytes.readableBytes();
    reactor.counters().receivedBytes.add(length);
    if (length > DatagramPort.MAX_RECEIVED) {
      // The kernel has cut off what did not fit into the buffer.
      dropped("longer than " + DatagramPort.MAX_RECEIVED + " bytes");
      return;
    }
    byte[] data = new byte[length];
    bytes.readBytes(data);
    Datagram datagram = new Datagram(data, sender, inbound.clock().wallMillis());
    LoopWorker worker = reactor.ownWorker();
    if (worker == null) {
      dispatch(datagram, sender);
    } else {
      keep(datagram, worker);
    }
  }

  /** BASE mode: it is run at the end of the read. */
  private void keep(Datagram datagram, LoopWorker worker) {
    if (apart) {
      if (isTooMuch(datagram)) {
        return;
      }
      if (!waits && worker.waitingApart() >= Mailbox.CAPACITY) {
        dropped("too many callbacks wait for worker " + worker.id());
        return;
      }
      count(datagram);
    }
    if (own == null) {
      own = new DatagramBatch(this);
    }
    own.add(datagram);
  }

  /** Drops one that finds no room and cannot wait. */
  private boolean isTooMuch(Datagram datagram) {
    boolean tooMuch = !waits && limit > 0 && queued.get() + cost(datagram) > limit;
    if (tooMuch) {
      dropped("max_queued_bytes wait for the workers");
    }
    return tooMuch;
  }

  private void count(Datagram datagram) {
    if (queued.addAndGet(cost(datagram)) > limit && waits && limit > 0) {
      pause(QUEUE_FULL);
      paused = true;
      // The workers may have handled everything before they could see the flag.
      resumeIfDrained();
    }
  }

  private void dispatch(Datagram datagram, @Nullable SocketAddress sender) {
    if (isTooMuch(datagram)) {
      return;
    }
    key =
        sender instanceof InetSocketAddress inet
            ? AddressKey.of(inet.getAddress())
            : Addresses.pathOf(sender).hashCode() & UNSIGNED;
    int workerId = inbound.route(this, datagram.data(), this);
    if (workerId < 0) {
      return;
    }
    if (!waits && waiting(workerId) >= Mailbox.CAPACITY) {
      dropped("the mailbox of worker " + workerId + " is full");
      return;
    }
    count(datagram);
    batchOf(workerId).add(datagram);
    if (!handOverDue) {
      handOverDue = true;
      reactor.handOverAtEnd(handOverTask);
    }
  }

  private int waiting(int workerId) {
    return inbound.worker(workerId).waiting() + reactor.pending(workerId) + pending(workerId);
  }

  private DatagramBatch batchOf(int workerId) {
    if (pending.length == 0) {
      pending = new DatagramBatch[inbound.workers()];
    }
    DatagramBatch batch = pending[workerId];
    if (batch == null) {
      pending[workerId] = batch = new DatagramBatch(this);
    }
    return batch;
  }

  private void dropped(String why) {
    inbound.counters().droppedDatagrams.increment();
    drops.warn("datagram to " + port.spec().host() + ":" + port.boundPort() + " dropped", why);
  }

  private void handOver() {
    handOverDue = false;
    for (int id = 0; id < pending.length; id++) {
      DatagramBatch batch = pending[id];
      if (batch != null) {
        pending[id] = null;
        reactor.counters().dispatched.add(batch.size());
        Worker worker = inbound.worker(id);
        stallOn(worker, worker.deliver(batch));
      }
    }
  }

  private void stallOn(Worker worker, int depth) {
    if (depth > Mailbox.CAPACITY && waits && (pausedFor & MAILBOX_FULL) == 0) {
      pause(MAILBOX_FULL);
      worker.whenHalfEmpty(() -> reactor.execute(() -> resume(MAILBOX_FULL)));
    }
  }

  /** BASE mode: what was read is run at once. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    DatagramBatch batch = own;
    if (batch != null) {
      own = null;
      LoopWorker worker = Objects.requireNonNull(reactor.ownWorker());
      reactor.counters().dispatched.add(batch.size());
      worker.runNow(batch);
      stallOn(worker, worker.waitingApart());
    }
    context.fireChannelReadComplete();
  }

  private void pause(int reason) {
    pausedFor |= reason;
    channel.config().setAutoRead(false);
  }

  private void resume(int reason) {
    pausedFor &= ~reason;
    if (pausedFor == 0 && !stopped) {
      channel.config().setAutoRead(true);
    }
  }

  private void resumeIfDrained() {
    if (paused && queued.get() <= limit / 2) {
      paused = false;
      resume(QUEUE_FULL);
    }
  }

  /** Begins to read. From any thread. */
  void open() {
    channel.config().setAutoRead(true);
  }

  /** Reads nothing more. From any thread. */
  void stop() {
    stopped = true;
    channel.config().setAutoRead(false);
  }

  /** Calls the handler. On the worker. */
  void run(Datagram datagram) {
    inbound.events().datagram(port, reactor.id(), datagram);
  }

  /** Accounts for what was run. On the worker. */
  void handled(int datagrams, long bytes) {
    inbound.finished(datagrams);
    if (!apart && reactor.ownWorker() == null) {
      credit(bytes);
    }
  }

  /** Accounts for bytes that wait no longer. On the worker. */
  void credit(long bytes) {
    if (queued.addAndGet(-bytes) <= limit / 2 && paused) {
      reactor.execute(this::resumeIfDrained);
    }
  }

  /** One peer out of many has caused it: the socket stays. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (NetworkNoise.isExpected(cause)) {
      logger.debug("datagram socket {} failed", port.spec().host(), cause);
    } else {
      logger.warn("datagram socket {} failed", port.spec().host(), cause);
    }
  }

  @Override
  public int workers() {
    return inbound.workers();
  }

  @Override
  public int inFlight(int workerId) {
    return reactor.inFlight(workerId) + pending(workerId);
  }

  /** What it has read for a worker and not handed over. */
  private int pending(int workerId) {
    DatagramBatch batch = pending.length == 0 ? null : pending[workerId];
    return batch == null ? 0 : batch.size();
  }

  @Override
  public int connections(int workerId) {
    return inbound.connections(workerId);
  }

  /** There is no session: what stays the same for one peer is its address. */
  @Override
  public long fd() {
    return key;
  }

  @Override
  public long addressKey() {
    return key;
  }

  @Override
  public boolean hasUid() {
    return false;
  }

  @Override
  public long uid() {
    return 0;
  }

  @Override
  public int pinnedWorker() {
    return (int) (key % inbound.workers());
  }

  @Override
  public int pinTo(int workerId) {
    return pinnedWorker();
  }
}
