// SPDX-License-Identifier: Apache-2.0
package io.example.consumer;

import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** Starts an echo server, speaks to it, and prints what came back. */
public final class Consumer {
  private Consumer() {}

  /**
   * Runs the program.
   *
   * @param args the transport
   * @throws Exception if anything fails
   */
  public static void main(String[] args) throws Exception {
    for (ServerMode mode : ServerMode.values()) {
      Server server = new Server("127.0.0.1", 0, mode, SocketType.TCP);
      server.set(Map.of("transport", args[0], "worker_num", 1));
      server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
      server.startAsync();
      try (Socket socket = new Socket("127.0.0.1", server.getPort())) {
        socket.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
        byte[] answer = socket.getInputStream().readNBytes(5);
        System.out.println(mode + " answered " + new String(answer, StandardCharsets.US_ASCII));
      } finally {
        server.shutdown();
      }
      if (!server.awaitTermination(Duration.ofSeconds(30))) {
        throw new IllegalStateException(mode + " has not ended after half a minute");
      }
    }
  }
}
