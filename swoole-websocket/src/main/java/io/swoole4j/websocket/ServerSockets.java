// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.internal.websocket.frame.Op;
import io.swoole4j.server.Server;
import io.swoole4j.spi.Arguments;
import io.swoole4j.spi.PortProtocol;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The WebSocket side of any server: finds the connection and tells why there is none. */
final class ServerSockets implements WebSockets {
  private static final byte[] NOTHING = {};
  private static final int FIRST_PRIVATE = 4000;
  private static final int LAST_PRIVATE = 4999;

  private final Server server;
  private final LocalGroups groups;

  ServerSockets(Server server) {
    this.server = server;
    this.groups = LocalGroups.of(server);
  }

  @Override
  public Server server() {
    return server;
  }

  /** The WebSocket connection of an id, or null and the reason noted. */
  @Nullable WebSocketConnection find(long fd) {
    Optional<PortProtocol.Session> session = server.session(fd);
    if (session.isEmpty() || !session.get().isOpen()) {
      // Nothing can be sent there, and that notes why, unless it is open and of another port.
      if (!server.send(fd, NOTHING) && server.getLastError() == ErrorCode.NO_PAYLOAD.code()) {
        server.fail(ErrorCode.WEBSOCKET_UNCONNECTED);
      }
      return null;
    }
    if (session.get().attachment().orElse(null) instanceof WebSocketConnection connection) {
      return connection;
    }
    session.get().fail(ErrorCode.WEBSOCKET_UNCONNECTED);
    return null;
  }

  @Override
  public boolean push(long fd, String text) {
    Arguments.require("text", text, "text");
    WebSocketConnection connection = find(fd);
    return connection != null && connection.push(new Frame(text));
  }

  @Override
  public boolean push(long fd, Frame frame) {
    Arguments.require("frame", frame, "a frame");
    WebSocketConnection connection = find(fd);
    return connection != null && connection.push(frame);
  }

  @Override
  public boolean ping(long fd, String data) {
    return push(fd, new Frame(Frame.bytes("data", data), Opcode.PING));
  }

  @Override
  public boolean exist(long fd) {
    return isEstablished(fd);
  }

  @Override
  public boolean isEstablished(long fd) {
    return server
        .session(fd)
        .filter(PortProtocol.Session::isOpen)
        .flatMap(PortProtocol.Session::attachment)
        .filter(WebSocketConnection.class::isInstance)
        .map(WebSocketConnection.class::cast)
        .filter(WebSocketConnection::isEstablished)
        .isPresent();
  }

  @Override
  public boolean disconnect(long fd, int code, String reason) {
    byte[] words = Frame.bytes("reason", reason);
    WebSocketConnection connection = find(fd);
    if (connection == null) {
      return false;
    }
    boolean allowed = code == Op.NORMAL || (code >= FIRST_PRIVATE && code <= LAST_PRIVATE);
    if (!allowed || words.length > Op.MAX_REASON) {
      return connection.session().fail(ErrorCode.INVALID_PARAMS);
    }
    return connection.disconnect(code, words);
  }

  @Override
  public boolean joinGroup(long fd, String group) {
    LocalGroups.requireName("group", group);
    WebSocketConnection connection = find(fd);
    return connection != null && groups.join(connection, group);
  }

  @Override
  public boolean leaveGroup(long fd, String group) {
    return groups.leave(fd, Arguments.require("group", group, "a name"));
  }

  @Override
  public Set<Long> groupMembers(String group) {
    return groups.members(Arguments.require("group", group, "a name"));
  }

  @Override
  public int pushToGroup(String group, Frame frame, long... except) {
    return groups.push(
        Arguments.require("group", group, "a name"),
        Arguments.require("frame", frame, "a frame"),
        except);
  }

  @Override
  public boolean bindUser(long fd, String user) {
    LocalGroups.requireName("user", user);
    WebSocketConnection connection = find(fd);
    return connection != null && groups.bind(connection, user);
  }

  @Override
  public int pushToUser(String user, Frame frame) {
    return groups.pushToUser(
        Arguments.require("user", user, "a name"), Arguments.require("frame", frame, "a frame"));
  }

  @Override
  public boolean isOnline(String user) {
    return groups.isOnline(Arguments.require("user", user, "a name"));
  }
}
