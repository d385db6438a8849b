// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.LengthType;
import io.swoole4j.setting.Settings;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;

/**
 * A protocol with a header of four numbers, and a small message service on it.
 *
 * <pre>
 * struct {
 *   uint32_t type;     what the packet is: HELLO, MESSAGE, WHO or FAILURE
 *   uint32_t uid;      the user it comes from
 *   uint32_t length;   bytes of the body
 *   uint32_t serid;    serial number: an answer has that of its request
 *   char body[0];
 * }
 * </pre>
 *
 * <p>All numbers are big endian. A client introduces itself with HELLO. MESSAGE, with the
 * receiver's uid (4 bytes) and a text in its body, reaches every connection of that user as MESSAGE
 * with the sender's uid; the answer's body is the number of connections reached. WHO is answered
 * with the users that are there.
 */
final class NotesProtocol implements Example {
  static final int HELLO = 1;
  static final int MESSAGE = 2;
  static final int WHO = 3;
  static final int FAILURE = 255;

  private static final int HEADER = 16;

  @Override
  public String name() {
    return "notes-protocol";
  }

  @Override
  public String summary() {
    return "messages between users; a 16-byte header of type, uid, length and serid";
  }

  @Override
  public Server server(String host, int port, ServerMode mode, SocketType type) {
    Server server = new Server(host, port, mode, type);
    // With constants in place of names, the compiler checks the values' types.
    server.set(Settings.OPEN_LENGTH_CHECK, true);
    server.set(Settings.PACKAGE_MAX_LENGTH, 81920);
    // The length is the third number, behind type and uid, and counts the body alone.
    server.set(Settings.PACKAGE_LENGTH_TYPE, LengthType.UINT32_NETWORK);
    server.set(Settings.PACKAGE_LENGTH_OFFSET, 8);
    server.set(Settings.PACKAGE_BODY_OFFSET, HEADER);
    if (mode == ServerMode.PROCESS) {
      // By user: whatever connection a user's packets come from, one worker handles them all, one
      // after the other. It could keep that user's state without a lock.
      server.set(Settings.DISPATCH_MODE, 5);
    }
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, data) -> s.send(fd, answer(s, fd, Packet.parse(data)).bytes()));
    return server;
  }

  private static Packet answer(Server server, long fd, Packet request) {
    if (request.type() == HELLO) {
      // The binding lasts as long as the connection; 0 is no user, and a second HELLO is refused.
      return server.bind(fd, request.uid())
          ? request.answer("hello " + request.uid())
          : request.failure("uid: " + request.uid() + " (expected: one HELLO, not from 0)");
    }
    OptionalLong sender = user(server, fd);
    if (sender.isEmpty()) {
      return request.failure("type: " + request.type() + " (expected: HELLO first)");
    }
    return switch (request.type()) {
      case MESSAGE -> forward(server, sender.getAsLong(), request);
      case WHO -> request.answer(who(server));
      default -> request.failure("type: " + request.type() + " (expected: 1..3)");
    };
  }

  private static Packet forward(Server server, long sender, Packet request) {
    ByteBuffer body = request.body();
    if (body.remaining() < Integer.BYTES) {
      return request.failure("body: too short (expected: the receiver's uid, then the text)");
    }
    long receiver = Integer.toUnsignedLong(body.getInt(0));
    ByteBuffer text = body.slice(Integer.BYTES, body.remaining() - Integer.BYTES);
    byte[] message = new Packet(MESSAGE, sender, 0, text).bytes();
    long reached =
        connections(server)
            .filter(fd -> user(server, fd).equals(OptionalLong.of(receiver)))
            .filter(fd -> server.send(fd, message))
            .count();
    return request.answer(Long.toString(reached));
  }

  private static String who(Server server) {
    return connections(server)
        .flatMap(fd -> user(server, fd).stream())
        .distinct()
        .sorted()
        .mapToObj(Long::toString)
        .collect(Collectors.joining(" "));
  }

  /** All connections, whichever worker they belong to. */
  private static LongStream connections(Server server) {
    return StreamSupport.stream(server.connections().spliterator(), false)
        .mapToLong(Long::longValue);
  }

  private static OptionalLong user(Server server, long fd) {
    return server.getClientInfo(fd).map(info -> info.uid()).orElse(OptionalLong.empty());
  }

  /** One packet, taken apart. */
  private record Packet(int type, long uid, int serid, ByteBuffer body) {
    /** The framing has made sure that the packet is whole. */
    static Packet parse(byte[] data) {
      ByteBuffer buffer = ByteBuffer.wrap(data);
      int type = buffer.getInt();
      long uid = Integer.toUnsignedLong(buffer.getInt());
      int length = buffer.getInt();
      int serid = buffer.getInt();
      return new Packet(type, uid, serid, buffer.slice(HEADER, length));
    }

    byte[] bytes() {
      return ByteBuffer.allocate(HEADER + body.remaining())
          .putInt(type)
          .putInt((int) uid)
          .putInt(body.remaining())
          .putInt(serid)
          .put(body.duplicate())
          .array();
    }

    Packet answer(String text) {
      return new Packet(type, uid, serid, UTF_8.encode(text));
    }

    Packet failure(String reason) {
      return new Packet(FAILURE, uid, serid, UTF_8.encode(reason));
    }
  }
}
