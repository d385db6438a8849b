// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.netty.channel.ChannelPipeline;
import io.swoole4j.error.ErrorCode;
import io.swoole4j.internal.websocket.deflate.DeflateOffer;
import io.swoole4j.internal.websocket.deflate.MessageDeflater;
import io.swoole4j.internal.websocket.frame.Frames;
import io.swoole4j.internal.websocket.frame.Op;
import io.swoole4j.internal.websocket.frame.Outgoing;
import io.swoole4j.internal.websocket.frame.Utf8;
import io.swoole4j.spi.PortProtocol;
import io.swoole4j.spi.http.UpgradedConnection;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket connection: the way out and how far it is. From any thread, but for what says
 * otherwise; a lock keeps frames of one message together and everything before the close frame.
 */
final class WebSocketConnection implements UpgradedConnection {
  private static final String HANDLER = "websocket.handler";
  private static final byte[] NO_REASON = {};
  private static final byte[] TRY_LATER = Frames.closing(Op.TRY_LATER, NO_REASON);
  private static final int NOT_SENDABLE =
      FrameFlag.RSV1.bit() | FrameFlag.RSV2.bit() | FrameFlag.RSV3.bit() | FrameFlag.MASK.bit();

  /** What became of a frame. */
  private enum Outcome {
    SENT,
    FULL,
    REFUSED
  }

  private final PortProtocol.Session session;
  private final WebSocketPort port;
  private final @Nullable DeflateOffer deflate;
  private volatile WebSocketStatus status = WebSocketStatus.HANDSHAKE;
  private volatile boolean disconnected;

  // Guarded by this.
  private boolean closeSent;
  private boolean withinMessage;
  private int messageOpcode;
  private int text;
  private boolean counted;
  private boolean ended;
  private @Nullable Runnable whenLost;

  WebSocketConnection(
      PortProtocol.Session session, WebSocketPort port, @Nullable DeflateOffer deflate) {
    this.session = session;
    this.port = port;
    this.deflate = deflate;
  }

  PortProtocol.Session session() {
    return session;
  }

  WebSocketPort port() {
    return port;
  }

  boolean isEstablished() {
    WebSocketStatus known = status;
    if (known == WebSocketStatus.HANDSHAKE) {
      synchronized (this) {
        known = status;
      }
    }
    return known == WebSocketStatus.FRAME && session.isOpen();
  }

  @Override
  public synchronized boolean begin(BooleanSupplier answer) {
    if (!answer.getAsBoolean()) {
      return false;
    }
    status = WebSocketStatus.FRAME;
    return true;
  }

  /** Whether a frame can be sent; while this is locked. */
  private boolean isSendable() {
    return !closeSent && status != WebSocketStatus.HANDSHAKE && session.isOpen();
  }

  @Override
  public void install(ChannelPipeline pipeline, String slot) {
    pipeline.addBefore(slot, HANDLER, new WebSocketInbound(this, deflate != null));
    synchronized (this) {
      if (!ended) {
        counted = true;
        port.counters().established(1);
      }
    }
  }

  /**
   * Has something done when the connection is gone, once.
   *
   * @return false if it is gone, then nothing is done
   */
  synchronized boolean whenLost(Runnable action) {
    whenLost = action;
    return !ended;
  }

