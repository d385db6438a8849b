// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which connections are under which name. Any thread; an empty name is forgotten. */
final class Directory {
  private final ConcurrentHashMap<String, Set<WebSocketConnection>> members =
      new ConcurrentHashMap<>();

  void add(String name, WebSocketConnection connection) {
    members.compute(
        name,
        (key, known) -> {
          Set<WebSocketConnection> set = known == null ? ConcurrentHashMap.newKeySet() : known;
          set.add(connection);
          return set;
        });
  }

  void remove(String name, WebSocketConnection connection) {
    members.computeIfPresent(
        name,
        (key, set) -> {
          set.remove(connection);
          return set.isEmpty() ? null : set;
        });
  }

  /** A view that changes with its members. */
  Set<WebSocketConnection> find(String name) {
    return members.getOrDefault(name, Set.of());
  }
}
