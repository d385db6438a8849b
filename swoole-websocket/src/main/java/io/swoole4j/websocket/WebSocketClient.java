// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.swoole4j.internal.websocket.deflate.MessageDeflater;
import io.swoole4j.internal.websocket.deflate.MessageInflater;
import io.swoole4j.internal.websocket.frame.FrameDecoder;
import io.swoole4j.internal.websocket.frame.FrameException;
import io.swoole4j.internal.websocket.frame.FrameLimits;
import io.swoole4j.internal.websocket.frame.FrameSink;
import io.swoole4j.internal.websocket.frame.Frames;
import io.swoole4j.internal.websocket.frame.Op;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A small client that blocks: one thread receives, any thread sends. It has no thread of its own,
 * so that pings are answered while somebody is in {@link #recv}. Swoole's {@code
 * Swoole\Coroutine\Http\Client} after {@code upgrade}.
 *
 * <pre>{@code
 * try (WebSocketClient client = new WebSocketClient("127.0.0.1", 9501)) {
 *   client.upgrade("/chat");
 *   client.push("hello");
 *   System.out.println(client.recv().map(Frame::text).orElse("gone"));
 * }
 * }</pre>
 */
public final class WebSocketClient implements AutoCloseable {
  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int READ = 64 * 1024;
  private static final int MAX_FRAGMENTS = 1_000_000;
  private static final int DEFAULT_LENGTH = 2 * 1024 * 1024;
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

  private final String host;
  private final int port;
  private final @Nullable SSLContext tls;
  private final Map<String, String> requestHeaders = new LinkedHashMap<>();
  private final Map<String, String> responseHeaders = new LinkedHashMap<>();
  private Duration timeout = DEFAULT_TIMEOUT;
  private int maxLength = DEFAULT_LENGTH;
  private boolean compression;
  private volatile int status;

  // Set by upgrade.
  private @Nullable Socket socket;
  private @Nullable InputStream in;
  private @Nullable OutputStream out;
  private @Nullable FrameDecoder decoder;
  private boolean deflating;

  // Of whoever receives.
  private final ArrayDeque<Frame> received = new ArrayDeque<>();
  private final byte[] buffer = new byte[READ];
  private boolean ended;

  // Guarded by this.
  private boolean closeSent;

  /**
   * A client of a server without TLS. Nothing is connected before {@link #upgrade}.
   *
   * @param host the server's name or address
   * @param port its port
   */
  public WebSocketClient(String host, int port) {
    this(host, port, null);
  }

  /**
   * A client.
   *
   * @param host the server's name or address, which its certificate has to have
   * @param port its port
   * @param tls whom to trust, null for a connection without TLS
   */
  public WebSocketClient(String host, int port, @Nullable SSLContext tls) {
    this.host = host;
    this.port = port;
    this.tls = tls;
  }

  /**
   * Adds a header to the request, such as Sec-WebSocket-Protocol.
   *
   * @param name its name
   * @param value its value
   * @return this client
   */
  public WebSocketClient header(String name, String value) {
    if (name.isBlank() || (name + value).chars().anyMatch(c -> c < ' ')) {
      throw new IllegalArgumentException(
          "header: " + name + " (expected: without control characters)");
    }
    requestHeaders.put(name, value);
    return this;
  }

  /**
   * How long to wait for the server, at most; 60 s unless set.
   *
   * @param limit the time, at least a millisecond
   * @return this client
   */
  public WebSocketClient timeout(Duration limit) {
    if (limit.toMillis() < 1 || limit.toMillis() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("timeout: " + limit + " (expected: 1 ms to 24 days)");
    }
    timeout = limit;
    return this;
  }

