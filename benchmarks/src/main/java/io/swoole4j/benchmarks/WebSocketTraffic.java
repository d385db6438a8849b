// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.swoole4j.websocket.Opcode;
import io.swoole4j.websocket.WebSocketServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** What goes over the connections of the WebSocket workloads. */
final class WebSocketTraffic {
  /** The message that makes its connection one of those that are pushed at. */
  static final String STALL = "stall";

  /** The message that has a broadcast sent. */
  static final String GO = "go";

  private static final byte[] HANDSHAKE =
      """
      GET / HTTP/1.1\r
      Host: 127.0.0.1\r
      Upgrade: websocket\r
      Connection: Upgrade\r
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
      Sec-WebSocket-Version: 13\r
      \r
      """
          .getBytes(US_ASCII);
  private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
  private static final int MAX_HEAD = 4096;
  private static final int MAX_HEADER = 14;
  private static final int FIRST_LETTER = '!';
  private static final int LETTERS = 94;
  private static final int PRIME = 31;

  private WebSocketTraffic() {}

  /** Masked texts, and the same without masks for them. */
  static Traffic echo(int payloadBytes) {
    List<byte[]> requests = new ArrayList<>();
    List<byte[]> replies = new ArrayList<>();
    for (int i = 0; i < FramePattern.framesOf(payloadBytes + MAX_HEADER); i++) {
      byte[] text = text(payloadBytes, i);
      requests.add(WebSocketServer.pack(text, Opcode.TEXT, true, true));
      replies.add(WebSocketServer.pack(text, Opcode.TEXT, true, false));
    }
    return new Traffic(new FramePattern(requests, 0, 0), new FramePattern(replies, 0, 0), true);
  }

  /** A word that has a message sent to every connection. */
  static Traffic broadcast(int payloadBytes) {
    byte[] message = text(payloadBytes, 0);
    return new Traffic(
        new FramePattern(List.of(masked(GO)), 0, 0),
        new FramePattern(List.of(WebSocketServer.pack(message, Opcode.BINARY, true, false)), 0, 0),
        true);
  }

  /** The bytes of a text as a client sends it. */
  static byte[] masked(String text) {
    return WebSocketServer.pack(text.getBytes(US_ASCII), Opcode.TEXT, true, true);
  }

  /** Letters of ASCII; those of two numbers differ. */
  static byte[] text(int bytes, int number) {
    byte[] text = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      text[i] = (byte) (FIRST_LETTER + (i * PRIME + number) % LETTERS);
    }
    return text;
  }

  /** Makes a connection a WebSocket one; it has to be blocking. */
  static void handshake(SocketChannel channel) throws IOException {
    for (ByteBuffer request = ByteBuffer.wrap(HANDSHAKE); request.hasRemaining(); ) {
      channel.write(request);
    }
    ByteBuffer head = ByteBuffer.allocate(MAX_HEAD);
    String text = "";
    while (!text.endsWith("\r\n\r\n")) {
      if (channel.read(head) <= 0) {
        throw new IOException("handshake: " + text + " (expected: a whole head)");
      }
      text = new String(head.array(), 0, head.position(), US_ASCII);
    }
    if (!text.startsWith("HTTP/1.1 101 ") || !text.contains(ACCEPT)) {
      throw new IOException("handshake: " + text + " (expected: 101 and " + ACCEPT + ")");
    }
  }
}
