// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.swoole4j.error.ErrorCode;
import io.swoole4j.internal.http.message.Fields;
import io.swoole4j.internal.http.message.RequestHead;
import io.swoole4j.internal.http.message.ResponseHead;
import io.swoole4j.internal.http.message.TrackedExchange;
import io.swoole4j.spi.PortProtocol;
import io.swoole4j.spi.http.UpgradedConnection;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One stream: a request and its response. What is sent becomes {@link Output}, which counts towards
 * what may wait for the stream until it is on the wire. Any thread.
 */
public final class Http2Exchange extends TrackedExchange {
  private static final byte[] EMPTY = {};
  private static final int OK = 200;
  private static final int RESET_CONTENT = 205;
  private static final int LAST_OK = 299;
  private static final int BAD_REQUEST = 400;
  private static final int PING_BYTES = 8;

  private final Http2Streams streams;
  private final int streamId;
  private final @Nullable Tunnel tunnel;
  private final AtomicLong queued = new AtomicLong();
  private volatile boolean lost;

  // Written by whoever sends the response.
  private boolean silent;

  Http2Exchange(Http2Streams streams, int streamId, RequestHead request) {
    this(streams, streamId, request, null);
  }

  /** A stream whose client wants another protocol on it. */
  Http2Exchange(Http2Streams streams, int streamId, RequestHead request, @Nullable Tunnel tunnel) {
    super(request);
    this.streams = streams;
    this.streamId = streamId;
    this.tunnel = tunnel;
  }

  private PortProtocol.Session session() {
    return streams.session();
  }

  @Override
  public long fd() {
    return session().fd();
  }

  @Override
  public int streamId() {
    return streamId;
  }

  @Override
  public boolean isUpgradable() {
    return tunnel != null && isOpen();
  }

  @Override
  public int upgradeStatus() {
    return OK;
  }

  @Override
  public boolean upgrade(ResponseHead head, UpgradedConnection to) {
    Tunnel own = tunnel;
    if (own == null) {
      return fail(ErrorCode.WRONG_OPERATION);
    }
    head.fields().set("Content-Type", "");
    // What follows has no length, and ends with the stream.
    head.fields().remove("Content-Length");
    ResponseFields.Made fields = ResponseFields.of(head, streams.date(), -1);
    // What waits for the end of this may be anything, and must not run while others have to wait.
    Output open = new Output.Open(this, own, fields.headers());
    if (!begin(session(), to, () -> tryToOpen(open, fields.size()))) {
      return false;
    }
    own.change(to);
    release();
    return true;
  }

  private synchronized boolean tryToOpen(Output open, long bytes) {
    if (ended) {
      return fail(ErrorCode.HTTP_CONTEXT_UNAVAILABLE);
    }
    leave();
    ended = session().writeUnlimited(open, bytes, 0);
    if (!ended) {
      stay();
    }
    return ended;
  }

  /** To who asks for another protocol, success would say that it has got it. */
  private void refusing(ResponseHead head) {
    if (tunnel != null && head.status() >= OK && head.status() <= LAST_OK) {
      head.status(BAD_REQUEST, null);
    }
  }

  @Override
  public boolean end(ResponseHead head, byte[] body) {
    refusing(head);
    boolean headOnly = isHead();
    byte[] content = head.status() == RESET_CONTENT ? EMPTY : body;
    boolean unknown =
        (headOnly && content.length == 0 && head.fields().first("Content-Length") != null)
            || isWithoutLength(head);
    ResponseFields.Made fields =
        ResponseFields.of(head, streams.date(), unknown ? -1 : content.length);
    byte[] sent = headOnly || !head.allowsContent() ? EMPTY : content;
    return emit(
        new Output.Head(this, fields.headers(), sent, true),
        fields.size() + sent.length,
        sent.length,
        true);
  }

  /** The handler wants no Content-Length. */
  private static boolean isWithoutLength(ResponseHead head) {
    String own = head.fields().first("Content-Length");
    return own != null && own.isEmpty();
  }

  @Override
  public boolean file(ResponseHead head, Path path, long offset, long length) {
    return file(head, path, offset, length, new Fields());
  }

