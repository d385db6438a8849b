// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * MQTT 3.1.1 without a broker: what is published goes at once to everybody who has subscribed to
 * it, the publisher too, and is kept for nobody. Receive gets one control packet at a time. Try it
 * with {@code mosquitto_sub -p 9501 -t '#'} and {@code mosquitto_pub -p 9501 -t some/topic -m
 * hello}.
 */
final class MqttEcho implements Example {
  private static final int CONNECT = 1;
  private static final int PUBLISH = 3;
  private static final int PUBREL = 6;
  private static final int SUBSCRIBE = 8;
  private static final int UNSUBSCRIBE = 10;
  private static final int PINGREQ = 12;
  private static final int DISCONNECT = 14;

  private static final int VERSION = 4;
  private static final int MAX_FILTERS = 100;

  /** By connection; a worker looks at the subscriptions of others too, so they are shared. */
  private final Map<Long, Set<String>> subscriptions = new ConcurrentHashMap<>();

  @Override
  public String name() {
    return "mqtt-echo";
  }

  @Override
  public String summary() {
    return "passes on what MQTT clients publish to those who have subscribed to it";
  }

  @Override
  public Server server(String host, int port, ServerMode mode, SocketType type) {
    Server server = new Server(host, port, mode, type);
    server.set("open_mqtt_protocol", true);
    server.on(
        Event.RECEIVE,
        (s, fd, reactorId, packet) -> {
          try {
            control(s, fd, ByteBuffer.wrap(packet));
          } catch (BufferUnderflowException | IllegalArgumentException e) {
            // It says less, or more, than it should: MQTT ends the connection without an answer.
            s.close(fd);
          }
        });
    server.on(Event.CLOSE, (s, fd, reactorId) -> subscriptions.remove(fd));
    return server;
  }

  private void control(Server server, long fd, ByteBuffer packet) {
    int first = packet.get() & 0xFF;
    skipLength(packet);
    int type = first >> 4;
    if (type != CONNECT && !subscriptions.containsKey(fd)) {
      // The first packet has to be CONNECT.
      server.close(fd);
      return;
    }
    switch (type) {
      case CONNECT -> connect(server, fd, packet);
      case PUBLISH -> publish(server, fd, first, packet);
      case PUBREL -> answer(server, fd, 0x70, packet.getShort());
      case SUBSCRIBE -> subscribe(server, fd, packet);
      case UNSUBSCRIBE -> unsubscribe(server, fd, packet);
      case PINGREQ -> server.send(fd, new byte[] {(byte) 0xD0, 0});
      case DISCONNECT -> server.close(fd);
      default -> {
        // PUBACK and its like: nothing that was sent is waited for.
      }
    }
  }

  /** The server has counted it already: one to four bytes, of which the last has no high bit. */
  private static void skipLength(ByteBuffer packet) {
    while (packet.get() < 0) {
      // Passed over.
    }
  }

  private void connect(Server server, long fd, ByteBuffer packet) {
    boolean known = text(packet).equals("MQTT") && packet.get() == VERSION;
    boolean first = known && subscriptions.putIfAbsent(fd, ConcurrentHashMap.newKeySet()) == null;
    // CONNACK: no session is present; 0 is accepted, 1 an unacceptable version.
    server.send(fd, new byte[] {0x20, 2, 0, (byte) (known ? 0 : 1)});
    if (!first) {
      server.close(fd);
    }
  }

  private void publish(Server server, long fd, int first, ByteBuffer packet) {
    int qos = (first >> 1) & 3;
    String topic = text(packet);
    if (qos > 0) {
      // PUBACK for 1, PUBREC for 2.
      answer(server, fd, qos == 1 ? 0x40 : 0x50, packet.getShort());
    }
    byte[] payload = new byte[packet.remaining()];
    packet.get(payload);
    byte[] message = message(topic.getBytes(UTF_8), payload);
    subscriptions.forEach(
        (subscriber, filters) -> {
          if (filters.stream().anyMatch(filter -> matches(filter, topic))) {
            server.send(subscriber, message);
          }
        });
  }

  private void subscribe(Server server, long fd, ByteBuffer packet) {
    Set<String> filters = subscriptions.get(fd);
    short id = packet.getShort();
    ByteBuffer codes = ByteBuffer.allocate(packet.remaining());
    while (packet.hasRemaining()) {
      String filter = text(packet);
      packet.get();
      boolean taken =
          (filters.size() < MAX_FILTERS && filters.add(filter)) || filters.contains(filter);
      // Everything is passed on with quality of service 0; 0x80 is a refusal.
      codes.put((byte) (taken ? 0 : 0x80));
    }
    codes.flip();
    if (codes.remaining() > MAX_FILTERS) {
      throw new IllegalArgumentException("filters: " + codes.remaining());
    }
    ByteBuffer suback = ByteBuffer.allocate(4 + codes.remaining());
    suback.put((byte) 0x90).put((byte) (2 + codes.remaining())).putShort(id).put(codes);
    server.send(fd, suback.array());
  }

  private void unsubscribe(Server server, long fd, ByteBuffer packet) {
    short id = packet.getShort();
    while (packet.hasRemaining()) {
      subscriptions.get(fd).remove(text(packet));
    }
    answer(server, fd, 0xB0, id);
  }

  private static void answer(Server server, long fd, int first, short id) {
    server.send(fd, ByteBuffer.allocate(4).put((byte) first).put((byte) 2).putShort(id).array());
  }

  private static byte[] message(byte[] topic, byte[] payload) {
    int left = 2 + topic.length + payload.length;
    ByteBuffer message = ByteBuffer.allocate(5 + left);
    message.put((byte) 0x30);
    for (; left > 127; left >>= 7) {
      message.put((byte) (left | 0x80));
    }
    message.put((byte) left).putShort((short) topic.length).put(topic).put(payload);
    byte[] bytes = new byte[message.position()];
    message.flip().get(bytes);
    return bytes;
  }

  private static String text(ByteBuffer packet) {
    byte[] text = new byte[packet.getShort() & 0xFFFF];
    packet.get(text);
    return new String(text, UTF_8);
  }

  /** Whether a topic is one of a filter, where + is any one level and # all that follow. */
  static boolean matches(String filter, String topic) {
    String[] wanted = filter.split("/", -1);
    String[] levels = topic.split("/", -1);
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].equals("#")) {
        return true;
      }
      if (i >= levels.length || !(wanted[i].equals("+") || wanted[i].equals(levels[i]))) {
        return false;
      }
    }
    return wanted.length == levels.length;
  }
}
