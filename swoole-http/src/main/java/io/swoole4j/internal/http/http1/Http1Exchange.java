// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

import io.netty.handler.codec.http.HttpHeaderValues;
import io.swoole4j.error.ErrorCode;
import io.swoole4j.internal.http.message.Fields;
import io.swoole4j.internal.http.message.RequestHead;
import io.swoole4j.internal.http.message.ResponseHead;
import io.swoole4j.internal.http.message.TrackedExchange;
import io.swoole4j.spi.PortProtocol;
import io.swoole4j.spi.http.UpgradedConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request of a connection and its response. Responses leave in the order of the requests: what
 * is sent before an exchange has its turn is held, and counts as queued output meanwhile. Any
 * thread; exchanges hand the turn on from earlier to later ones only, so their locks cannot wait
 * for each other.
 */
public final class Http1Exchange extends TrackedExchange {
  private static final byte[] EMPTY = {};
  private static final int RESET_CONTENT = 205;

  /** What became of output, best last. */
  private static final int REFUSED = 0;

  private static final int FULL = 1;
  private static final int QUEUED = 2;
  private static final int WRITTEN = 3;

  private final Http1Connection connection;
  private final boolean keepAlive;
  private final boolean chunks;

  // Written by whoever sends the response.
  private Framing framing = Framing.LENGTH;
  private boolean headOnly;

  // Guarded by this.
  private boolean turn;
  private boolean closing;
  private @Nullable List<Object> held;
  private volatile @Nullable Http1Exchange next;

  /**
   * An exchange behind another, or the first of its connection. On the event loop.
   *
   * @param request the request, null if it was refused before it could be understood
   * @param keepAlive whether the client wants the connection to stay
   */
  Http1Exchange(
      Http1Connection connection,
      @Nullable RequestHead request,
      boolean keepAlive,
      @Nullable Http1Exchange previous) {
    super(request);
    this.connection = connection;
    this.keepAlive = keepAlive;
    this.chunks = request != null && !request.protocol().equals("HTTP/1.0");
    connection.begun();
    if (previous == null || previous.leadsTo(this)) {
      turn = true;
      connection.turnOf(this);
    }
  }

  /** Notes who follows; answers whether it is its turn at once. */
  private synchronized boolean leadsTo(Http1Exchange follower) {
    next = follower;
    return turn && ended;
  }

  @Override
  public long fd() {
    return connection.session().fd();
  }

  @Override
  public int streamId() {
    return 0;
  }

  /** Whether the client wants the connection to stay. */
  boolean keepsAlive() {
    return keepAlive;
  }

  @Nullable Http1Exchange next() {
    return next;
  }

  @Override
  public boolean end(ResponseHead head, byte[] body) {
    Fields fields = head.fields();
    String ownLength = fields.first("Content-Length");
    framing = Framing.LENGTH;
    if (!head.allowsContent()) {
      framing = Framing.NONE;
    } else if (ownLength != null && ownLength.isEmpty()) {
      framing = Framing.OPEN_END;
    }
    headOnly = isHead();
    byte[] content = head.status() == RESET_CONTENT ? EMPTY : body;
    boolean unknown = headOnly && content.length == 0 && ownLength != null;
    boolean close = closes(head) || framing == Framing.OPEN_END;
    byte[] sent = headOnly || framing == Framing.NONE ? EMPTY : content;
    int length = unknown ? -1 : content.length;
    return emit(connection.encoder().head(head, framing, close, length, sent), true, close);
  }

  @Override
  public boolean file(ResponseHead head, Path path, long offset, long length) {
    PortProtocol.FilePart part = connection.session().open(path, offset, length).orElse(null);
    if (part == null) {
      return false;
    }
    framing = head.allowsContent() ? Framing.LENGTH : Framing.NONE;
    headOnly = isHead();
    boolean close = closes(head);
    byte[] bytes = connection.encoder().head(head, framing, close, part.length(), EMPTY);
    boolean silent = isSilent();
    boolean sent = emit(bytes, silent ? null : part, true, close);
    if (silent || !sent) {
      part.close();
    }
    return sent;
  }

  @Override
  public boolean begin(ResponseHead head, byte[] data) {
    begun();
    headOnly = isHead();
    if (!head.allowsContent()) {
      framing = Framing.NONE;
    } else {
      framing = chunks ? Framing.CHUNKED : Framing.CLOSE;
    }
    boolean close = closes(head) || framing == Framing.CLOSE;
    byte[] content = isSilent() ? EMPTY : data;
    return emit(connection.encoder().head(head, framing, close, 0, content), false, close);
  }

  @Override
  public boolean write(byte[] data) {
    if (isSilent()) {
      return isOpen() || emit(EMPTY, false, false);
    }
    return emit(framing == Framing.CHUNKED ? connection.encoder().chunk(data) : data, false, false);
  }

  @Override
  public boolean finish(byte[] data, Fields trailers) {
    byte[] rest = data;
    if (isSilent()) {
      rest = EMPTY;
    } else if (framing == Framing.CHUNKED) {
      rest = connection.encoder().lastChunk(data, trailers);
    }
    return emit(rest, true, isLast());
  }

  @Override
  public boolean isUpgradable() {
    return connection.isAsking(this) && isOpen();
  }

