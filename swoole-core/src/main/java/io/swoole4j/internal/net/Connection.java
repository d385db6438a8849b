// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.NetUtil;
import io.swoole4j.internal.dispatch.AddressKey;
import io.swoole4j.internal.dispatch.Route;
import io.swoole4j.internal.tls.TlsSession;
import io.swoole4j.internal.worker.Delivery;
import io.swoole4j.internal.worker.LoopWorker;
import io.swoole4j.internal.worker.Worker;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One client's session from accept to the end of its close event. The methods say which thread may
 * call them; those that say nothing are safe from any thread.
 */
public final class Connection implements Route {
  /** The session is usable. */
  public static final int OPEN = 0;

  /** The server has closed it: sends answer 1001. */
  public static final int CLOSED_BY_SERVER = 1;

  /** The client has closed it, or broke a rule: sends answer 1002. */
  public static final int CLOSED_BY_CLIENT = 2;

  /** Its close event runs: sends answer 1003. */
  public static final int IN_CLOSE_EVENT = 3;

  private final long fd;
  private final Reactor reactor;
  private final Inbound inbound;
  private final Channel channel;
  private final ListenerSpec listener;
  private final @Nullable TlsSession tls;
  private final SocketAddress client;
  private final @Nullable Connection carrier;
  private final Outbound outbound;
  private final ClientOutput output;
  private final InboundFlow flow;
  private final SessionEvents events;
  private final @Nullable InetSocketAddress remote;
  private final String remotePath;
  private final long addressKey;
  private final long connectMillis;

  private final AtomicInteger state = new AtomicInteger(OPEN);
  private final AtomicLong uid = new AtomicLong();
  private final AtomicInteger pinnedWorker = new AtomicInteger(-1);
  private final AtomicBoolean unpinned = new AtomicBoolean();
  private final AtomicBoolean unconfirmed;
  private volatile boolean guarded;
  private @Nullable StallWatch stallWatch;
  private @Nullable Carriage carriage;
  private volatile boolean carrying;
  private volatile long lastReceiveMillis;
  private volatile long lastSendMillis;
  private volatile long lastDispatchMillis;
  private volatile @Nullable Object attachment;

  Connection(
      long fd,
      Reactor reactor,
      Channel channel,
      SocketAddress client,
      ListenerSpec listener,
      @Nullable TlsSession tls) {
    this(fd, reactor, channel, client, listener, tls, null);
  }

  /** A connection that another one carries within itself: by its port, from its client. */
  Connection(long fd, Connection carrier, Channel channel) {
    this(fd, carrier.reactor, channel, carrier.client, carrier.listener, carrier.tls, carrier);
  }

  private Connection(
      long fd,
      Reactor reactor,
      Channel channel,
      SocketAddress client,
      ListenerSpec listener,
      @Nullable TlsSession tls,
      @Nullable Connection carrier) {
    this.fd = fd;
    this.reactor = reactor;
    this.inbound = reactor.inbound();
    this.channel = channel;
    this.listener = listener;
    this.tls = tls;
    this.client = client;
    this.carrier = carrier;
    this.outbound = new Outbound(this, reactor, channel, listener.rules());
    this.output = new ClientOutput(this, reactor, outbound);
    this.flow = new InboundFlow(this, reactor, channel);
    this.events = new SessionEvents(this, inbound, state);
    this.unconfirmed = new AtomicBoolean(carrier == null && listener.rules().delayed());
    this.remote = client instanceof InetSocketAddress inet ? inet : null;
    this.remotePath = Addresses.pathOf(client);
    this.addressKey = remote == null ? 0 : AddressKey.of(remote.getAddress());
    this.connectMillis = inbound.clock().wallMillis();
    this.lastReceiveMillis = connectMillis;
  }

  @Override
  public long fd() {
    return fd;
  }

  @Override
  public long addressKey() {
    return addressKey;
  }

  @Override
  public boolean hasUid() {
    return uid.get() != 0;
  }

  @Override
  public long uid() {
    return uid.get();
  }

  @Override
  public int pinnedWorker() {
    return pinnedWorker.get();
  }

