// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.testing.RawClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/** A protocol of lines, in which tests ask servers who answers. */
final class Lines {

  private Lines() {}

  /** Makes a server take one line as one packet. */
  static <S extends Server> S framed(S server) {
    server.set("open_eof_split", true).set("package_eof", "\n");
    return server;
  }

  /** A line without its end. */
  static String text(byte[] line) {
    return new String(line, 0, line.length - 1, StandardCharsets.UTF_8);
  }

  /** Answers a line. */
  static void answer(Server server, long fd, Object line) {
    server.send(fd, line + "\n");
  }

  /** Sends a line and reads one. */
  static String ask(RawClient client, String line) {
    client.send(line + "\n");
    return read(client);
  }

  /** Reads a line. */
  static String read(RawClient client) {
    return client.readUntil("\n").strip();
  }

  /** Asks so many times, one after the other, for a number. */
  static List<Integer> askNumbers(RawClient client, int times) {
    return IntStream.range(0, times).mapToObj(i -> Integer.valueOf(ask(client, "who"))).toList();
  }
}
