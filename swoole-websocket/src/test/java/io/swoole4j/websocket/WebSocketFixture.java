// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.internal.websocket.frame.Frames;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;
import io.swoole4j.testing.RawClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerVariant;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** WebSocket servers of the test matrix, and a client that sends what it is told to. */
final class WebSocketFixture {
  static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  private WebSocketFixture() {}

  /** A server with two workers on a free port, not started. */
  static WebSocketServer server(ServerVariant variant, MessageHandler handler) {
    WebSocketServer server = new WebSocketServer("127.0.0.1", 0, variant.mode(), SocketType.TCP);
    variant.prepare(server).set(Settings.WORKER_NUM, 2);
    server.on(WebSocketEvent.MESSAGE, handler);
    return server;
  }

  /** A server that echoes. */
  static WebSocketServer echo(ServerVariant variant) {
    return server(variant, (ws, frame) -> ws.push(frame.fd(), frame));
  }

  /** A request that asks for WebSocket, with further header lines, each with its line end. */
  static String request(String more) {
    return "GET /chat?room=1 HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Key: "
        + KEY
        + "\r\nSec-WebSocket-Version: 13\r\n"
        + more
        + "\r\n";
  }

  /** A client whose handshake is done. */
  static RawClient open(RunningServer running) {
    RawClient client = running.client();
    client.send(request(""));
    assertThat(head(client)).containsEntry("", "101");
    return client;
  }

  /** Headers of a response by lower-case name; the status under the empty one. */
  static Map<String, String> head(RawClient client) {
    Map<String, String> fields = new LinkedHashMap<>();
    String status = line(client);
    fields.put("", status.split(" ", 3)[1]);
    for (String line = line(client); !line.isEmpty(); line = line(client)) {
      int colon = line.indexOf(':');
      fields.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (one, two) -> one + "|" + two);
    }
    return fields;
  }

  private static String line(RawClient client) {
    String line = client.readUntil("\r\n");
    return line.substring(0, line.length() - 2);
  }

  /** A masked text message. */
  static byte[] text(String text) {
    return Frames.masked(1, true, 0, text.getBytes(UTF_8));
  }

  /** A masked close frame. */
  static byte[] close(int code, String reason) {
    return Frames.masked(8, true, 0, Frames.closing(code, reason.getBytes(UTF_8)));
  }

  /** Frames that are sent at once. */
  static byte[] joined(byte[]... frames) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] frame : frames) {
      all.writeBytes(frame);
    }
    return all.toByteArray();
  }

  /** Reads one frame. */
  static Frame read(RawClient client) {
    byte[] start = client.readExactly(2);
    int marker = start[1] & 0x7f;
    byte[] length = client.readExactly(marker < 126 ? 0 : marker == 126 ? 2 : 8);
    long size = marker < 126 ? marker : 0;
    for (byte part : length) {
      size = (size << 8) | (part & 0xff);
    }
    byte[] payload = client.readExactly((int) size);
    byte[] all = new byte[2 + length.length + payload.length];
    System.arraycopy(start, 0, all, 0, 2);
    System.arraycopy(length, 0, all, 2, length.length);
    System.arraycopy(payload, 0, all, 2 + length.length, payload.length);
    return WebSocketServer.unpack(all).orElseThrow();
  }

  /** Reads one frame, which has to be a text. */
  static String readText(RawClient client) {
    Frame frame = read(client);
    assertThat(frame.opcode()).isEqualTo(Opcode.TEXT);
    return frame.text();
  }

  /** Reads a close frame with a code, and then the end. */
  static void expectClose(RawClient client, int code) {
    Frame frame = read(client);
    assertThat(frame.opcode()).as("got %s", frame.text()).isEqualTo(Opcode.CLOSE);
    assertThat(((CloseFrame) frame).code()).isEqualTo(code);
    client.expectClosed();
  }

  /** Bytes of a text in which each character is one. */
  static byte[] latin(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