  @Override
  public int pinTo(int workerId) {
    if (pinnedWorker.compareAndSet(-1, workerId)) {
      inbound.pinned(workerId, 1);
      if (!isOpen()) {
        // Closed before its first event: whoever ended it may have found nothing to take back.
        unpin();
      }
    }
    return pinnedWorker.get();
  }

  private void unpin() {
    int worker = pinnedWorker.get();
    if (worker >= 0 && unpinned.compareAndSet(false, true)) {
      inbound.pinned(worker, -1);
    }
  }

  /**
   * Binds the session to a user, once.
   *
   * @param userId not 0
   * @return false if it is bound already
   */
  public boolean bind(long userId) {
    if (!uid.compareAndSet(0, userId)) {
      return false;
    }
    if (listener.rules().bindConfirms()) {
      confirm();
    }
    return true;
  }

  /**
   * Lets a connection be read that waits for this.
   *
   * @return false if it does not wait for it, any more
   */
  public boolean confirm() {
    if (!unconfirmed.compareAndSet(true, false)) {
      return false;
    }
    reactor.run(flow::confirm);
    return true;
  }

  boolean isUnconfirmed() {
    return unconfirmed.get();
  }

  /** Stops reading; what was read before is handled all the same. */
  public void pauseReading() {
    reactor.run(flow::pause);
  }

  /** Reads on after {@link #pauseReading}. */
  public void resumeReading() {
    reactor.run(flow::resume);
  }

  /**
   * Exempts it from being closed for silence, or no longer.
   *
   * @param exempt whether it is exempt
   */
  public void protect(boolean exempt) {
    guarded = exempt;
  }

  boolean isProtected() {
    return guarded;
  }

  /**
   * Whether the peer's silence may be held against it; while it carries others, each of them is
   * judged by itself. From any thread.
   */
  public boolean mayExpire() {
    return !guarded && !carrying && !flow.isHeld();
  }

  /**
   * Ends a connection whose peer is silent, behind what waits of it. From any thread.
   *
   * @param heard when it was heard last, as it was judged
   */
  void expire(long heard) {
    reactor.run(() -> flow.expired(heard));
  }

  /** It is open and can be found from now on. On the event loop. */
  void begin() {
    flow.begin();
    long stall = listener.rules().stallMillis();
    if (stall > 0) {
      stallWatch = new StallWatch(this, inbound.clock(), stall);
    }
  }

  /**
   * Where it stands: one of the constants of this class.
   *
   * @return the state
   */
  public int state() {
    return state.get();
  }

  /**
   * Whether the session is usable.
   *
   * @return false as soon as either side has closed it
   */
  public boolean isOpen() {
    return state.get() == OPEN;
  }

  /**
   * The reactor that reads and writes it.
   *
   * @return its reactor
   */
  public Reactor reactor() {
    return reactor;
  }

  /**
   * The port it came in by.
   *
   * @return the listener
   */
  public ListenerSpec listener() {
    return listener;
  }

  /**
   * The TLS it is spoken to with.
   *
   * @return null on a port without TLS
   */
  public @Nullable TlsSession tls() {
    return tls;
  }

  /** The TLS whose end is that of the channel. */
  @Nullable TlsSession ownTls() {
    return carrier == null ? tls : null;
  }

  /** Whether another connection carries it within itself: its channel is no socket then. */
  boolean isCarried() {
    return carrier != null;
  }

  /** The client's address. */
  SocketAddress client() {
    return client;
  }

  /**
   * Makes a connection of a channel that this one carries. On the event loop.
   *
   * @param within the channel, on no event loop yet and with no handlers
   * @param installer puts the handlers of its protocol into it
   * @return false when the server, or the client, has all the connections it may have; the channel
   *     is closed then
   */
  public boolean carry(Channel within, ListenerSpec.Installer installer) {
    Carriage all = carriage;
    if (all == null) {
      carriage = all = new Carriage(this);
    }
    return all.open(within, installer);
  }

  /** Whether it has to stay for connections that it carries. On the event loop. */
  boolean isCarrying() {
    return carriage != null && !carriage.isEmpty();
  }