  /**
   * The longest message to take, inflated or not; 2 MiB unless set.
   *
   * @param bytes the most bytes
   * @return this client
   */
  public WebSocketClient maxLength(int bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("maxLength: " + bytes + " (expected: at least 1)");
    }
    maxLength = bytes;
    return this;
  }

  /**
   * Offers compression; what is pushed with {@link FrameFlag#COMPRESS} is compressed if the server
   * takes that.
   *
   * @param offered whether to
   * @return this client
   */
  public WebSocketClient compression(boolean offered) {
    compression = offered;
    return this;
  }

  /**
   * Connects and asks for WebSocket; Swoole's {@code upgrade}.
   *
   * @param path the path and query
   * @return true when the server has agreed; false otherwise, see {@link #statusCode}
   * @throws IOException if it cannot be reached, is silent for too long, or answers nonsense: what
   *     RFC 6455, 4.1 does not allow, such as a subprotocol that was not asked for
   * @throws IllegalStateException when called twice
   */
  public boolean upgrade(String path) throws IOException {
    if (socket != null) {
      throw new IllegalStateException("client: connected (expected: upgrade only once)");
    }
    if (!path.startsWith("/") || path.chars().anyMatch(c -> c <= ' ')) {
      throw new IllegalArgumentException("path: " + path + " (expected: /... without blanks)");
    }
    Socket connected = connect();
    socket = connected;
    in = connected.getInputStream();
    OutputStream output = connected.getOutputStream();
    out = output;
    ClientHandshake handshake = new ClientHandshake(compression);
    output.write(handshake.request(host, port, path, requestHeaders).getBytes(UTF_8));
    byte[] rest = readAnswer(handshake, connected.getInputStream());
    if (status != SWITCHING_PROTOCOLS) {
      close();
      return false;
    }
    deflating = handshake.isCompressed();
    decoder =
        new FrameDecoder(
            new FrameLimits(maxLength, MAX_FRAGMENTS, MAX_FRAGMENTS),
            false,
            deflating ? MessageInflater::inflate : null);
    take(rest, rest.length);
    return true;
  }

  /** Reads the answer to the handshake; answers what has come behind it. */
  private byte[] readAnswer(ClientHandshake handshake, InputStream from) throws IOException {
    try {
      byte[] rest = handshake.readAnswer(from);
      status = handshake.status();
      responseHeaders.putAll(handshake.headers());
      if (status == SWITCHING_PROTOCOLS && !handshake.isAgreed()) {
        throw new IOException("the server's answer does not fit the request");
      }
      return rest;
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private Socket connect() throws IOException {
    int millis = (int) timeout.toMillis();
    Socket plain = new Socket();
    try {
      plain.setTcpNoDelay(true);
      plain.setSoTimeout(millis);
      plain.connect(new InetSocketAddress(host, port), millis);
      if (tls == null) {
        return plain;
      }
      SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(plain, host, port, true);
      SSLParameters parameters = secure.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      secure.setSSLParameters(parameters);
      secure.startHandshake();
      return secure;
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  /**
   * The status of the server's answer; Swoole's {@code $statusCode}.
   *
   * @return 101 when it has agreed, 0 before there is one
   */
  public int statusCode() {
    return status;
  }

  /**
   * The headers of the server's answer; Swoole's {@code $headers}.
   *
   * @return values by lower-case name, several of one name as a list with commas
   */
  public Map<String, String> headers() {
    return Map.copyOf(responseHeaders);
  }

  /**
   * Sends a text message; Swoole's {@code push}.
   *
   * @param text the text
   * @return as {@link #push(Frame)}
   */
  public boolean push(String text) {
    return push(new Frame(text));
  }

  /**
   * Sends a whole message or a control frame.
   *
   * @param data what it carries
   * @param opcode what it is
   * @return as {@link #push(Frame)}
   */
  public boolean push(byte[] data, Opcode opcode) {
    return push(new Frame(data, opcode));
  }

  /**
   * Sends a frame as it is; only its length is checked.
   *
   * @param frame the frame
   * @return false when it is a control frame above 125 bytes, or the connection is closed or breaks
   */
  public synchronized boolean push(Frame frame) {
    OutputStream to = out;
    if (to == null
        || closeSent
        || (frame.opcode().isControl() && frame.data().length > Op.MAX_CONTROL)) {
      return false;
    }
    boolean compressed =
        deflating
            && frame.finish()
            && !frame.opcode().isControl()
            && frame.opcode() != Opcode.CONTINUATION
            && frame.flags().contains(FrameFlag.COMPRESS);
    byte[] payload = compressed ? MessageDeflater.deflate(frame.data()) : frame.data();
    closeSent = frame.opcode() == Opcode.CLOSE;
    try {
      to.write(Frames.masked(frame.opcode().number(), frame.finish(), compressed ? 4 : 0, payload));
      return true;
    } catch (IOException e) {
      closeSent = true;
      return false;
    }
  }

  /**
   * Sends a ping; its pong is not told.
   *
   * @param data what the server has to send back, at most 125 bytes
   * @return as {@link #push(Frame)}
   */
  public boolean ping(String data) {
    return push(Frame.bytes("data", data), Opcode.PING);
  }

  /**
   * Waits for the next message; Swoole's {@code recv}.
   *
   * @return the message, or once the server's {@link CloseFrame}; empty when none has come in time,
   *     or none comes any more, see {@link #isConnected}
   */
  public Optional<Frame> recv() {
    return recv(timeout);
  }

  /**
   * Waits for the next message.
   *
   * @param limit how long
   * @return as {@link #recv()}
   */
  public Optional<Frame> recv(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (received.isEmpty() && !ended) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0 || !read((int) Math.min(left, Integer.MAX_VALUE))) {
        break;
      }
    }
    return Optional.ofNullable(received.poll());
  }

  /** Reads once; false when nothing came in time. */
  private boolean read(int millis) {
    Socket from = socket;
    InputStream input = in;
    if (from == null || input == null) {
      throw new IllegalStateException("client: not connected (expected: upgrade first)");
    }
    try {
      from.setSoTimeout(millis);
      int length = input.read(buffer);
      if (length < 0) {
        ended = true;
      } else {
        take(buffer, length);
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      ended = true;
      return true;
    }
  }

  private void take(byte[] bytes, int length) {
    FrameDecoder frames = decoder;
    if (frames == null) {
      return;
    }
    ByteBuf readable = Unpooled.wrappedBuffer(bytes, 0, length);
    try {
      frames.decode(readable, new Sink());
    } catch (FrameException e) {
      ended = true;
      push(new CloseFrame(e.code(), ""));
    } finally {
      readable.release();
    }
  }

  /** What the server has sent. */
  private final class Sink implements FrameSink {
    @Override
    public void message(int opcode, byte[] data, boolean compressed) {
      int flags = FrameFlag.FIN.bit() | (compressed ? FrameFlag.COMPRESS.bit() : 0);
      received.add(
          new Frame(0, data, opcode == Op.TEXT ? Opcode.TEXT : Opcode.BINARY, flags, true));
    }

    @Override
    public void control(int opcode, byte[] payload) {
      if (opcode == Op.PING) {
        push(payload, Opcode.PONG);
      } else if (opcode == Op.CLOSE) {
        ended = true;
        received.add(new CloseFrame(0, payload));
        push(new CloseFrame(0, payload));
      }
    }

    @Override
    public boolean isDone() {
      return ended;
    }
  }

  /**
   * Whether messages can still come.
   *
   * @return false before {@link #upgrade}, and once the server has said goodbye or is gone
   */
  public boolean isConnected() {
    Socket own = socket;
    return decoder != null && !ended && own != null && !own.isClosed();
  }

  /**
   * Says goodbye; what the server still sends can be received.
   *
   * @param code why, such as 1000
   * @param reason the words behind it, at most 123 bytes
   * @return as {@link #push(Frame)}
   * @throws IllegalArgumentException for a code that is not within 0..65535
   */
  public boolean disconnect(int code, String reason) {
    return push(new CloseFrame(code, reason));
  }

  /** Says goodbye if that was not done, and closes the connection without waiting for an answer. */
  @Override
  public void close() {
    if (decoder != null) {
      push(new CloseFrame(Op.NORMAL, ""));
    }
    Socket own = socket;
    ended = true;
    if (own != null) {
      try {
        own.close();
      } catch (IOException e) {
        // It is closed all the same.
        out = null;
      }
    }
  }
}
