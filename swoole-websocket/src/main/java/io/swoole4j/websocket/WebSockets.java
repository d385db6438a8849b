// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.server.Server;
import java.util.Set;

/**
 * The WebSocket side of a server: what handlers get. A {@link WebSocketServer} is one itself; for
 * any other server with a WebSocket port there is {@link #of}. From any thread, and nothing waits
 * for a client but where {@code send_yield} is set.
 *
 * <p>What answers false has sent nothing, and {@link Server#getLastError} of {@link #server} tells
 * why: 1001 to 1005 when there is no open connection of that id, 8503 when it is not, not yet or no
 * longer a WebSocket one, 8505 when the frame cannot be sent as asked for, 1202 for more than
 * buffer_output_size, 1008 when the client takes nothing of what waits for it.
 */
public interface WebSockets extends Groups {
  /**
   * The WebSocket side of a server.
   *
   * @param server any server
   * @return the server itself if it is a {@link WebSocketServer}
   */
  static WebSockets of(Server server) {
    return server instanceof WebSockets own ? own : new ServerSockets(server);
  }

  /**
   * The server, for everything else.
   *
   * @return the server
   */
  Server server();

  /**
   * Sends a text message; Swoole's {@code push}.
   *
   * @param fd the session id
   * @param text the text
   * @return whether it was accepted
   */
  boolean push(long fd, String text);

  /**
   * Sends a text message.
   *
   * @param fd the session id
   * @param data the text in UTF-8, not to be changed afterwards
   * @return whether it was accepted
   */
  default boolean push(long fd, byte[] data) {
    return push(fd, data, Opcode.TEXT);
  }

  /**
   * Sends text as a whole message or a control frame.
   *
   * @param fd the session id
   * @param text what it carries, in UTF-8
   * @param opcode what it is
   * @return whether it was accepted
   */
  default boolean push(long fd, String text, Opcode opcode) {
    return push(fd, Frame.bytes("text", text), opcode);
  }

  /**
   * Sends text in parts, as {@link #push(long, byte[], Opcode, boolean)} does bytes.
   *
   * @param fd the session id
   * @param text what this part carries, in UTF-8
   * @param opcode what it is
   * @param finish whether it is the last part
   * @return whether it was accepted
   */
  default boolean push(long fd, String text, Opcode opcode, boolean finish) {
    return push(fd, Frame.bytes("text", text), opcode, finish);
  }

  /**
   * Sends a whole message or a control frame.
   *
   * @param fd the session id
   * @param data what it carries, not to be changed afterwards
   * @param opcode what it is
   * @return whether it was accepted
   */
  default boolean push(long fd, byte[] data, Opcode opcode) {
    return push(fd, new Frame(data, opcode));
  }

  /**
   * Sends a message in parts: the first with its opcode, the others as {@link Opcode#CONTINUATION}.
   *
   * @param fd the session id
   * @param data what this part carries, not to be changed afterwards
   * @param opcode what it is
   * @param finish whether it is the last part
   * @return whether it was accepted
   */
  default boolean push(long fd, byte[] data, Opcode opcode, boolean finish) {
    return push(fd, data, opcode, finish ? Set.of(FrameFlag.FIN) : Set.of());
  }

  /**
   * Sends a frame with marks.
   *
   * @param fd the session id
   * @param data what it carries, not to be changed afterwards
   * @param opcode what it is
   * @param flags its marks: {@link FrameFlag#FIN} unless more parts follow, and {@link
   *     FrameFlag#COMPRESS} to have a whole message compressed if the client takes that. Control
   *     frames have none; reserved bits and masks are refused
   * @return whether it was accepted
   */
  default boolean push(long fd, byte[] data, Opcode opcode, Set<FrameFlag> flags) {
    return push(fd, new Frame(data, opcode, flags));
  }

  /**
   * Sends a frame. One that is sent to many is encoded once. A {@link CloseFrame} is the last that
   * can be sent; the connection is closed when the client has answered it, or by {@code close}.
   *
   * @param fd the session id
   * @param frame the frame
   * @return whether it was accepted
   */
  boolean push(long fd, Frame frame);

  /**
   * Sends an empty ping.
   *
   * @param fd the session id
   * @return whether it was accepted
   */
  default boolean ping(long fd) {
    return ping(fd, "");
  }

  /**
   * Sends a ping; Swoole's {@code ping}.
   *
   * @param fd the session id
   * @param data what the client has to send back, at most 125 bytes
   * @return whether it was accepted
   */
  boolean ping(long fd, String data);

  /**
   * Whether a connection is open and has become a WebSocket one; Swoole's {@code exist} on a
   * WebSocket server.
   *
   * @param fd the session id
   * @return false once either side has sent its close frame
   */
  boolean exist(long fd);

  /**
   * The same as {@link #exist}; Swoole's {@code isEstablished}.
   *
   * @param fd the session id
   * @return false once either side has sent its close frame
   */
  boolean isEstablished(long fd);

  /**
   * Ends a WebSocket connection in order, with code 1000.
   *
   * @param fd the session id
   * @return as {@link #disconnect(long, int, String)}
   */
  default boolean disconnect(long fd) {
    return disconnect(fd, 1000, "");
  }

  /**
   * Ends a WebSocket connection in order, without words.
   *
   * @param fd the session id
   * @param code 1000, or 4000 to 4999
   * @return as {@link #disconnect(long, int, String)}
   */
  default boolean disconnect(long fd, int code) {
    return disconnect(fd, code, "");
  }

  /**
   * Sends a close frame, behind what was pushed, and closes the connection; Swoole's {@code
   * disconnect}. The disconnect event follows, or the close event if that has no handler.
   *
   * @param fd the session id
   * @param code 1000, or 4000 to 4999
   * @param reason the words behind the code, at most 123 bytes of UTF-8
   * @return whether it was accepted; false with 505 for another code or a longer reason
   */
  boolean disconnect(long fd, int code, String reason);

  /**
   * Closes a connection without a close frame; Swoole's {@code close}.
   *
   * @param fd the session id
   * @return false if it was not open
   */
  default boolean close(long fd) {
    return server().close(fd);
  }
}
