// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import io.swoole4j.http.HttpEvent;
import io.swoole4j.http.HttpSettings;
import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;
import io.swoole4j.websocket.SlowClient;
import io.swoole4j.websocket.WebSocketEvent;
import io.swoole4j.websocket.WebSocketServer;
import io.swoole4j.websocket.WebSocketSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Rooms to talk in: the page and its socket on one port. */
final class Chat implements Example {
  private static final List<String> PAGE = List.of("index.html", "chat.css", "chat.js");

  @Override
  public String name() {
    return "chat";
  }

  @Override
  public String summary() {
    return "serves a page to talk in rooms; open it in two windows";
  }

  @Override
  public Server server(String host, int port, ServerMode mode, SocketType type) {
    WebSocketServer server = new WebSocketServer(host, port, mode, type);
    server.set(HttpSettings.ENABLE_STATIC_HANDLER, true);
    server.set(HttpSettings.DOCUMENT_ROOT, page().toString());
    server.set(HttpSettings.HTTP_INDEX_FILES, List.of("index.html"));
    // Called for what is no file.
    server.on(HttpEvent.REQUEST, (request, response) -> response.status(404));

    // Nobody types more than that, and a phone that has gone to sleep is noticed.
    server.set(Settings.PACKAGE_MAX_LENGTH, 8 * 1024);
    server.set(WebSocketSettings.WEBSOCKET_PING_INTERVAL, 30.0);
    // Who cannot keep up is sent away; the page comes back and gets the latest lines.
    server.set(WebSocketSettings.WEBSOCKET_SLOW_CLIENT, SlowClient.CLOSE);
    if (mode == ServerMode.PROCESS) {
      // Who has gone is told in every dispatch mode.
      server.set(Settings.ENABLE_UNSAFE_EVENT, true);
    }

    ChatRooms rooms = new ChatRooms(server);
    server.on(WebSocketEvent.MESSAGE, (sockets, frame) -> rooms.receive(frame.fd(), frame.text()));
    server.on(Event.CLOSE, (closed, fd, reactorId) -> rooms.gone(fd));
    return server;
  }

  @Override
  public void listening(Server server, String where) {
    Example.super.listening(server, where);
    String host =
        switch (server.host()) {
          // Any address: what a browser can open is this machine's own.
          case "0.0.0.0" -> "127.0.0.1";
          case "::" -> "::1";
          default -> server.host();
        };
    host = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    System.out.println("open http://" + host + ":" + server.getPort() + "/ in two windows");
  }

  /** The static handler serves files, so the page is taken out of the jar; it goes with the JVM. */
  private static Path page() {
    try {
      Path directory = Files.createTempDirectory("swoole4j-chat");
      directory.toFile().deleteOnExit();
      for (String name : PAGE) {
        Path file = directory.resolve(name);
        try (InputStream content = Chat.class.getResourceAsStream("/chat/" + name)) {
          Files.copy(content, file);
        }
        file.toFile().deleteOnExit();
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
