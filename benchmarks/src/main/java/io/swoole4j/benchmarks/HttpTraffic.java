// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The requests of the HTTP workloads. What a server answers is learnt by asking it once and looking
 * at the answer; from then on every answer has to be the same, but for the date.
 */
final class HttpTraffic {
  /** The text of {@link Workload#PLAINTEXT}. */
  static final String TEXT = "Hello, World!";

  /** The file of {@link Workload#FILE} below its root. */
  static final String FILE = "file.bin";

  private static final String DATE = "\r\ndate: ";
  private static final String LENGTH = "\r\ncontent-length: ";
  private static final String END_OF_HEAD = "\r\n\r\n";
  private static final int PATIENCE_MILLIS = 10_000;
  private static final int MAX_HEAD = 4096;
  private static final int PRIME = 31;

  private HttpTraffic() {}

  /** The content of the file. */
  static byte[] file(int bytes) {
    byte[] content = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      content[i] = (byte) (i * PRIME + (i >>> 8));
    }
    return content;
  }

  /** Asks a server once, and expects what it answers from then on. */
  static Traffic probe(InetSocketAddress address, Workload workload, int fileBytes)
      throws IOException {
    boolean plain = workload == Workload.PLAINTEXT;
    byte[] request =
        ("GET /"
                + (plain ? "plaintext" : FILE)
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: swoole4j-benchmarks\r\n"
                + "Accept: */*\r\n\r\n")
            .getBytes(US_ASCII);
    byte[] expected = plain ? TEXT.getBytes(US_ASCII) : file(fileBytes);
    byte[] reply = ask(address, request, expected);
    String head =
        new String(reply, 0, reply.length - expected.length, US_ASCII).toLowerCase(Locale.ROOT);
    int date = head.indexOf(DATE);
    int from = date < 0 ? 0 : date + DATE.length();
    int to = date < 0 ? 0 : head.indexOf('\r', from);
    return new Traffic(
        new FramePattern(List.of(request), 0, 0),
        new FramePattern(List.of(reply), from, to),
        false);
  }

  private static byte[] ask(InetSocketAddress address, byte[] request, byte[] expected)
      throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(address, PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(request);
      InputStream in = socket.getInputStream();
      ByteArrayOutputStream reply = new ByteArrayOutputStream();
      while (!reply.toString(US_ASCII).endsWith(END_OF_HEAD)) {
        int next = in.read();
        if (next < 0 || reply.size() == MAX_HEAD) {
          throw new IOException("head of " + reply.size() + " bytes (expected: a whole one)");
        }
        reply.write(next);
      }
      String head = reply.toString(US_ASCII).toLowerCase(Locale.ROOT);
      int length = head.indexOf(LENGTH);
      if (!head.startsWith("http/1.1 200 ok\r\n")
          || !head.startsWith(expected.length + "\r\n", length + LENGTH.length())) {
        throw new IOException(
            "head: " + head + " (expected: 200 with " + expected.length + " bytes)");
      }
      byte[] body = in.readNBytes(expected.length);
      if (!Arrays.equals(body, expected)) {
        throw new IOException("body: another one (expected: that of the workload)");
      }
      reply.write(body);
      return reply.toByteArray();
    }
  }
}
