// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.swoole4j.http.Http2Client;
import io.swoole4j.testing.RunningServer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Several WebSocket connections on one connection of HTTP/2, each on a stream of its own. */
final class StreamClient {
  /** The stream was ended in good order. */
  static final long ENDED = -1;

  private static final int ENABLE_CONNECT_PROTOCOL = 8;
  private static final int WINDOW = 1 << 20;

  private final Http2Client frames;
  private final Map<Integer, ByteBuf> arrived = new HashMap<>();
  private final Map<Integer, Map<String, String>> heads = new HashMap<>();
  private final Map<Integer, Long> ends = new HashMap<>();
  private final Map<Integer, Long> granted = new HashMap<>();
  private boolean offered;
  private boolean goneAway;
  private boolean granting = true;

  private StreamClient(Http2Client frames) {
    this.frames = frames;
  }

  /** A client that gives every stream much room, and has seen that the server takes WebSocket. */
  static StreamClient on(RunningServer running) {
    return on(running, WINDOW);
  }

  /** The same with another room for each stream. */
  static StreamClient on(RunningServer running, int window) {
    StreamClient client =
        new StreamClient(Http2Client.on(running.client(), Http2Client.INITIAL_WINDOW_SIZE, window));
    client.frames.windowUpdate(0, WINDOW);
    client.readUntil(() -> client.offered);
    return client;
  }

  Http2Client frames() {
    return frames;
  }

  /** Grants no more room by itself from now on. */
  StreamClient grantNothing() {
    granting = false;
    return this;
  }

  /** Asks for WebSocket; further fields as names and values. */
  StreamClient ask(int stream, String path, String... more) {
    String[] fields = {
      ":method",
      "CONNECT",
      ":protocol",
      "websocket",
      ":scheme",
      "http",
      ":path",
      path,
      ":authority",
      "a",
      "sec-websocket-version",
      "13"
    };
    return askWith(stream, Stream.of(fields, more).flatMap(Arrays::stream).toArray(String[]::new));
  }

  /** Begins a stream with exactly these fields. */
  StreamClient askWith(int stream, String... fields) {
    frames.frame(Http2Client.HEADERS, Http2Client.END_HEADERS, stream, frames.fields(fields));
    return this;
  }

  /** Opens a stream, which the server agrees to; answers its id. */
  int open(int stream, String path, String... more) {
    assertThat(ask(stream, path, more).head(stream)).containsEntry(":status", "200");
    return stream;
  }

  Map<String, String> head(int stream) {
    readUntil(() -> heads.containsKey(stream) || ends.containsKey(stream));
    return heads.getOrDefault(stream, Map.of());
  }

  StreamClient send(int stream, byte[] bytes) {
    frames.data(stream, bytes, false);
    return this;
  }

  StreamClient sendText(int stream, String text) {
    return send(stream, WebSocketFixture.text(text));
  }

  /** The next frame of a stream. */
  Frame read(int stream) {
    while (true) {
      ByteBuf bytes = arrived.computeIfAbsent(stream, id -> Unpooled.buffer());
      Optional<Frame> frame = WebSocketServer.unpack(ByteBufUtil.getBytes(bytes));
      if (frame.isPresent()) {
        int length = frame.get().data().length;
        bytes.skipBytes(length + (length < 126 ? 2 : length < 65_536 ? 4 : 10));
        return frame.get();
      }
      assertThat(ends).as("stream %s has ended", stream).doesNotContainKey(stream);
      readOne();
    }
  }

  String readText(int stream) {
    Frame frame = read(stream);
    assertThat(frame.opcode()).isEqualTo(Opcode.TEXT);
    return frame.text();
  }

  /** Reads a close frame with this code, and the end of the stream behind it. */
  void expectClose(int stream, int code) {
    Frame frame = read(stream);
    assertThat(frame.opcode()).as("got %s", frame.text()).isEqualTo(Opcode.CLOSE);
    assertThat(((CloseFrame) frame).code()).isEqualTo(code);
    assertThat(end(stream)).isEqualTo(ENDED);
  }

  /** How a stream ends: {@link #ENDED}, or the code of a reset. */
  long end(int stream) {
    readUntil(() -> ends.containsKey(stream));
    return ends.get(stream);
  }

  /** Waits until the server has said that it takes no further streams. */
  void awaitGoAway() {
    readUntil(() -> goneAway);
  }

  /** How much room the server has granted for a stream so far, beyond what it begins with. */
  long granted(int stream) {
    return granted.getOrDefault(stream, 0L);
  }

  /** Bytes of a stream that have arrived and were not asked for. */
  int unread(int stream) {
    return arrived.computeIfAbsent(stream, id -> Unpooled.buffer()).readableBytes();
  }

  /** Reads frames until something holds. */
  void readUntil(BooleanSupplier holds) {
    while (!holds.getAsBoolean()) {
      readOne();
    }
  }

  /** Reads until the server has answered a ping: what it had to say before is known then. */
  void sync() {
    frames.frame(Http2Client.PING, 0, 0, new byte[8]);
    Http2Client.Frame frame;
    do {
      frame = frames.read();
      take(frame);
    } while (frame.type() != Http2Client.PING);
  }

  private void readOne() {
    take(frames.read());
  }

  private void take(Http2Client.Frame frame) {
    int stream = frame.streamId();
    switch (frame.type()) {
      case Http2Client.DATA -> {
        arrived.computeIfAbsent(stream, id -> Unpooled.buffer()).writeBytes(frame.payload());
        if (granting && frame.payload().length > 0) {
          frames.windowUpdate(0, frame.payload().length);
          if (!frame.isLast()) {
            frames.windowUpdate(stream, frame.payload().length);
          }
        }
      }
      case Http2Client.HEADERS -> heads.putIfAbsent(stream, frames.decode(frame));
      case Http2Client.RST_STREAM -> ends.putIfAbsent(stream, (long) frame.number(0));
      case Http2Client.WINDOW_UPDATE -> granted.merge(stream, (long) frame.number(0), Long::sum);
      case Http2Client.GOAWAY -> goneAway = true;
      case Http2Client.SETTINGS -> settings(frame);
      default -> {}
    }
    if (frame.isLast()) {
      ends.putIfAbsent(stream, ENDED);
    }
  }

  private void settings(Http2Client.Frame frame) {
    ByteBuf pairs = Unpooled.wrappedBuffer(frame.payload());
    while (pairs.isReadable()) {
      int id = pairs.readUnsignedShort();
      offered |= pairs.readInt() == 1 && id == ENABLE_CONNECT_PROTOCOL;
    }
  }
}
