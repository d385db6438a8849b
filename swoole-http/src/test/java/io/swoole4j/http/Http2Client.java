// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.swoole4j.testing.RawClient;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/** A client that speaks HTTP/2 frame by frame, without TLS, and may break every rule. */
public final class Http2Client {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int PRIORITY = 2;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;

  public static final int END_STREAM = 1;
  public static final int ACK = 1;
  public static final int END_HEADERS = 4;

  public static final int INITIAL_WINDOW_SIZE = 4;
  public static final int HEADER_TABLE_SIZE = 1;

  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
  private static final int HEAD = 9;

  private final RawClient client;
  private final DefaultHttp2HeadersEncoder encoder =
      new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.NEVER_SENSITIVE, true);
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

  private Http2Client(RawClient client) {
    this.client = client;
  }

  /** A frame as it came. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Frame(int type, int flags, int streamId, byte[] payload) {
    /** The four bytes at an offset of the payload. */
    public int number(int at) {
      return (payload[at] & 0xff) << 24
          | (payload[at + 1] & 0xff) << 16
          | (payload[at + 2] & 0xff) << 8
          | (payload[at + 3] & 0xff);
    }

    public boolean isLast() {
      return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
    }
  }

  /** A whole response, or how its stream ended without one. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Reply(
      Map<String, String> headers, byte[] body, Map<String, String> trailers, int resetCode) {
    public int status() {
      return Integer.parseInt(headers.getOrDefault(":status", "0"));
    }

    public String text() {
      return new String(body, UTF_8);
    }
  }

  /** Speaks HTTP/2 on a connection: preface, settings of the client as pairs. */
  public static Http2Client on(RawClient client, int... settings) {
    Http2Client made = new Http2Client(client);
    client.send(PREFACE);
    made.settings(settings);
    return made;
  }

  /** What every client begins with, its settings as they are by default. */
  public static byte[] preface() {
    byte[] settings = bytes(SETTINGS, 0, 0, new byte[0]);
    byte[] all = Arrays.copyOf(PREFACE, PREFACE.length + settings.length);
    System.arraycopy(settings, 0, all, PREFACE.length, settings.length);
    return all;
  }

  /** The same where the client has said hello already. */
  public static Http2Client without(RawClient client) {
    return new Http2Client(client);
  }

  public RawClient raw() {
    return client;
  }

  public Http2Client settings(int... settings) {
    ByteBuf payload = Unpooled.buffer();
    for (int i = 0; i < settings.length; i += 2) {
      payload.writeShort(settings[i]).writeInt(settings[i + 1]);
    }
    return frame(SETTINGS, 0, 0, ByteBufUtil.getBytes(payload));
  }

  public static byte[] bytes(int type, int flags, int streamId, byte[] payload) {
    ByteBuf frame = Unpooled.buffer(HEAD + payload.length);
    frame.writeMedium(payload.length).writeByte(type).writeByte(flags).writeInt(streamId);
    return ByteBufUtil.getBytes(frame.writeBytes(payload));
  }

  public Http2Client frame(int type, int flags, int streamId, byte[] payload) {
    client.send(bytes(type, flags, streamId, payload));
    return this;
  }

  /** Four bytes. */
  public static byte[] number(int value) {
    return ByteBufUtil.getBytes(Unpooled.buffer(4).writeInt(value));
  }

  public Http2Client windowUpdate(int streamId, int increment) {
    return frame(WINDOW_UPDATE, 0, streamId, number(increment));
  }

  public Http2Client reset(int streamId) {
    return frame(RST_STREAM, 0, streamId, number(8));
  }

  /** Compresses fields, given as names and values. */
  public byte[] fields(String... fields) {
    Http2Headers headers = new DefaultHttp2Headers(false);
    for (int i = 0; i < fields.length; i += 2) {
      headers.add(fields[i], fields[i + 1]);
    }
    ByteBuf block = Unpooled.buffer();
    try {
      encoder.encodeHeaders(1, headers, block);
    } catch (Http2Exception e) {
      throw new IllegalStateException(e);
    }
    return ByteBufUtil.getBytes(block);
  }

  /** The fields of a request, and more of them. */
  public byte[] request(String method, String path, String... more) {
    String[] all = new String[8 + more.length];
    System.arraycopy(
        new String[] {
          ":method", method, ":scheme", "http", ":path", path, ":authority", "localhost"
        },
        0,
        all,
        0,
        8);
    System.arraycopy(more, 0, all, 8, more.length);
    return fields(all);
  }

  /** A request without body. */
  public Http2Client get(int streamId, String path, String... more) {
    return frame(HEADERS, END_HEADERS | END_STREAM, streamId, request("GET", path, more));
  }

  /** A request with a body that follows. */
  public Http2Client post(int streamId, String path, String... more) {
    return frame(HEADERS, END_HEADERS, streamId, request("POST", path, more));
  }

  public Http2Client data(int streamId, byte[] data, boolean last) {
    return frame(DATA, last ? END_STREAM : 0, streamId, data);
  }

  public Frame read() {
    ByteBuf head = Unpooled.wrappedBuffer(client.readExactly(HEAD));
    int length = head.readUnsignedMedium();
    int type = head.readUnsignedByte();
    int flags = head.readUnsignedByte();
    int streamId = head.readInt();
    return new Frame(type, flags, streamId, length == 0 ? new byte[0] : client.readExactly(length));
  }

  /** Reads until a frame fits, which it answers; fields of others are decoded. */
  public Frame await(Predicate<Frame> wanted) {
    while (true) {
      Frame frame = read();
      if (frame.type() == HEADERS && !wanted.test(frame)) {
        decode(frame);
      } else if (wanted.test(frame)) {
        return frame;
      }
    }
  }

  public Frame awaitType(int type) {
    return await(frame -> frame.type() == type);
  }

  public Map<String, String> decode(Frame frame) {
    Map<String, String> fields = new LinkedHashMap<>();
    try {
      decoder
          .decodeHeaders(frame.streamId(), Unpooled.wrappedBuffer(frame.payload()))
          .forEach(
              field ->
                  fields.merge(
                      field.getKey().toString(),
                      field.getValue().toString(),
                      (first, second) -> first + "\n" + second));
    } catch (Http2Exception e) {
      throw new IllegalStateException(e);
    }
    return fields;
  }

  /** Reads one response, granting room for all of it; nothing else may be in flight. */
  public Reply reply(int streamId) {
    Map<String, String> headers = new LinkedHashMap<>();
    Map<String, String> trailers = new LinkedHashMap<>();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      Frame frame = read();
      if (frame.type() == GOAWAY) {
        throw new AssertionError("goaway: " + frame.number(4) + " " + debug(frame));
      }
      if (frame.type() == HEADERS) {
        Map<String, String> fields = decode(frame);
        if (frame.streamId() == streamId) {
          boolean informational = fields.getOrDefault(":status", "").equals("100");
          (headers.isEmpty() && !informational ? headers : trailers).putAll(fields);
        }
      } else if (frame.type() == DATA && frame.payload().length > 0) {
        if (frame.streamId() == streamId) {
          body.writeBytes(frame.payload());
        }
        windowUpdate(0, frame.payload().length);
        if (!frame.isLast()) {
          windowUpdate(frame.streamId(), frame.payload().length);
        }
      } else if (frame.type() == RST_STREAM && frame.streamId() == streamId) {
        return new Reply(headers, body.toByteArray(), trailers, frame.number(0));
      }
      if (frame.streamId() == streamId && frame.isLast()) {
        return new Reply(headers, body.toByteArray(), trailers, -1);
      }
    }
  }

  /** What a farewell says to people. */
  public static String debug(Frame goAway) {
    return new String(goAway.payload(), 8, goAway.payload().length - 8, UTF_8);
  }
}
