// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.http.HttpProtocol;
import io.swoole4j.server.Server;
import io.swoole4j.spi.Arguments;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The groups and users of one server's clients. Any thread. */
final class LocalGroups {
  /** What one connection belongs to. Its lock is held while that changes. */
  private static final class Membership {
    final WebSocketConnection connection;
    final Set<String> groups = new HashSet<>();
    @Nullable String user;
    boolean ended;

    Membership(WebSocketConnection connection) {
      this.connection = connection;
    }
  }

  private final ConcurrentHashMap<Long, Membership> memberships = new ConcurrentHashMap<>();
  private final Directory groups = new Directory();
  private final Directory users = new Directory();

  /** Those of a server, which its protocol keeps; of one without WebSocket, empty ones. */
  static LocalGroups of(Server server) {
    return server
        .protocol(HttpProtocol.class)
        .flatMap(http -> http.upgrade(WebSocketProtocol.class))
        .map(WebSocketProtocol::groups)
        .orElseGet(LocalGroups::new);
  }

  boolean join(WebSocketConnection connection, String group) {
    Membership membership = membership(connection);
    if (membership == null) {
      return connection.session().fail(ErrorCode.WEBSOCKET_UNCONNECTED);
    }
    synchronized (membership) {
      if (membership.ended) {
        return connection.session().fail(ErrorCode.WEBSOCKET_UNCONNECTED);
      }
      if (membership.groups.contains(group)) {
        return true;
      }
      if (membership.groups.size() >= Groups.MAX_GROUPS) {
        return connection.session().fail(ErrorCode.INVALID_PARAMS);
      }
      membership.groups.add(group);
      groups.add(group, connection);
      return true;
    }
  }

  boolean leave(long fd, String group) {
    Membership membership = memberships.get(fd);
    if (membership == null) {
      return false;
    }
    synchronized (membership) {
      if (!membership.groups.remove(group)) {
        return false;
      }
      groups.remove(group, membership.connection);
      return true;
    }
  }

  Set<Long> members(String group) {
    return groups.find(group).stream()
        .map(connection -> connection.session().fd())
        .collect(Collectors.toCollection(HashSet::new));
  }

  int push(String group, Frame frame, long... except) {
    int accepted = 0;
    for (WebSocketConnection connection : groups.find(group)) {
      if (!isAmong(connection.session().fd(), except) && connection.push(frame)) {
        accepted++;
      }
    }
    return accepted;
  }

  private static boolean isAmong(long fd, long... some) {
    return some.length != 0 && LongStream.of(some).anyMatch(each -> each == fd);
  }

  boolean bind(WebSocketConnection connection, String user) {
    Membership membership = membership(connection);
    if (membership == null) {
      return connection.session().fail(ErrorCode.WEBSOCKET_UNCONNECTED);
    }
    synchronized (membership) {
      if (membership.ended) {
        return connection.session().fail(ErrorCode.WEBSOCKET_UNCONNECTED);
      }
      if (membership.user != null) {
        users.remove(membership.user, connection);
      }
      membership.user = user;
      users.add(user, connection);
      return true;
    }
  }

  int pushToUser(String user, Frame frame) {
    int accepted = 0;
    for (WebSocketConnection connection : users.find(user)) {
      accepted += connection.push(frame) ? 1 : 0;
    }
    return accepted;
  }

  boolean isOnline(String user) {
    return users.find(user).stream().anyMatch(WebSocketConnection::isEstablished);
  }

  /** Null if the connection has ended or is about to. */
  private @Nullable Membership membership(WebSocketConnection connection) {
    long fd = connection.session().fd();
    if (!connection.isEstablished()) {
      return null;
    }
    return memberships.computeIfAbsent(
        fd, key -> connection.whenLost(() -> end(fd)) ? new Membership(connection) : null);
  }

  private void end(long fd) {
    Membership membership = memberships.remove(fd);
    if (membership == null) {
      return;
    }
    synchronized (membership) {
      membership.ended = true;
      membership.groups.forEach(group -> groups.remove(group, membership.connection));
      if (membership.user != null) {
        users.remove(membership.user, membership.connection);
      }
    }
  }

  static void requireName(String what, String name) {
    if (Arguments.require(what, name, "a name").isEmpty()) {
      throw new IllegalArgumentException(what + ": empty (expected: a name)");
    }
  }
}
