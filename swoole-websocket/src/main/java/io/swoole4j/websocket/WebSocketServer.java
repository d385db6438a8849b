// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.http.HttpProtocol;
import io.swoole4j.http.HttpServer;
import io.swoole4j.internal.websocket.frame.Frames;
import io.swoole4j.internal.websocket.frame.Op;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.spi.Arguments;
import io.swoole4j.spi.ServerLogs;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A server whose ports speak WebSocket, and HTTP to those who do not ask for it; Swoole's {@code
 * Swoole\WebSocket\Server}. Everything of {@link HttpServer} holds, but the request handler may be
 * missing: then requests that are not for WebSocket, or for a static file, are refused.
 *
 * <pre>{@code
 * WebSocketServer server = new WebSocketServer("127.0.0.1", 9501);
 * server.on(WebSocketEvent.MESSAGE, (ws, frame) -> ws.push(frame.fd(), "you said " + frame.text()));
 * server.start();
 * }</pre>
 */
public class WebSocketServer extends HttpServer implements WebSockets {
  private static final byte[] NOTHING = {};

  private final ServerSockets sockets = new ServerSockets(this);

  /**
   * A server in PROCESS mode on TCP over IPv4.
   *
   * @param host the address to listen on
   * @param port the port, 0 for any free one
   * @throws IllegalArgumentException if the port is out of range
   */
  public WebSocketServer(String host, int port) {
    this(host, port, ServerMode.PROCESS, SocketType.TCP);
  }

  /**
   * A server in a mode, on TCP over IPv4.
   *
   * @param host the address to listen on
   * @param port the port, 0 for any free one
   * @param mode where callbacks run
   * @throws IllegalArgumentException if the port is out of range
   */
  public WebSocketServer(String host, int port, ServerMode mode) {
    this(host, port, mode, SocketType.TCP);
  }

  /**
   * A server. Nothing is bound before the start.
   *
   * @param host the address to listen on
   * @param port the port, 0 for any free one
   * @param mode where callbacks run
   * @param type the kind of socket, with TLS for {@code wss}
   * @throws IllegalArgumentException if the port is out of range
   */
  public WebSocketServer(String host, int port, ServerMode mode, SocketType type) {
    super(host, port, mode, type, List.of(new HttpProtocol(List.of(new WebSocketProtocol()))));
    super.set(WebSocketSettings.OPEN_WEBSOCKET_PROTOCOL, true);
  }

  @Override
  public Server server() {
    return this;
  }

  /**
   * Whether there is a connect event.
   *
   * @return true
   */
  @Override
  protected boolean hasConnect() {
    return true;
  }

  @Override
  public boolean push(long fd, String text) {
    return sockets.push(fd, text);
  }

  @Override
  public boolean push(long fd, Frame frame) {
    return sockets.push(fd, frame);
  }

  @Override
  public boolean ping(long fd, String data) {
    return sockets.ping(fd, data);
  }

  /**
   * Whether a connection is open and has become a WebSocket one; Swoole's {@code exist} on a
   * WebSocket server. For any open connection there is {@link #exists}.
   *
   * @param fd the session id
   * @return false once either side has sent its close frame
   */
  @Override
  public boolean exist(long fd) {
    return sockets.exist(fd);
  }

  @Override
  public boolean isEstablished(long fd) {
    return sockets.isEstablished(fd);
  }

  @Override
  public boolean disconnect(long fd, int code, String reason) {
    return sockets.disconnect(fd, code, reason);
  }

  @Override
  public boolean joinGroup(long fd, String group) {
    return sockets.joinGroup(fd, group);
  }

  @Override
  public boolean leaveGroup(long fd, String group) {
    return sockets.leaveGroup(fd, group);
  }

  @Override
  public Set<Long> groupMembers(String group) {
    return sockets.groupMembers(group);
  }

  @Override
  public int pushToGroup(String group, Frame frame, long... except) {
    return sockets.pushToGroup(group, frame, except);
  }

  @Override
  public boolean bindUser(long fd, String user) {
    return sockets.bindUser(fd, user);
  }

  @Override
  public int pushToUser(String user, Frame frame) {
    return sockets.pushToUser(user, frame);
  }

