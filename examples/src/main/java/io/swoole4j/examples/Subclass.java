// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.swoole4j.server.CloseHandler;
import io.swoole4j.server.ConnectHandler;
import io.swoole4j.server.ReceiveHandler;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import java.util.Locale;
import java.util.Map;

/** A server that handles its events itself, as a subclass of {@link Server}. */
final class Subclass implements Example {
  @Override
  public String name() {
    return "subclass";
  }

  @Override
  public String summary() {
    return "greets, answers every line in capitals, ends at \"quit\"; extends Server";
  }

  @Override
  public Server server(String host, int port, ServerMode mode, SocketType type) {
    return new ShoutingServer(host, port, mode, type);
  }

  /**
   * The start binds it to the events whose interfaces it implements; {@code on} is not called. An
   * interface left out is an event not asked for.
   */
  private static final class ShoutingServer extends Server
      implements ConnectHandler, ReceiveHandler, CloseHandler {

    ShoutingServer(String host, int port, ServerMode mode, SocketType type) {
      super(host, port, mode, type);
      set(Map.of("open_eof_split", true, "package_eof", "\n"));
    }

    @Override
    public void onConnect(Server server, long fd, int reactorId) {
      send(fd, "hello, you are number " + fd + "\n");
    }

    @Override
    public void onReceive(Server server, long fd, int reactorId, byte[] data) {
      String line = new String(data, UTF_8).strip();
      if (line.equals("quit")) {
        send(fd, "bye\n");
        // Closes once "bye" has been written.
        close(fd);
      } else {
        send(fd, line.toUpperCase(Locale.ROOT) + "\n");
      }
    }

    @Override
    public void onClose(Server server, long fd, int reactorId) {
      // The connection cannot be sent to any more, but what was known about it still is.
      String from = getClientInfo(fd).map(info -> info.remoteIp()).orElse("unknown");
      System.out.println("number " + fd + " from " + from + " has left");
    }
  }
}
