// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import io.swoole4j.websocket.WebSocketServer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who is in which room, and what was said there last. A message is a line whose fields are divided
 * by tabs, chat.js lists them. Any worker; one lock for all rooms, so that everybody in a room sees
 * the same lines in the same order.
 */
final class ChatRooms {
  private static final int LONGEST_NAME = 24;
  private static final int LONGEST_ROOM = 40;
  private static final int LONGEST_TEXT = 1000;
  private static final int REMEMBERED_LINES = 50;
  private static final int MOST_ROOMS = 1000;

  /** How many messages somebody may send in a second, changes of room among them. */
  private static final int PACE = 5;

  /** Somebody in a room. */
  private record Member(String name, String room) {}

  /** How much a connection has sent in this second. */
  private static final class Pace {
    long second;
    int sent;

    boolean isTooFast(long now) {
      if (second != now / 1000) {
        second = now / 1000;
        sent = 0;
      }
      return ++sent > PACE;
    }
  }

  /** A room: who is in it, in the order of coming, and its last lines. */
  private static final class Room {
    final Map<Long, String> names = new LinkedHashMap<>();
    final Deque<String> lines = new ArrayDeque<>();

    void remember(String line) {
      lines.add(line);
      if (lines.size() > REMEMBERED_LINES) {
        lines.remove();
      }
    }
  }

  private final WebSocketServer server;
  private final Map<Long, Member> members = new HashMap<>();
  private final Map<Long, Pace> paces = new HashMap<>();
  // The one that was used last comes last.
  private final Map<String, Room> rooms = new LinkedHashMap<>(16, 0.75f, true);

  ChatRooms(WebSocketServer server) {
    this.server = server;
  }

  /** Does what a client asks for. */
  synchronized void receive(long fd, String message) {
    if (!members.containsKey(fd) && !server.exist(fd)) {
      return; // Its end may have been told already, where events keep no order.
    }
    String[] fields = message.split("\t", -1);
    if (paces.computeIfAbsent(fd, sender -> new Pace()).isTooFast(System.currentTimeMillis())) {
      push(fd, "error", "not so fast");
    } else if (fields.length == 3 && fields[0].equals("join")) {
      join(fd, tidy(fields[1], LONGEST_ROOM), tidy(fields[2], LONGEST_NAME));
    } else if (fields.length == 2 && fields[0].equals("say")) {
      say(fd, tidy(fields[1], LONGEST_TEXT));
    } else {
      push(fd, "error", "not understood");
    }
  }

  /** Forgets a client whose connection is gone. */
  synchronized void gone(long fd) {
    leave(fd);
    paces.remove(fd);
  }

  /** Takes a client out of its room, if it is in one. */
  private void leave(long fd) {
    Member member = members.remove(fd);
    if (member == null) {
      return;
    }
    server.leaveGroup(fd, member.room);
    Room room = rooms.get(member.room);
    room.names.remove(fd);
    pushToRoom(member.room, "left", now(), member.name);
    tellWhoIsThere(member.room, room);
  }

  private void join(long fd, String roomName, String wanted) {
    if (roomName.isEmpty() || wanted.isEmpty()) {
      push(fd, "error", "a name and a room are needed");
      return;
    }
    Room room = rooms.get(roomName);
    if (room == null) {
      if (rooms.size() >= MOST_ROOMS && !forgetAnEmptyRoom()) {
        push(fd, "error", "there are too many rooms");
        return;
      }
      room = new Room();
      rooms.put(roomName, room);
    }
    leave(fd);
    if (!server.joinGroup(fd, roomName)) {
      return; // The connection has gone in the meantime.
    }
    String name = unused(room, wanted);
    pushToRoom(roomName, fd, "joined", now(), name);
    room.names.put(fd, name);
    members.put(fd, new Member(name, roomName));
    push(fd, "room", roomName, name);
    room.lines.forEach(line -> server.push(fd, line));
    tellWhoIsThere(roomName, room);
  }

  private void say(long fd, String text) {
    Member member = members.get(fd);
    if (member == null) {
      push(fd, "error", "join a room first");
    } else if (!text.isEmpty()) {
      String line = String.join("\t", "line", now(), member.name, text);
      rooms.get(member.room).remember(line);
      server.pushToGroup(member.room, line);
    }
  }

  private boolean forgetAnEmptyRoom() {
    for (var each = rooms.values().iterator(); each.hasNext(); ) {
      if (each.next().names.isEmpty()) {
        each.remove();
        return true;
      }
    }
    return false;
  }

  private static String unused(Room room, String wanted) {
    String name = wanted;
    for (int i = 2; room.names.containsValue(name); i++) {
      name = wanted + " " + i;
    }
    return name;
  }

  private void tellWhoIsThere(String roomName, Room room) {
    List<String> fields = new ArrayList<>(List.of("online"));
    fields.addAll(room.names.values());
    server.pushToGroup(roomName, String.join("\t", fields));
  }

  private void push(long fd, String... fields) {
    server.push(fd, String.join("\t", fields));
  }

  private void pushToRoom(String room, String... fields) {
    server.pushToGroup(room, String.join("\t", fields));
  }

  private void pushToRoom(String room, long except, String... fields) {
    server.pushToGroup(room, String.join("\t", fields), except);
  }

  private static String now() {
    return Long.toString(System.currentTimeMillis());
  }

  /** Without control characters and space around it, and not longer than it may be. */
  private static String tidy(String text, int longest) {
    String plain = text.replaceAll("\\p{Cntrl}", " ").strip();
    int end =
        plain.codePointCount(0, plain.length()) <= longest
            ? plain.length()
            : plain.offsetByCodePoints(0, longest);
    return plain.substring(0, end);
  }
}
