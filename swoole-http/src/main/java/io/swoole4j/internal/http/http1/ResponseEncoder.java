// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.swoole4j.internal.http.message.DateHeader;
import io.swoole4j.internal.http.message.Fields;
import io.swoole4j.internal.http.message.ResponseHead;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Makes bytes of responses: the user's headers, cookies, then what the user has not set of Server,
 * Date, Connection, Content-Type, then Content-Encoding and the framing. Any thread.
 */
public final class ResponseEncoder {
  /** Tells a client to go on with the body. */
  static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII);

  private static final byte[] OK_LINE = "HTTP/1.1 200 OK\r\n".getBytes(US_ASCII);
  private static final byte[] VERSION = "HTTP/1.1 ".getBytes(US_ASCII);
  private static final byte[] SERVER = "Server: swoole-http-server\r\n".getBytes(US_ASCII);
  private static final byte[] DATE = "Date: ".getBytes(US_ASCII);
  private static final byte[] KEEP_ALIVE = "Connection: keep-alive\r\n".getBytes(US_ASCII);
  private static final byte[] CLOSE = "Connection: close\r\n".getBytes(US_ASCII);
  private static final byte[] TYPE = "Content-Type: text/html\r\n".getBytes(US_ASCII);
  private static final byte[] LENGTH = "Content-Length: ".getBytes(US_ASCII);
  private static final byte[] CHUNKED = "Transfer-Encoding: chunked\r\n".getBytes(US_ASCII);
  private static final byte[] LAST_CHUNK = {'0', '\r', '\n'};

  private static final int OK = 200;
  private static final int SWITCHING_PROTOCOLS = 101;

  /** Room for the headers that are sent by default. */
  private static final int DEFAULTS = 192;

  /** Room for the length of a chunk and the line ends around it. */
  private static final int CHUNK_EXTRA = 16;

  private final DateHeader date;

  /**
   * An encoder for one port.
   *
   * @param date the clock of responses
   */
  public ResponseEncoder(DateHeader date) {
    this.date = date;
  }

  /**
   * A head and what comes with it.
   *
   * @param head status and headers
   * @param framing how the end of the content is told
   * @param close whether the connection ends behind it
   * @param length the value of Content-Length, or -1 for the handler's own
   * @param content what to send behind the head, as a chunk where there are chunks
   * @return the bytes
   */
  public byte[] head(
      ResponseHead head, Framing framing, boolean close, long length, byte[] content) {
    Fields fields = head.fields();
    Bytes bytes = new Bytes(DEFAULTS + room(head) + content.length);
    statusLine(bytes, head);
    boolean server = true;
    boolean dated = true;
    boolean typed = true;
    boolean connected = true;
    @Nullable String ownLength = null;
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.name(i);
      String value = fields.value(i);
      switch (name.length()) {
        case 4 -> dated &= !name.equalsIgnoreCase("Date");
        case 6 -> server &= !name.equalsIgnoreCase("Server");
        case 10 -> {
          if (name.equalsIgnoreCase("Connection")) {
            if (head.status() != SWITCHING_PROTOCOLS) {
              continue;
            }
            connected = false;
          }
        }
        case 12 -> typed &= !name.equalsIgnoreCase("Content-Type");
        case 14 -> {
          if (name.equalsIgnoreCase("Content-Length")) {
            ownLength = value;
            continue;
          }
        }
        default -> {}
      }
      if (!value.isEmpty() || !isDefault(name)) {
        bytes.field(name, value);
      }
    }
    for (String cookie : head.cookies()) {
      bytes.field("Set-Cookie", cookie);
    }
    if (server) {
      bytes.put(SERVER);
    }
    if (dated) {
      bytes.put(DATE).put(date.bytes()).crlf();
    }
    if (connected) {
      bytes.put(close ? CLOSE : KEEP_ALIVE);
    }
    if (typed && framing != Framing.NONE) {
      bytes.put(TYPE);
    }
    String coding = head.contentCoding();
    if (coding != null) {
      bytes.field("Content-Encoding", coding);
    }
    if (framing == Framing.CHUNKED) {
      chunk(bytes.put(CHUNKED).crlf(), content);
      return bytes.take();
    }
    if (framing == Framing.LENGTH && length >= 0) {
      bytes.put(LENGTH).decimal(length).crlf();
    } else if (framing == Framing.LENGTH && ownLength != null) {
      bytes.put(LENGTH).put(ownLength).crlf();
    }
    return bytes.crlf().put(content).take();
  }

  /** Headers of which an empty value means that they are not to be sent. */
  static boolean isDefault(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "server", "date", "connection", "content-type", "content-length", "content-encoding" ->
          true;
      default -> false;
    };
  }

  private static int room(ResponseHead head) {
    Fields fields = head.fields();
    int room = 0;
    for (int i = 0; i < fields.size(); i++) {
      room += fields.name(i).length() + fields.value(i).length() + 4;
    }
    for (String cookie : head.cookies()) {
      room += cookie.length() + CHUNK_EXTRA;
    }
    return room;
  }

  private static void statusLine(Bytes bytes, ResponseHead head) {
    String reason = head.reason();
    if (head.status() == OK && reason == null) {
      bytes.put(OK_LINE);
      return;
    }
    bytes
        .put(VERSION)
        .decimal(head.status())
        .put(" ")
        .put(reason == null ? HttpResponseStatus.valueOf(head.status()).reasonPhrase() : reason)
        .crlf();
  }

  private static void chunk(Bytes bytes, byte[] content) {
    if (content.length > 0) {
      bytes.hex(content.length).crlf().put(content).crlf();
    }
  }

  /**
   * One chunk.
   *
   * @param content its content, not empty
   * @return the bytes
   */
  public byte[] chunk(byte[] content) {
    Bytes bytes = new Bytes(content.length + CHUNK_EXTRA);
    chunk(bytes, content);
    return bytes.take();
  }

  /**
   * A chunk, unless it is empty, and the end of the chunks.
   *
   * @param content the last content, may be empty
   * @param trailers fields behind it
   * @return the bytes
   */
  public byte[] lastChunk(byte[] content, Fields trailers) {
    Bytes bytes = new Bytes(content.length + 2 * CHUNK_EXTRA);
    chunk(bytes, content);
    bytes.put(LAST_CHUNK);
    for (int i = 0; i < trailers.size(); i++) {
      bytes.field(trailers.name(i), trailers.value(i));
    }
    return bytes.crlf().take();
  }
}