  /** Whether it would take one with it that is exempt. On the event loop. */
  boolean carriesProtected() {
    return carriage != null && carriage.hasProtected();
  }

  /** It carries connections from now on, or none any more. On the event loop. */
  void carrying(boolean some) {
    carrying = some;
  }

  /** Everything was sent: ends what it carries. On the event loop. */
  void endCarried() {
    Carriage all = carriage;
    LoopWorker own = reactor.ownWorker();
    if (all != null && own != null) {
      // Their close events run there, as messages like all others.
      own.deliver(Delivery.of(all::end));
    } else if (all != null) {
      all.end();
    }
  }

  /**
   * Closes the channel without a last word: that of TLS waits until the kernel takes it, behind
   * everything else. On the event loop.
   */
  void closeChannel() {
    ChannelHandlerContext first = ownTls() == null ? null : channel.pipeline().firstContext();
    if (first == null) {
      // A channel that has closed has no handlers any more.
      channel.close();
    } else {
      first.close();
    }
  }

  /**
   * Its channel, for protocols.
   *
   * @return the channel
   */
  public Channel channel() {
    return channel;
  }

  /**
   * What a protocol keeps with the session.
   *
   * @return null unless set
   */
  public @Nullable Object attachment() {
    return attachment;
  }

  /**
   * Keeps something with the session.
   *
   * @param value what a protocol wants to find again
   */
  public void attachment(@Nullable Object value) {
    attachment = value;
  }

  /**
   * The way to the client.
   *
   * @return where to send
   */
  public ClientOutput output() {
    return output;
  }

  /** The output counts as full, or as empty again. On the event loop. */
  void outputChanged(boolean full) {
    inbound.outputChanged(this, full);
  }

  /**
   * Hands something of a protocol to a worker. On the event loop.
   *
   * @param content what {@link ConnectionEvents#protocolMessage} gets
   * @param bytes what it counts towards the queue limit
   */
  public void deliver(Object content, int bytes) {
    if (!reactor.loop().inEventLoop()) {
      throw new IllegalStateException(
          "thread: "
              + Thread.currentThread().getName()
              + " (expected: the event loop of "
              + this
              + ")");
    }
    flow.add(new ProtocolMessage(bytes, content), bytes);
    flow.account();
    reactor.runAfterIteration();
  }

  /**
   * Closes on behalf of the server. The close event runs before this returns when the calling
   * thread is the worker it belongs to.
   *
   * @param reset whether to drop what is queued and send a reset
   * @return false if it was closed already
   */
  public boolean close(boolean reset) {
    if (!state.compareAndSet(OPEN, CLOSED_BY_SERVER)) {
      return false;
    }
    events.closing();
    ended();
    if (reset) {
      reset();
    } else {
      outbound.finish();
      output.wake();
    }
    inbound.serverClosed(this);
    return true;
  }

  /**
   * Runs something on the connection's event loop, or nowhere when that has ended.
   *
   * @param task what to run
   */
  public void execute(Runnable task) {
    reactor.execute(task);
  }

  /**
   * Stops reading for its protocol's sake, or goes on. On the event loop.
   *
   * @param wanted whether the protocol can take more
   */
  public void readForProtocol(boolean wanted) {
    flow.readForProtocol(wanted);
  }

  /** Drops the socket with a reset, whatever the state. */
  public void reset() {
    reactor.execute(outbound::reset);
  }

  private void ended() {
    inbound.counters().closed.increment();
    unpin();
  }

  /**
   * The peer's end has its turn behind everything the peer sent: on the worker that runs the close
   * event, or on the event loop when none does.
   */
  void closeFromPeer() {
    if (state.compareAndSet(OPEN, CLOSED_BY_CLIENT)) {
      ended();
    }
    if (state.get() == CLOSED_BY_CLIENT) {
      outbound.finish();
      output.wake();
      if (inbound.rules().closeEvents()) {
        events.runClose(reactor.id());
      } else {
        events.closeDone();
      }
    }
  }

  /** The peer is gone, or has been given up: no send reaches it any more. */
  void lost() {
    if (state.compareAndSet(OPEN, CLOSED_BY_CLIENT)) {
      ended();
    }
  }

