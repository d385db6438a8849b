// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.PooledByteBufAllocator;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.ServerPort;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A server in a JVM of its own that pushes at clients which do not read; see {@link
 * StalledClients}. One port for each policy. What its standard input says is done on the main
 * thread: {@code push BYTES} pushes so many bytes in all, no two payloads equal, in turn at each
 * client that has sent {@code stall}; {@code memory} collects garbage and tells what is in use;
 * {@code stats} tells what was counted. Everything else that clients send comes back.
 */
final class StalledServer {
  static final String STALL = "stall";
  static final int BUFFER = 256 * 1024;
  static final int PAYLOAD = 16 * 1024;

  /** The kernel would take two megabytes for each client, before anything waits here. */
  private static final int KERNEL_BUFFER = 64 * 1024;

  private StalledServer() {}

  /** Serves until its standard input ends; takes the mode, and policies separated by commas. */
  public static void main(String[] arguments) throws IOException {
    PrintStream answers = System.out;
    // What is logged must not come between the answers.
    System.setOut(System.err);
    WebSocketServer server =
        new WebSocketServer("127.0.0.1", 0, ServerMode.valueOf(arguments[0]), SocketType.TCP);
    server.set(Settings.WORKER_NUM, 2);
    server.set(Settings.SOCKET_BUFFER_SIZE, BUFFER);
    server.set(Settings.KERNEL_SOCKET_SEND_BUFFER_SIZE, KERNEL_BUFFER);
    server.on(WebSocketEvent.MESSAGE, StalledServer::onMessage);
    String[] policies = arguments[1].split(",", -1);
    server.set(Map.of("websocket_slow_client", policies[0]));
    List<ServerPort> ports = new ArrayList<>();
    for (int i = 1; i < policies.length; i++) {
      ServerPort port = server.addListener("127.0.0.1", 0, SocketType.TCP);
      port.set(Map.of("open_websocket_protocol", true, "websocket_slow_client", policies[i]));
      port.set(
          Map.of("socket_buffer_size", BUFFER, "kernel_socket_send_buffer_size", KERNEL_BUFFER));
      port.on(WebSocketEvent.MESSAGE, StalledServer::onMessage);
      ports.add(port);
    }
    server.startAsync();
    StringBuilder listening = new StringBuilder("listening ").append(server.getPort());
    ports.forEach(port -> listening.append(' ').append(port.port()));
    answers.println(listening);
    obey(server, answers);
    server.shutdown();
  }

  private static void onMessage(WebSockets ws, Frame frame) {
    if (frame.text().equals(STALL)) {
      ws.joinGroup(frame.fd(), STALL);
    }
    ws.push(frame.fd(), frame);
  }

  private static void obey(WebSocketServer server, PrintStream answers) throws IOException {
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] words = line.split(" ", -1);
      String answer =
          switch (words[0]) {
            case "push" -> push(server, Long.parseLong(words[1]));
            case "memory" -> memory();
            default -> server.stats().toString();
          };
      answers.println(answer);
    }
  }

  private static String push(WebSocketServer server, long total) {
    List<Long> stalled = List.copyOf(server.groupMembers(STALL));
    long messages = total / PAYLOAD;
    long refused = 0;
    for (long i = 0; i < messages; i++) {
      long fd = stalled.get((int) (i % stalled.size()));
      byte[] payload = ByteBuffer.allocate(PAYLOAD).putLong(i).array();
      refused += server.push(fd, payload, Opcode.BINARY) ? 0 : 1;
    }
    return stalled.size() + " " + messages + " " + refused;
  }

  private static String memory() {
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return heap + " " + PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
  }
}