  /** The connection is gone. */
  @Override
  public void lost() {
    Runnable action;
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      if (counted) {
        port.counters().established(-1);
      }
      action = whenLost;
    }
    if (action != null) {
      action.run();
    }
  }

  /** Behind the messages that have arrived, so that what they are answered with goes first. */
  @Override
  public void goodbye() {
    leave(Op.GOING_AWAY);
  }

  /** Closes in order, behind the messages that have arrived. On the event loop. */
  void leave(int code) {
    session.deliver(WebSocketEvent.MESSAGE, 1, new Leaving(this, code));
  }

  @Override
  public Map<String, Object> clientInfo() {
    return WebSocketPort.info(status);
  }

  @Override
  public Optional<PortProtocol.Ending> ending(PortProtocol.Handlers handlers) {
    lost();
    return disconnected ? port.ending(session.fd(), handlers) : Optional.empty();
  }

  /** Sends a frame of the user's. */
  boolean push(Frame frame) {
    String wrong = wrong(frame);
    if (wrong != null) {
      return refused(wrong);
    }
    if (frame.data().length > port.rules().maxOutput()) {
      return session.fail(ErrorCode.OUTPUT_TOO_LARGE);
    }
    Outcome outcome = tryToPush(frame.outgoing(), bytesIfRoom(frame));
    // Nobody may wait for the client while this is locked: the event loop needs the lock too.
    while (outcome == Outcome.FULL && session.awaitRoom()) {
      outcome = tryToPush(frame.outgoing(), bytes(frame));
    }
    if (outcome == Outcome.FULL) {
      port.counters().slow();
      if (port.rules().slowClient() == SlowClient.CLOSE) {
        giveUp();
      }
    }
    return outcome == Outcome.SENT;
  }

  /** What of a frame cannot be sent whatever came before it, null for nothing. */
  private static @Nullable String wrong(Frame frame) {
    byte[] data = frame.data();
    if (!frame.opcode().isControl()) {
      return (frame.flagBits() & NOT_SENDABLE) != 0 ? "reserved bits or a mask" : null;
    }
    if (data.length > Op.MAX_CONTROL) {
      return "control frame above " + Op.MAX_CONTROL + " bytes";
    }
    if (frame.opcode() != Opcode.CLOSE || data.length == 0) {
      return null;
    }
    boolean allowed =
        data.length >= Short.BYTES
            && Op.isCloseCode(Frames.closeCode(data))
            && Utf8.check(0, data, Short.BYTES, data.length) == 0;
    return allowed ? null : "close frame with a code or reason that is not allowed";
  }

  private boolean refused(String why) {
    port.refusals().warn("frame not pushed", session.fd(), why);
    return session.fail(ErrorCode.WEBSOCKET_PACK_FAILED);
  }

  /**
   * The bytes of a frame. Where a push without room is only refused, null when there is none,
   * judged by its length before it is compressed, so that it costs little.
   */
  private byte @Nullable [] bytesIfRoom(Frame frame) {
    boolean onlyRefuses = port.rules().slowClient() == SlowClient.REFUSE;
    return onlyRefuses && !session.hasRoom(frame.outgoing().length()) ? null : bytes(frame);
  }

  private byte[] bytes(Frame frame) {
    Outgoing out = frame.outgoing();
    boolean compress =
        deflate != null
            && (frame.flagBits() & FrameFlag.COMPRESS.bit()) != 0
            && isWhole(out)
            && out.payload().length <= deflate.maxLength();
    return compress ? out.compressed(MessageDeflater::deflate) : out.plain();
  }

  private static boolean isWhole(Outgoing frame) {
    return frame.fin() && frame.opcode() != Op.CONTINUATION && !Op.isControl(frame.opcode());
  }

  private synchronized Outcome tryToPush(Outgoing frame, byte @Nullable [] bytes) {
    if (!isSendable()) {
      return failed();
    }
    if (frame.opcode() == Op.CLOSE) {
      return lastFrame(frame.plain());
    }
    boolean begins = frame.opcode() != Op.CONTINUATION;
    boolean control = Op.isControl(frame.opcode());
    if (!control && begins == withinMessage) {
      return outOfOrder(begins);
    }
    if (bytes == null) {
      session.fail(ErrorCode.OUTPUT_BUFFER_FULL);
      return Outcome.FULL;
    }
    if (control) {
      return written(session.write(bytes));
    }
    int opcode = begins ? frame.opcode() : messageOpcode;
    int after = opcode == Op.TEXT ? frame.textState(begins ? 0 : text) : 0;
    if (after == Utf8.BAD || (frame.fin() && after != 0)) {
      refused("text that is not UTF-8");
      return Outcome.REFUSED;
    }
    Outcome outcome = isWhole(frame) ? whole(bytes) : written(session.write(bytes));
    if (outcome == Outcome.SENT) {
      withinMessage = !frame.fin();
      messageOpcode = opcode;
      text = after;
    }
    return outcome;
  }

  /** Notes the reason: it is closed, or about to be. */
  private Outcome failed() {
    if (session.isOpen()) {
      session.fail(ErrorCode.WEBSOCKET_UNCONNECTED);
    } else {
      // Only to have the reason noted.
      session.reserve(0);
    }
    return Outcome.REFUSED;
  }

  private Outcome outOfOrder(boolean begins) {
    refused(begins ? "a message within a message" : "a continuation of no message");
    return Outcome.REFUSED;
  }

  private Outcome written(boolean accepted) {
    return accepted ? Outcome.SENT : session.isOpen() ? Outcome.FULL : Outcome.REFUSED;
  }

  /** A whole message may give way to later ones where the policy says so. */
  private Outcome whole(byte[] bytes) {
    if (port.rules().slowClient() == SlowClient.REFUSE) {
      return written(session.write(bytes));
    }
    boolean dropping = port.rules().slowClient() == SlowClient.DROP_OLDEST;
    int dropped = session.writeDroppable(bytes, dropping);
    if (dropped > 0) {
      port.counters().slow();
      port.counters().dropped(dropped);
    }
    return written(dropped >= 0);
  }

  private Outcome lastFrame(byte[] bytes) {
    if (!session.writeLast(bytes)) {
      return Outcome.REFUSED;
    }
    closeSent = true;
    status = WebSocketStatus.CLOSING;
    return Outcome.SENT;
  }

  /**
   * Drops what waits for a client that takes nothing, and closes its connection: behind what runs
   * now, as this is called within handlers, and no other handler may run within them.
   */
  private void giveUp() {
    synchronized (this) {
      if (closeSent) {
        return;
      }
      session.drop();
      if (lastFrame(Frames.plain(Op.CLOSE, true, 0, TRY_LATER)) != Outcome.SENT) {
        return;
      }
    }
    port.counters().closedSlow();
    port.noise().warn("closed", session.fd(), "it reads too slowly");
    session.execute(() -> leave(Op.TRY_LATER));
  }

  /** Sends a close frame of the user's and closes. */
  boolean disconnect(int code, byte[] reason) {
    synchronized (this) {
      if (!isSendable()) {
        failed();
        return false;
      }
      // Before the client can know of it: it may be gone at once, and its end be told.
      disconnected = true;
      lastFrame(Frames.plain(Op.CLOSE, true, 0, Frames.closing(code, reason)));
    }
    return session.close(false);
  }

  /** Sends a close frame unless there was one, and closes. */
  void finish(int code) {
    sendClose(Frames.closing(code, NO_REASON));
    session.close(false);
  }

  /** Sends a close frame unless there was one. */
  void sendClose(byte[] payload) {
    synchronized (this) {
      if (isSendable()) {
        lastFrame(Frames.plain(Op.CLOSE, true, 0, payload));
      }
    }
  }

  /** Answers a ping; one that finds no room is not answered, as the client will not miss it. */
  void pong(byte[] payload) {
    synchronized (this) {
      if (!closeSent) {
        session.write(Frames.plain(Op.PONG, true, 0, payload));
      }
    }
  }

  /** Asks whether the client is still there. */
  void ping() {
    synchronized (this) {
      if (!closeSent) {
        session.write(Frames.plain(Op.PING, true, 0, NO_REASON));
      }
    }
  }
}