  /** The channel is closed. On the event loop. */
  void channelClosed() {
    if (stallWatch != null) {
      stallWatch.cancel();
    }
    outbound.channelClosed();
    flow.channelClosed();
    events.channelClosed();
    if (carrier != null && carrier.carriage != null) {
      carrier.carriage.closed(this);
    }
  }

  /** The dispatcher refused a message. On the event loop. */
  void refused(Object message, boolean close) {
    if (!(message instanceof Signal)) {
      flow.refused(Inbound.bytesOf(message));
    }
    inbound.dropped(this, message);
    if (message == Signal.CLOSE) {
      lost();
      outbound.finish();
      reactor.wake();
      events.closeDone();
    } else if (close) {
      close(false);
    }
    if (message == Signal.CONNECT) {
      events.connectRefused();
    }
  }

  SessionEvents events() {
    return events;
  }

  InboundFlow flow() {
    return flow;
  }

  Outbound outbound() {
    return outbound;
  }

  /** Keeps the connection from being read until a worker has caught up. On the event loop. */
  void stallOn(Worker worker) {
    flow.stallOn(worker);
  }

  /** Bytes that have been handled. On a worker. */
  void inboundHandled(long bytes) {
    flow.handled(bytes);
  }

  /** One message that has been handled, where callbacks run apart. On its virtual thread. */
  void inboundHandledApart(int bytes) {
    flow.handledApart(bytes);
  }

  boolean inputEnded() {
    return flow.inputEnded();
  }

  void ignoreInput() {
    flow.ignoreInput();
  }

  /** Notes that bytes have arrived. On the event loop. */
  void receivedNow(int bytes) {
    if (carrier == null) {
      reactor.counters().receivedBytes.add(bytes);
    }
    lastReceiveMillis = inbound.clock().wallMillis();
  }

  /** The peer has had no chance to be heard until now. On the event loop. */
  void heardNow() {
    lastReceiveMillis = inbound.clock().wallMillis();
  }

  void dispatchedNow() {
    lastDispatchMillis = lastReceiveMillis;
  }

  void sentNow() {
    lastSendMillis = inbound.clock().wallMillis();
    if (carrier != null) {
      carrier.sentNow();
    }
  }

  /** The kernel, or the connection around this one, has taken bytes. On the event loop. */
  void taken(long bytes) {
    if (carrier != null) {
      carrier.outbound.takenWithin(bytes);
    }
  }

  /**
   * When it was accepted.
   *
   * @return milliseconds since the epoch
   */
  public long connectMillis() {
    return connectMillis;
  }

  /**
   * When bytes arrived last.
   *
   * @return milliseconds since the epoch
   */
  public long lastReceiveMillis() {
    return lastReceiveMillis;
  }

  /**
   * When bytes were written last.
   *
   * @return milliseconds since the epoch, 0 if never
   */
  public long lastSendMillis() {
    return lastSendMillis;
  }

  /**
   * When a packet was handed to a worker last.
   *
   * @return milliseconds since the epoch, 0 if never
   */
  public long lastDispatchMillis() {
    return lastDispatchMillis;
  }

  /**
   * Bytes waiting for workers.
   *
   * @return 0 in BASE mode, where nothing waits
   */
  public long receiveQueuedBytes() {
    return flow.queuedBytes();
  }

  /**
   * Bytes waiting for the kernel to take them.
   *
   * @return the number
   */
  public long sendQueuedBytes() {
    return outbound.queuedBytes();
  }

  /**
   * The peer's address.
   *
   * @return its shortest text, or the path of its Unix socket; empty if the peer has none
   */
  public String remoteIp() {
    return remote == null || remote.getAddress() == null
        ? remotePath
        : NetUtil.toAddressString(remote.getAddress());
  }

  /**
   * The peer's port.
   *
   * @return 0 if the peer has none
   */
  public int remotePort() {
    return remote == null ? 0 : remote.getPort();
  }

  @Override
  public String toString() {
    return "fd " + fd + " of " + remoteIp() + ":" + remotePort();
  }
}