  @Override
  public boolean file(ResponseHead head, Path path, long offset, long length, Fields trailers) {
    refusing(head);
    PortProtocol.FilePart part = session().open(path, offset, length).orElse(null);
    if (part == null) {
      return false;
    }
    ResponseFields.Made made = ResponseFields.of(head, streams.date(), part.length());
    Http2Headers fields = made.headers();
    if (isHead() || !head.allowsContent()) {
      part.close();
      return emit(new Output.Head(this, fields, EMPTY, true), made.size(), 0, true);
    }
    ResponseFields.Made behind = ResponseFields.trailers(trailers);
    Output.File file =
        new Output.File(this, fields, part, behind == null ? null : behind.headers());
    return emit(file, made.size() + part.length(), 0, true);
  }

  @Override
  public boolean begin(ResponseHead head, byte[] data) {
    begun();
    refusing(head);
    silent = isHead() || !head.allowsContent();
    byte[] content = silent ? EMPTY : data;
    ResponseFields.Made fields = ResponseFields.of(head, streams.date(), -1);
    return emit(
        new Output.Head(this, fields.headers(), content, false),
        fields.size() + content.length,
        content.length,
        false);
  }

  @Override
  public boolean write(byte[] data) {
    if (silent) {
      return isOpen() || fail(ErrorCode.HTTP_CONTEXT_UNAVAILABLE);
    }
    return emit(new Output.Data(this, data, null, false), data.length, data.length, false);
  }

  @Override
  public boolean finish(byte[] data, Fields trailers) {
    byte[] rest = silent ? EMPTY : data;
    ResponseFields.Made behind = silent ? null : ResponseFields.trailers(trailers);
    int size = behind == null ? 1 : behind.size();
    Http2Headers fields = behind == null ? null : behind.headers();
    return emit(new Output.Data(this, rest, fields, true), size + rest.length, rest.length, true);
  }

  @Override
  public boolean ping(byte[] data) {
    if (data.length > PING_BYTES) {
      return fail(ErrorCode.INVALID_PARAMS);
    }
    long sent = 0;
    for (int i = 0; i < PING_BYTES; i++) {
      sent = sent << Byte.SIZE | (i < data.length ? data[i] & 0xff : 0);
    }
    return session().writeUnlimited(new Output.Ping(sent), PING_BYTES, 0);
  }

  @Override
  public boolean goAway(long code, String debug) {
    return session().writeUnlimited(new Output.GoAway(code, debug), PING_BYTES + debug.length(), 0);
  }

  @Override
  public boolean putOff(Runnable later, int bytes) {
    return streams.putOff(this, later, bytes);
  }

  private boolean emit(Output output, long bytes, int counted, boolean last) {
    boolean full;
    boolean gone = false;
    do {
      synchronized (this) {
        if (ended) {
          release(output);
          return fail(ErrorCode.HTTP_CONTEXT_UNAVAILABLE);
        }
        full = counted > 0 && !streams.reserve(queued, counted);
        if (!full) {
          if (last) {
            leave();
          }
          gone = !session().writeUnlimited(output, bytes, counted);
          ended = last && !gone;
          if (gone) {
            stay();
          }
        }
      }
      // Nobody may wait for the client while this is locked: the event loop needs the lock too.
    } while (full && session().awaitRoom());
    if (gone) {
      streams.release(queued, counted);
      return false;
    }
    if (!full && last) {
      release();
    }
    return !full;
  }

  private static void release(Output output) {
    if (output instanceof Output.File file) {
      file.release();
    }
  }

  @Override
  protected void released() {
    streams.ended(this);
  }

  /** Counted output is on the wire, or was given up. On the event loop. */
  void taken(int counted) {
    streams.release(queued, counted);
  }

  @Override
  public boolean fail(ErrorCode code) {
    return session().fail(code);
  }

  @Override
  public void abort() {
    reset(Http2Error.INTERNAL_ERROR);
  }

  void reset(Http2Error error) {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      leave();
    }
    session().writeUnlimited(new Output.Reset(this, error), 1, 0);
    release();
  }

  /** The stream is closed. On the event loop. */
  void lost() {
    lost = true;
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
    }
    release();
  }

  /** Whether the stream is closed. */
  boolean isLost() {
    return lost;
  }

  @Override
  public synchronized boolean detach() {
    if (!super.detach()) {
      return false;
    }
    streams.detached(this);
    return true;
  }

  @Override
  public synchronized boolean isOpen() {
    return !ended && session().isOpen();
  }
}
