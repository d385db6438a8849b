// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.internal.http.coding.CompressionRules;
import io.swoole4j.internal.http.http1.Http1Connection;
import io.swoole4j.internal.http.http2.Http2Streams;
import io.swoole4j.internal.http.message.Exchange;
import io.swoole4j.internal.http.message.FieldRules;
import io.swoole4j.internal.http.message.Fields;
import io.swoole4j.internal.http.message.ResponseHead;
import io.swoole4j.server.Server;
import io.swoole4j.setting.Settings;
import io.swoole4j.spi.Arguments;
import io.swoole4j.spi.PortProtocol;
import io.swoole4j.spi.ServerLogs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The way to answer a request; Swoole's {@code Swoole\Http\Response}. From any thread, by one at a
 * time; only that two of them end it at once is guarded against. What answers false has sent
 * nothing, and {@link Server#getLastError} tells why: 7106 when the response has ended or was taken
 * over by {@link #create}, 1001 to 1005 when the connection is gone, 1008 when the client takes
 * nothing of what waits for it, 1202 for more than buffer_output_size at once, 505 for a header
 * that cannot be sent.
 */
public final class Response {
  private static final byte[] EMPTY = {};
  private static final String CONTENT_LENGTH = "Content-Length";
  private static final String CONTENT_TYPE = "Content-Type";

  /** How far a response is. */
  private static final int NEW = 0;

  private static final int STREAMING = 1;
  private static final int ENDED = 2;

  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int FOUND = 302;
  private static final int FIRST_REDIRECT = 300;
  private static final int FIRST_STATUS = 200;
  private static final int FIRST_ERROR = 400;
  private static final int LAST_STATUS = 599;
  private static final int INTERNAL_ERROR = 500;
  private static final int MAX_GZIP_LEVEL = 9;

  private final Server server;
  private final Exchange exchange;
  private final ResponseCompression compression;
  private final @Nullable ResponseUpgrade upgrade;
  private final @Nullable AccessRecord access;
  private final @Nullable UnaryOperator<String> typeOf;
  private final ResponseHead head = new ResponseHead();
  private final AtomicInteger state = new AtomicInteger(NEW);
  private @Nullable Fields trailers;
  private volatile boolean detached;
  private volatile boolean refused;

  Response(
      Server server,
      Exchange exchange,
      ResponseCompression compression,
      @Nullable AccessRecord access,
      @Nullable UnaryOperator<String> typeOf) {
    this(server, exchange, compression, access, typeOf, null);
  }

  Response(
      Server server,
      Exchange exchange,
      ResponseCompression compression,
      @Nullable AccessRecord access,
      @Nullable UnaryOperator<String> typeOf,
      @Nullable ResponseUpgrade upgrade) {
    this.server = server;
    this.exchange = exchange;
    this.compression = compression;
    this.access = access;
    this.typeOf = typeOf;
    this.upgrade = upgrade;
    exchange.owner(this);
  }

  /**
   * Takes over a response that was {@linkplain #detach detached}: the oldest one of the connection.
   * On a connection that speaks no HTTP, whatever has arrived is answered. Swoole's {@code create}.
   *
   * @param server the server
   * @param fd the session id of the connection
   * @return empty with {@link Server#getLastError} 1001 to 1005 if there is no open connection of
   *     that id, 7106 if none of its responses is detached
   */
  public static Optional<Response> create(Server server, long fd) {
    return create(server, fd, 0);
  }

  /**
   * Takes over a response that was {@linkplain #detach detached}, by its stream.
   *
   * @param server the server
   * @param fd the session id of the connection
   * @param streamId the HTTP/2 stream of its request; 0 for the oldest one, and for HTTP/1
   * @return as {@link #create(Server, long)}
   */
  public static Optional<Response> create(Server server, long fd, int streamId) {
    Optional<PortProtocol.Session> session = server.session(fd);
    if (session.isEmpty()) {
      return server.exists(fd)
          ? Optional.of(
              new Response(server, new RawExchange(server, fd), compressionOf(null), null, null))
          : noConnection(server, fd);
    }
    Object connection = session.get().attachment().orElse(null);
    if (!session.get().isOpen()) {
      return noConnection(server, fd);
    }
    Exchange exchange = null;
    if (connection instanceof Http2Streams streams) {
      exchange = streams.claimDetached(streamId);
    } else if (connection instanceof Http1Connection one && streamId == 0) {
      exchange = one.claimDetached();
    }
    if (exchange == null) {
      session.get().fail(ErrorCode.HTTP_CONTEXT_UNAVAILABLE);
      return Optional.empty();
    }
    Object owner = exchange.owner();
    return Optional.of(
        new Response(server, exchange, compressionOf(owner), accessOf(owner), typesOf(owner)));
  }

  /** Whoever takes a response over goes by the rules of the same port. */
  private static ResponseCompression compressionOf(@Nullable Object owner) {
    return new ResponseCompression(
        owner instanceof Response earlier ? earlier.compression.rules() : CompressionRules.NONE);
  }

  private static @Nullable AccessRecord accessOf(@Nullable Object owner) {
    return owner instanceof Response earlier ? earlier.access : null;
  }

  private static @Nullable UnaryOperator<String> typesOf(@Nullable Object owner) {
    return owner instanceof Response earlier ? earlier.typeOf : null;
  }

  /** Leaves the reason as the calling thread's last error. */
  private static Optional<Response> noConnection(Server server, long fd) {
    server.send(fd, EMPTY);
    return Optional.empty();
  }

  /**
   * The connection; Swoole's {@code $fd}.
   *
   * @return the session id
   */
  public long fd() {
    return exchange.fd();
  }

  /**
   * The HTTP/2 stream.
   *
   * @return 0 for HTTP/1
   */
  public int streamId() {
    return exchange.streamId();
  }

  /**
   * Sets a header, in the place of what was set under that name; Swoole's {@code header}. The name
   * is formatted as {@code Content-Type}. Spaces and line ends at the end of the value are left
   * out. An empty value keeps a header that is sent by default from being sent.
   *
   * @param key its name, a token of at most 127 bytes
   * @param value its value; null removes the header
   * @return false with 505 if name or value cannot be sent, 7106 once the head was sent
   */
  public boolean header(String key, @Nullable String value) {
    return header(key, value, true);
  }

  /**
   * Sets a header.
   *
   * @param key its name
   * @param value its value; null removes the header
   * @param ucwords whether each word of the name gets an upper-case letter at its beginning and
   *     lower-case ones behind
   * @return as {@link #header(String, String)}
   */
  public boolean header(String key, @Nullable String value, boolean ucwords) {
    return header(key, value == null ? List.of() : List.of(value), ucwords);
  }

  /**
   * Sets a header with several values, each in a line of its own, or with a number.
   *
   * @param key its name
   * @param value a number, or a list of texts and numbers, of which those that are null are left
   *     out; none removes the header
   * @return as {@link #header(String, String)}
   * @throws IllegalArgumentException for a value of another kind
   */
  public boolean header(String key, @Nullable Object value) {
    // No parameter of a list: compilers could not tell header(name, null) from that of a text.
    Collection<?> values =
        value instanceof Collection<?> several ? several : Collections.singletonList(value);
    return header(key, values.stream().filter(Objects::nonNull).map(Response::text).toList(), true);
  }

  private static String text(Object value) {
    if (value instanceof CharSequence || value instanceof Number) {
      return value.toString();
    }
    throw new IllegalArgumentException(
        "header: " + value.getClass().getName() + " (expected: text, a number, or a list of them)");
  }

  private boolean header(String key, List<String> values, boolean ucwords) {
    Arguments.require("key", key, "a name");
    if (state.get() != NEW || !isMine()) {
      return unavailable();
    }
    for (String value : values) {
      if (!FieldRules.isValue(FieldRules.trimmed(value))) {
        return refusedHeader();
      }
    }
    if (!FieldRules.isName(key) || FieldRules.isReserved(key)) {
      return refusedHeader();
    }
    String name = ucwords ? FieldRules.words(key) : key;
    boolean first = true;
    for (String value : values) {
      if (first) {
        head.fields().set(name, FieldRules.trimmed(value));
        first = false;
      } else {
        head.fields().add(name, FieldRules.trimmed(value));
      }
    }
    if (first) {
      head.fields().remove(name);
    }
    return true;
  }

  private boolean refusedHeader() {
    ServerLogs.here(Response.class)
        .warn("fd {}: header not set, its name or value cannot be sent", fd());
    return fail(ErrorCode.INVALID_PARAMS);
  }

  /**
   * The same as {@link #header(String, String)}; Swoole's alias.
   *
   * @param key its name
   * @param value its value; null removes the header
   * @return as {@link #header(String, String)}
   */
  public boolean setHeader(String key, @Nullable String value) {
    return header(key, value);
  }

  /**
   * The same as {@link #header(String, String, boolean)}; Swoole's alias.
   *
   * @param key its name
   * @param value its value; null removes the header
   * @param ucwords whether the name is formatted
   * @return as {@link #header(String, String)}
   */
  public boolean setHeader(String key, @Nullable String value, boolean ucwords) {
    return header(key, value, ucwords);
  }

  /**
   * The same as {@link #header(String, Object)}; Swoole's alias.
   *
   * @param key its name
   * @param value a number, or a list of texts and numbers; none removes the header
   * @return as {@link #header(String, String)}
   * @throws IllegalArgumentException for a value of another kind
   */
  public boolean setHeader(String key, @Nullable Object value) {
    return header(key, value);
  }

  /**
   * Forgets the headers, cookies and trailers that were set; Swoole's {@code initHeader}. The
   * status stays.
   *
   * @return false with 7106 once the head was sent
   */
  public boolean initHeader() {
    if (state.get() != NEW || !isMine()) {
      return unavailable();
    }
    head.fields().clear();
    head.cookies().clear();
    trailers = null;
    return true;
  }

  /**
   * Sets a cookie; Swoole's {@code cookie}. Several of one name may be set.
   *
   * @param cookie the cookie, which may be changed afterwards
   * @return false with 505 if it has no name, 7106 once the head was sent
   */
  public boolean cookie(Cookie cookie) {
    String line = cookie.toString();
    if (state.get() != NEW || !isMine()) {
      return unavailable();
    }
    if (line.isEmpty()) {
      return fail(ErrorCode.INVALID_PARAMS);
    }
    head.cookies().add(line);
    return true;
  }

  /**
   * Sets a cookie for all paths that lasts as long as the browser's session.
   *
   * @param name its name, visible ASCII without {@code = , ;}
   * @param value its value, which is percent-encoded; null or empty to delete it
   * @return false with 505 if the name cannot be sent, 7106 once the head was sent
   */
  public boolean cookie(String name, @Nullable String value) {
    return cookie(name, value, 0);
  }

  /**
   * Sets a cookie for all paths.
   *
   * @param name its name
   * @param value its value
   * @param expires when the browser forgets it, in seconds since the epoch; 0 for the end of its
   *     session
   * @return as {@link #cookie(String, String)}
   */
  public boolean cookie(String name, @Nullable String value, long expires) {
    return cookie(name, value, expires, "/", "", false, false);
  }

  /**
   * Sets a cookie.
   *
   * @param name its name
   * @param value its value
   * @param expires when the browser forgets it, in seconds since the epoch; 0 for the end of its
   *     session
   * @param path below which path it is sent
   * @param domain to which hosts it is sent, empty for this one
   * @param secure whether it is sent over TLS only
   * @param httponly whether scripts cannot see it
   * @return as {@link #cookie(String, String)}, and false if path or domain cannot be sent
   */
  public boolean cookie(
      String name,
      @Nullable String value,
      long expires,
      String path,
      String domain,
      boolean secure,
      boolean httponly) {
    return cookie(name, value, expires, path, domain, secure, httponly, "", "", false);
  }

  /**
   * Sets a cookie with all that Swoole knows.
   *
   * @param name its name
   * @param value its value
   * @param expires when the browser forgets it, in seconds since the epoch; 0 for the end of its
   *     session
   * @param path below which path it is sent
   * @param domain to which hosts it is sent, empty for this one
   * @param secure whether it is sent over TLS only
   * @param httponly whether scripts cannot see it
   * @param samesite Strict, Lax, None or empty
   * @param priority Low, Medium, High or empty
   * @param partitioned whether each embedding site has one of its own
   * @return as {@link #cookie(String, String)}, and false if an attribute cannot be sent
   */
  public boolean cookie(
      String name,
      @Nullable String value,
      long expires,
      String path,
      String domain,
      boolean secure,
      boolean httponly,
      String samesite,
      String priority,
      boolean partitioned) {
    return cookie(
        () ->
            new Cookie()
                .withName(name)
                .withValue(value)
                .withExpires(expires)
                .withPath(path)
                .withDomain(domain)
                .withSecure(secure)
                .withHttpOnly(httponly)
                .withSameSite(samesite)
                .withPriority(priority)
                .withPartitioned(partitioned));
  }

  /**
   * Sets a cookie whose value is sent as it is; Swoole's {@code rawcookie}.
   *
   * @param name its name
   * @param value its value, visible ASCII without comma and semicolon; null or empty to delete it
   * @return false with 505 if name or value cannot be sent, 7106 once the head was sent
   */
  public boolean rawcookie(String name, @Nullable String value) {
    return rawcookie(name, value, 0, "/", "", false, false);
  }

  /**
   * Sets a cookie whose value is sent as it is. For what else there is, give {@link
   * #cookie(Cookie)} a cookie that does not encode.
   *
   * @param name its name
   * @param value its value
   * @param expires when the browser forgets it, in seconds since the epoch; 0 for the end of its
   *     session
   * @param path below which path it is sent
   * @param domain to which hosts it is sent, empty for this one
   * @param secure whether it is sent over TLS only
   * @param httponly whether scripts cannot see it
   * @return as {@link #rawcookie(String, String)}
   */
  public boolean rawcookie(
      String name,
      @Nullable String value,
      long expires,
      String path,
      String domain,
      boolean secure,
      boolean httponly) {
    return cookie(
        () ->
            new Cookie(false)
                .withName(name)
                .withValue(value)
                .withExpires(expires)
                .withPath(path)
                .withDomain(domain)
                .withSecure(secure)
                .withHttpOnly(httponly));
  }

  /**
   * The same as {@link #cookie(String, String)}; Swoole's alias.
   *
   * @param name its name
   * @param value its value
   * @return as {@link #cookie(String, String)}
   */
  public boolean setCookie(String name, @Nullable String value) {
    return cookie(name, value);
  }

  /**
   * The same as {@link #cookie(String, String, long, String, String, boolean, boolean)}; Swoole's
   * alias.
   *
   * @param name its name
   * @param value its value
   * @param expires when the browser forgets it, in seconds since the epoch; 0 for the end of its
   *     session
   * @param path below which path it is sent
   * @param domain to which hosts it is sent, empty for this one
   * @param secure whether it is sent over TLS only
   * @param httponly whether scripts cannot see it
   * @return as {@link #cookie(String, String)}
   */
  public boolean setCookie(
      String name,
      @Nullable String value,
      long expires,
      String path,
      String domain,
      boolean secure,
      boolean httponly) {
    return cookie(name, value, expires, path, domain, secure, httponly);
  }

  /**
   * The same as {@link #rawcookie(String, String)}; Swoole's alias.
   *
   * @param name its name
   * @param value its value
   * @return as {@link #rawcookie(String, String)}
   */
  public boolean setRawCookie(String name, @Nullable String value) {
    return rawcookie(name, value);
  }

  /** What may come from a client is no reason to throw: the cookie is left out. */
  private boolean cookie(Supplier<Cookie> made) {
    try {
      return cookie(made.get());
    } catch (IllegalArgumentException e) {
      ServerLogs.here(Response.class).warn("fd {}: cookie not set: {}", fd(), e.getMessage());
      return fail(ErrorCode.INVALID_PARAMS);
    }
  }

  /**
   * Compresses the content by gzip, if the client takes it, at the fastest level; Swoole's {@code
   * gzip}.
   *
   * @throws IllegalStateException after {@link #write} or {@link #end}
   */
  public void gzip() {
    gzip(1);
  }

  /**
   * Compresses the content by gzip, if the client takes it, whatever the settings say. Each piece
   * of {@link #write} can be read by the client at once.
   *
   * @param level from 1 for fast to 9 for small
   * @throws IllegalArgumentException for another level
   * @throws IllegalStateException after {@link #write} or {@link #end}
   */
  public void gzip(int level) {
    if (level < 1 || level > MAX_GZIP_LEVEL) {
      throw new IllegalArgumentException(
          "level: " + level + " (expected: 1.." + MAX_GZIP_LEVEL + ")");
    }
    if (state.get() != NEW) {
      throw new IllegalStateException("response: has begun (expected: gzip before write and end)");
    }
    compression.gzip(level);
  }

  /**
   * Sets a field behind the content, of a response that is sent by {@link #write}; Swoole's {@code
   * trailer}.
   *
   * @param key its name
   * @param value its value; null removes it
   * @return false with 505 if name or value cannot be sent, 7106 once the response has ended
   */
  public boolean trailer(String key, @Nullable String value) {
    Arguments.require("key", key, "a name");
    if (state.get() == ENDED || !isMine()) {
      return unavailable();
    }
    if (!FieldRules.isName(key)
        || FieldRules.isForbiddenInTrailers(key)
        || (value != null && !FieldRules.isValue(value))) {
      return fail(ErrorCode.INVALID_PARAMS);
    }
    Fields fields = trailers;
    if (fields == null) {
      trailers = fields = new Fields();
    }
    if (value == null) {
      fields.remove(key);
    } else {
      fields.set(key, value);
    }
    return true;
  }

  /**
   * Sets the status; Swoole's {@code status}.
   *
   * @param code from 200 to 599; 101 too where the client asks for another protocol, which {@link
   *     #end()} then changes to as {@link #upgrade} does
   * @return false with 7106 once the head was sent
   * @throws IllegalArgumentException for another code
   */
  public boolean status(int code) {
    return status(code, "");
  }

  /**
   * Sets the status and its words.
   *
   * @param code from 200 to 599
   * @param reason the words, empty for the usual ones
   * @return false with 505 if the words cannot be sent, 7106 once the head was sent
   * @throws IllegalArgumentException for another code
   */
  public boolean status(int code, String reason) {
    Arguments.require("reason", reason, "text");
    boolean changes = code == SWITCHING_PROTOCOLS && upgrade != null;
    if ((code < FIRST_STATUS && !changes) || code > LAST_STATUS) {
      throw new IllegalArgumentException(
          "status: " + code + " (expected: " + FIRST_STATUS + ".." + LAST_STATUS + ")");
    }
    if (state.get() != NEW || !isMine()) {
      return unavailable();
    }
    if (!FieldRules.isValue(reason)) {
      return fail(ErrorCode.INVALID_PARAMS);
    }
    head.status(code, reason.isEmpty() ? null : reason);
    return true;
  }

  /**
   * The same as {@link #status(int)}; Swoole's alias.
   *
   * @param code from 200 to 599
   * @return as {@link #status(int)}
   */
  public boolean setStatusCode(int code) {
    return status(code);
  }

  /**
   * The same as {@link #status(int, String)}; Swoole's alias.
   *
   * @param code from 200 to 599
   * @param reason the words, empty for the usual ones
   * @return as {@link #status(int, String)}
   */
  public boolean setStatusCode(int code, String reason) {
    return status(code, reason);
  }

  /**
   * Sends a piece of the content, of which there may be more; Swoole's {@code write}. The first
   * call sends the head too.
   *
   * @param data the piece, not to be changed afterwards
   * @return whether it was accepted; false with 550 for an empty one
   */
  public boolean write(byte[] data) {
    Arguments.require("data", data, "bytes");
    if (state.get() == ENDED || !isMine()) {
      return unavailable();
    }
    if (data.length == 0) {
      return fail(ErrorCode.NO_PAYLOAD);
    }
    if (!fits(data)) {
      return false;
    }
    boolean sent = state.get() == STREAMING ? more(compression.write(data)) : begin(data);
    refused |= !sent;
    return sent;
  }

  private boolean more(byte[] piece) {
    boolean sent = whole(exchange.write(piece));
    if (sent && access != null) {
      access.add(piece.length);
    }
    return sent;
  }

  /** A compressed piece that is missing makes what follows worthless. */
  private boolean whole(boolean sent) {
    if (!sent && compression.isStreaming()) {
      exchange.abort();
    }
    return sent;
  }

  private boolean begin(byte[] data) {
    if (!state.compareAndSet(NEW, STREAMING)) {
      return unavailable();
    }
    byte[] piece = compression.begin(head, exchange.request(), data);
    note(piece.length);
    // How much all pieces are is not known yet, whatever the handler says.
    String length = head.fields().first(CONTENT_LENGTH);
    head.fields().remove(CONTENT_LENGTH);
    boolean sent = exchange.begin(head, piece);
    if (!sent) {
      unnote();
      lengthIs(length);
      compression.restart();
      state.set(NEW);
    }
    return sent;
  }

  private void lengthIs(@Nullable String length) {
    if (length == null) {
      head.fields().remove(CONTENT_LENGTH);
    } else {
      head.fields().set(CONTENT_LENGTH, length);
    }
  }

  /**
   * Sends a piece of text in UTF-8.
   *
   * @param text the piece
   * @return as {@link #write(byte[])}
   */
  public boolean write(String text) {
    return write(Arguments.require("text", text, "text").getBytes(UTF_8));
  }

  /**
   * Ends the response without content, or without more of it; Swoole's {@code end}.
   *
   * @return as {@link #end(byte[])}
   */
  public boolean end() {
    return end(EMPTY);
  }

  /**
   * Sends the content and ends the response; after {@link #write}, the last piece of it. A
   * Content-Length that was set is replaced by the right one.
   *
   * @param data the content, not to be changed afterwards
   * @return whether it was accepted; false with 7106 if it had ended
   */
  public boolean end(byte[] data) {
    Arguments.require("data", data, "bytes");
    int before = state.get();
    if (before == ENDED || !isMine()) {
      return unavailable();
    }
    if (before == NEW && head.status() == SWITCHING_PROTOCOLS) {
      return upgrade();
    }
    if (!fits(data)) {
      return false;
    }
    if (!state.compareAndSet(before, ENDED)) {
      return unavailable();
    }
    if (before == STREAMING) {
      return endStream(data);
    }
    byte[] content = compression.whole(head, exchange.request(), data);
    note(content.length);
    Fields behind = trailers;
    return behind == null
        ? ended(exchange.end(head, content), NEW)
        : endWithTrailers(content, behind);
  }

  private boolean endStream(byte[] data) {
    byte[] rest = compression.finish(data);
    if (access != null) {
      access.add(rest.length);
    }
    Fields behind = trailers;
    boolean sent = exchange.finish(rest, behind == null ? new Fields() : behind);
    return ended(whole(sent), STREAMING);
  }

  /** HTTP/1 has to send chunks to have trailers behind them; the length is for HTTP/2. */
  private boolean endWithTrailers(byte[] content, Fields behind) {
    String length = head.fields().first(CONTENT_LENGTH);
    head.fields().set(CONTENT_LENGTH, Integer.toString(content.length));
    if (exchange.begin(head, content)) {
      return ended(exchange.finish(EMPTY, behind), STREAMING);
    }
    lengthIs(length);
    return ended(false, NEW);
  }

  /** Goes back to where the response stood when its end was not taken. */
  private boolean ended(boolean sent, int before) {
    if (!sent) {
      refused = true;
      if (before == NEW) {
        unnote();
        // What is sent instead is another content.
        head.contentCoding(null);
      }
      state.set(before);
    }
    return sent;
  }

  /**
   * Sends text in UTF-8 and ends the response.
   *
   * @param text the content
   * @return as {@link #end(byte[])}
   */
  public boolean end(String text) {
    return end(Arguments.require("text", text, "text").getBytes(UTF_8));
  }

  /**
   * Sends the remaining bytes of a buffer, which are copied, and ends the response.
   *
   * @param data the content
   * @return as {@link #end(byte[])}
   */
  public boolean end(ByteBuffer data) {
    Arguments.require("data", data, "a buffer");
    byte[] bytes = new byte[data.remaining()];
    data.duplicate().get(bytes);
    return end(bytes);
  }

  /**
   * Changes the connection to the protocol that its client asks for, WebSocket for instance, with
   * status 101, the headers and cookies that were set, and those that the protocol needs; Swoole's
   * {@code upgrade}. The protocol's own handlers get what the client sends from then on.
   *
   * @return false with 509 if the client does not ask for another protocol in a way that can be
   *     agreed to; the response can still be used then
   */
  public boolean upgrade() {
    if (state.get() == ENDED || !isMine()) {
      return unavailable();
    }
    ResponseUpgrade to = upgrade;
    if (to == null || !state.compareAndSet(NEW, ENDED)) {
      return fail(ErrorCode.WRONG_OPERATION);
    }
    int status = head.status();
    String reason = head.reason();
    head.status(to.status(), null);
    note(0);
    boolean sent = to.run(this, head);
    if (!sent) {
      unnote();
      head.status(status, reason);
      state.set(NEW);
    }
    return sent;
  }

  private boolean fits(byte[] data) {
    if (data.length > server.setting(Settings.BUFFER_OUTPUT_SIZE)) {
      ServerLogs.here(Response.class)
          .warn("fd {}: {} bytes not sent, more than buffer_output_size", fd(), data.length);
      refused = true;
      return fail(ErrorCode.OUTPUT_TOO_LARGE);
    }
    return true;
  }

  /**
   * Sends a file and ends the response; Swoole's {@code sendfile}. Unless a Content-Type was set,
   * it is what {@link MimeTypes} tells of the file's name.
   *
   * @param file its name
   * @return false with 700 to 702, 9013 or an operating system's error if it cannot be sent, 1008
   *     if too many files wait already, 505 if there is no such part of it; the handler may answer
   *     otherwise then, and the stream or connection ends if it does not
   */
  public boolean sendfile(String file) {
    return sendfile(file, 0, 0);
  }

  /**
   * Sends a part of a file and ends the response.
   *
   * @param file its name
   * @param offset where the part begins
   * @param length how long it is, 0 for the rest of the file
   * @return as {@link #sendfile(String)}
   */
  public boolean sendfile(String file, long offset, long length) {
    try {
      return sendfile(Path.of(Arguments.require("file", file, "a name")), offset, length);
    } catch (InvalidPathException e) {
      return fail(ErrorCode.FILE_NOT_EXIST);
    }
  }

  /**
   * Sends a part of a file and ends the response.
   *
   * @param file the file, of the operating system's file system
   * @param offset where the part begins
   * @param length how long it is, 0 for the rest of the file
   * @return as {@link #sendfile(String)}
   * @throws IllegalStateException after {@link #gzip(int)}
   */
  public boolean sendfile(Path file, long offset, long length) {
    Arguments.require("file", file, "a path");
    if (!isMine()) {
      return unavailable();
    }
    if (compression.isForced()) {
      throw new IllegalStateException("response: gzip was asked for (expected: no sendfile then)");
    }
    boolean typed = setTypeOf(file);
    boolean sent =
        (isEmpty(file) && offset == 0 && length == 0) ? end(EMPTY) : send(file, offset, length);
    if (!sent && typed) {
      head.fields().remove(CONTENT_TYPE);
    }
    return sent;
  }

  /** Whether the head has got the type of a file, having had none. */
  private boolean setTypeOf(Path file) {
    UnaryOperator<String> types = typeOf;
    if (types == null || state.get() != NEW || head.fields().first(CONTENT_TYPE) != null) {
      return false;
    }
    head.fields().set(CONTENT_TYPE, types.apply(String.valueOf(file.getFileName())));
    return true;
  }

  private boolean send(Path file, long offset, long length) {
    if (!state.compareAndSet(NEW, ENDED)) {
      return unavailable();
    }
    note(length == 0 ? sizeOf(file) - offset : length);
    Fields behind = trailers;
    boolean sent =
        behind == null
            ? exchange.file(head, file, offset, length)
            : exchange.file(head, file, offset, length, behind);
    if (!sent) {
      refused = true;
      unnote();
      state.set(NEW);
    }
    return sent;
  }

  /** For the access log, before the response is sent: the end of it is when it is logged. */
  private void note(long length) {
    if (access != null) {
      access.begin(head, length);
    }
  }

  private void unnote() {
    if (access != null) {
      access.refused();
    }
  }

  private long sizeOf(Path file) {
    try {
      return access == null ? 0 : Files.size(file);
    } catch (IOException e) {
      // Whoever opens it will find out.
      return 0;
    }
  }

  private static boolean isEmpty(Path file) {
    try {
      return Files.isRegularFile(file) && Files.size(file) == 0;
    } catch (IOException e) {
      // Whoever opens it will find out.
      return false;
    }
  }

  /**
   * Sends the client elsewhere, for now, and ends the response; Swoole's {@code redirect}.
   *
   * @param url where to
   * @return as {@link #end()}, and false with 505 if the address cannot be sent
   */
  public boolean redirect(String url) {
    return redirect(url, FOUND);
  }

  /**
   * Sends the client elsewhere and ends the response.
   *
   * @param url where to
   * @param code the status, from 300 to 399
   * @return as {@link #redirect(String)}
   * @throws IllegalArgumentException for another status
   */
  public boolean redirect(String url, int code) {
    Arguments.require("url", url, "an address");
    if (code < FIRST_REDIRECT || code >= FIRST_ERROR) {
      throw new IllegalArgumentException(
          "status: " + code + " (expected: " + FIRST_REDIRECT + ".." + (FIRST_ERROR - 1) + ")");
    }
    return header("Location", url) && status(code) && end(EMPTY);
  }

  /**
   * Keeps the response from being ended when the handler returns; Swoole's {@code detach}. It may
   * then be answered later with this object from any thread, with another one of {@link #create},
   * or with bytes of {@link Server#send}.
   *
   * @return false with 7106 if it has ended or was detached already
   */
  public boolean detach() {
    if (state.get() == ENDED || !isMine() || !exchange.detach()) {
      return unavailable();
    }
    detached = true;
    return true;
  }

  /**
   * Asks the client of an HTTP/2 connection for a sign of life; Swoole's {@code ping}.
   *
   * @return as {@link #ping(String)}
   */
  public boolean ping() {
    return ping("");
  }

  /**
   * Asks the client of an HTTP/2 connection for a sign of life.
   *
   * @param data at most 8 bytes, which it sends back
   * @return whether it was sent; false with 507 on HTTP/1, 505 for longer data
   */
  public boolean ping(String data) {
    return exchange.ping(data.getBytes(UTF_8));
  }

  /**
   * Tells the client of an HTTP/2 connection that this was all; Swoole's {@code goaway}.
   *
   * @return as {@link #goaway(int, String)}
   */
  public boolean goaway() {
    return goaway(0, "");
  }

  /**
   * Tells the client of an HTTP/2 connection to begin no other request on it. Those that it has
   * begun are answered, then the connection ends.
   *
   * @param code why, of the error codes of HTTP/2; 0 for no error
   * @param debug the same for people
   * @return whether it was sent; false with 507 on HTTP/1
   */
  public boolean goaway(int code, String debug) {
    return exchange.goAway(code & 0xffff_ffffL, debug);
  }

  /**
   * Whether the response can still be sent; Swoole's {@code isWritable}.
   *
   * @return false once it has ended, was taken over by {@link #create}, or the client is gone
   */
  public boolean isWritable() {
    return state.get() != ENDED && isMine() && exchange.isOpen();
  }

  private boolean isMine() {
    return exchange.owner() == this;
  }

  private boolean unavailable() {
    return fail(ErrorCode.HTTP_CONTEXT_UNAVAILABLE);
  }

  private boolean fail(ErrorCode code) {
    return exchange.fail(code);
  }

  /** The handler has returned: what it has not ended ends now. */
  void returned() {
    if (detached || state.get() == ENDED) {
      return;
    }
    // What was refused and not sent since must not be taken for a response that is complete.
    if (refused || !end(EMPTY)) {
      exchange.abort();
    }
  }

  /** The handler has thrown. */
  void failed() {
    if (detached || state.get() == ENDED) {
      return;
    }
    if (state.compareAndSet(NEW, ENDED)) {
      ResponseHead error = new ResponseHead();
      error.status(INTERNAL_ERROR, null);
      error.fields().add("Connection", "close");
      if (access != null) {
        access.begin(error, 0);
      }
      exchange.end(error, EMPTY);
    }
    exchange.abort();
  }
}
