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

  /** How many lines somebody may send in a second. */
  private static final int PACE = 5;

  /** Somebody in a room. */
  private static final class Member {
    final String name;
    final String room;
    long second;
    int sent;

    Member(String name, String room) {
      this.name = name;
      this.room = room;
    }

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
  // The one that was used last comes last.
  private final Map<String, Room> rooms = new LinkedHashMap<>(16, 0.75f, true);

  ChatRooms(WebSocketServer server) {
    this.server = server;
  }

  /** Does what a client asks for. */
  synchronized void receive(long fd, String message) {
    String[] fields = message.split("\t", -1);
    if (fields.length == 3 && fields[0].equals("join")) {
      join(fd, tidy(fields[1], LONGEST_ROOM), tidy(fields[2], LONGEST_NAME));
    } else if (fields.length == 2 && fields[0].equals("say")) {
      say(fd, tidy(fields[1], LONGEST_TEXT));
    } else {
      push(fd, "error", "not understood");
    }
  }

  /** Takes a client out of its room; its connection is gone or it goes to another one. */
  synchronized void leave(long fd) {
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
    leave(fd);
    Room room = rooms.get(roomName);
    if (room == null) {
      if (rooms.size() >= MOST_ROOMS && !forgetAnEmptyRoom()) {
        push(fd, "error", "there are too many rooms");
        return;
      }
      room = new Room();
      rooms.put(roomName, room);
    }
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
    } else if (member.isTooFast(System.currentTimeMillis())) {
      push(fd, "error", "not so fast");
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