  @Override
  public boolean upgrade(ResponseHead head, UpgradedConnection to) {
    if (!connection.isAsking(this) || connection.isDraining()) {
      return fail(ErrorCode.WRONG_OPERATION);
    }
    byte[] bytes = connection.encoder().head(head, Framing.NONE, false, 0, EMPTY);
    // What waits for the end of this may be anything, and must not run while others have to wait.
    if (!begin(connection.session(), to, () -> tryToEmit(bytes, null, true, false) == WRITTEN)) {
      return false;
    }
    connection.change(to);
    release();
    return true;
  }

  /** Whether the connection has no other request and will get none. */
  private boolean isLast() {
    return connection.isDraining() && next == null;
  }

  /** Answers what the server itself has to say, and ends the connection. On the event loop. */
  void refuse(int status) {
    ResponseHead head = new ResponseHead();
    head.status(status, null);
    emit(connection.encoder().head(head, Framing.LENGTH, true, 0, EMPTY), true, true);
  }

  /** Asks for the body of a request that waits for that. On the event loop. */
  void goAhead() {
    emit(ResponseEncoder.CONTINUE, false, false);
  }

  /** Whether content is dropped instead of sent. */
  private boolean isSilent() {
    return headOnly || framing == Framing.NONE;
  }

  private boolean closes(ResponseHead head) {
    if (!keepAlive || isLast()) {
      return true;
    }
    String own = head.fields().first("Connection");
    return own != null && HttpHeaderValues.CLOSE.contentEqualsIgnoreCase(own.strip());
  }

  private boolean emit(byte[] bytes, boolean last, boolean close) {
    return emit(bytes, null, last, close);
  }

  private boolean emit(
      byte[] bytes, PortProtocol.@Nullable FilePart file, boolean last, boolean close) {
    int outcome = tryToEmit(bytes, file, last, close);
    // Nobody may wait for the client while this is locked: the event loop needs the lock too.
    while (outcome == FULL && connection.session().awaitRoom()) {
      outcome = tryToEmit(bytes, file, last, close);
    }
    if (outcome == WRITTEN) {
      handOn(passed());
    }
    return outcome >= QUEUED;
  }

  private synchronized int tryToEmit(
      byte[] bytes, PortProtocol.@Nullable FilePart file, boolean last, boolean close) {
    if (ended) {
      connection.fail(ErrorCode.HTTP_CONTEXT_UNAVAILABLE);
      return REFUSED;
    }
    if (last && turn) {
      leave();
    }
    if (bytes.length > 0) {
      boolean accepted =
          turn
              ? connection.session().write(bytes)
              : connection.session().reserve(bytes.length) && held(bytes);
      if (!accepted) {
        stay();
        return turn && connection.session().isOpen() ? FULL : REFUSED;
      }
    }
    if (file != null) {
      if (turn) {
        connection.session().write(file);
      } else {
        held(file);
      }
    }
    if (turn) {
      connection.sent();
    }
    closing |= close;
    ended = last;
    return last && turn ? WRITTEN : QUEUED;
  }

  private boolean held(Object output) {
    List<Object> waiting = held;
    if (waiting == null) {
      held = waiting = new ArrayList<>(2);
    }
    return waiting.add(output);
  }

  /** Everything of this response is queued: answers whose turn it is now. */
  private @Nullable Http1Exchange passed() {
    release();
    if (framing == Framing.OPEN_END) {
      connection.handedOver();
      return null;
    }
    if (closing) {
      connection.close();
      return null;
    }
    return next;
  }

  @Override
  protected void released() {
    connection.ended();
  }

  private static void handOn(@Nullable Http1Exchange to) {
    Http1Exchange exchange = to;
    while (exchange != null) {
      exchange = exchange.takeTurn();
    }
  }

  private @Nullable Http1Exchange takeTurn() {
    synchronized (this) {
      turn = true;
      connection.turnOf(this);
      List<Object> waiting = held;
      held = null;
      if (ended) {
        leave();
      }
      if (waiting != null) {
        waiting.forEach(this::writeHeld);
      }
      if (!ended) {
        return null;
      }
    }
    return passed();
  }

  private void writeHeld(Object output) {
    if (output instanceof PortProtocol.FilePart file) {
      connection.session().write(file);
    } else {
      connection.session().writeReserved((byte[]) output);
    }
  }

  @Override
  public boolean fail(ErrorCode code) {
    return connection.fail(code);
  }

  @Override
  public void abort() {
    emit(EMPTY, true, true);
  }

  /** The connection is gone. On the event loop. */
  void lost() {
    synchronized (this) {
      if (ended && turn) {
        return;
      }
      ended = true;
      turn = true;
      if (held != null) {
        held.forEach(Http1Exchange::closeHeld);
        held = null;
      }
    }
    release();
  }

  private static void closeHeld(Object output) {
    if (output instanceof PortProtocol.FilePart file) {
      file.close();
    }
  }

  /** The user has answered with bytes of his own. */
  void answeredElsewhere() {
    synchronized (this) {
      if (ended || !isDetached() || !turn) {
        return;
      }
      ended = true;
    }
    handOn(passed());
  }

  @Override
  public synchronized boolean isOpen() {
    return !ended && connection.session().isOpen();
  }
}