  @Override
  public boolean isOnline(String user) {
    return sockets.isOnline(user);
  }

  @Override
  public boolean close(long fd) {
    return super.close(fd);
  }

  /**
   * The bytes of a text message; Swoole's {@code pack}. Any thread.
   *
   * @param text the text
   * @return the frame, to be sent by {@link Server#send} for instance
   */
  public static byte[] pack(String text) {
    return pack(Frame.bytes("text", text), Opcode.TEXT, true, false);
  }

  /**
   * The bytes of a frame of text.
   *
   * @param text what it carries, in UTF-8
   * @param opcode what it is
   * @param finish whether it is the last of its message; control frames always are
   * @param mask whether it is masked, as a client has to
   * @return as {@link #pack(byte[], Opcode, boolean, boolean)}
   */
  public static byte[] pack(String text, Opcode opcode, boolean finish, boolean mask) {
    return pack(Frame.bytes("text", text), opcode, finish, mask);
  }

  /**
   * The bytes of a frame.
   *
   * @param data what it carries
   * @param opcode what it is
   * @param finish whether it is the last of its message; control frames always are
   * @param mask whether it is masked, as a client has to
   * @return the frame; empty, with a WARN, for a control frame above 125 bytes
   */
  public static byte[] pack(byte[] data, Opcode opcode, boolean finish, boolean mask) {
    int flags = (finish ? FrameFlag.FIN.bit() : 0) | (mask ? FrameFlag.MASK.bit() : 0);
    return pack(data, opcode, flags);
  }

  /**
   * The bytes of a frame with marks.
   *
   * @param data what it carries
   * @param opcode what it is
   * @param flags its marks; {@link FrameFlag#COMPRESS} is left out, since nobody has agreed to it
   * @return as {@link #pack(byte[], Opcode, boolean, boolean)}
   */
  public static byte[] pack(byte[] data, Opcode opcode, Set<FrameFlag> flags) {
    return pack(data, opcode, FrameFlag.bits(flags));
  }

  /**
   * The bytes of a frame.
   *
   * @param frame the frame
   * @return as {@link #pack(byte[], Opcode, boolean, boolean)}
   */
  public static byte[] pack(Frame frame) {
    Arguments.require("frame", frame, "a frame");
    return pack(frame.data(), frame.opcode(), frame.flagBits());
  }

  private static byte[] pack(byte[] data, Opcode opcode, int flags) {
    Arguments.require("data", data, "bytes");
    boolean control = Arguments.require("opcode", opcode, "an opcode").isControl();
    if (control && data.length > Op.MAX_CONTROL) {
      ServerLogs.here(WebSocketServer.class)
          .warn("{} of {} bytes not packed, above {}", opcode, data.length, Op.MAX_CONTROL);
      return NOTHING;
    }
    return Frames.encode(
        opcode.number(),
        control || (flags & FrameFlag.FIN.bit()) != 0,
        control ? 0 : FrameFlag.rsv(flags),
        data,
        data.length,
        (flags & FrameFlag.MASK.bit()) != 0);
  }

  /**
   * What the bytes of a frame carry; Swoole's {@code unpack}. The bytes are not changed, and what
   * follows the frame is left alone. Any thread.
   *
   * @param data the bytes
   * @return the frame, a {@link CloseFrame} for a close frame; empty if it is incomplete or of no
   *     opcode that there is
   */
  public static Optional<Frame> unpack(byte[] data) {
    Frames.Unpacked parts = Frames.unpack(Arguments.require("data", data, "bytes"));
    return parts == null
        ? Optional.empty()
        : Opcode.of(parts.opcode()).map(opcode -> frame(parts, opcode));
  }

  private static Frame frame(Frames.Unpacked parts, Opcode opcode) {
    if (opcode == Opcode.CLOSE) {
      return new CloseFrame(0, parts.payload());
    }
    int flags =
        (parts.fin() ? FrameFlag.FIN.bit() : 0)
            | (parts.masked() ? FrameFlag.MASK.bit() : 0)
            | FrameFlag.bitsOfRsv(parts.rsv());
    return new Frame(0, parts.payload(), opcode, flags, false);
  }
}
