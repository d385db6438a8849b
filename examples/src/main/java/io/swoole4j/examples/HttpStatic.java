// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import io.swoole4j.http.HttpEvent;
import io.swoole4j.http.HttpServer;
import io.swoole4j.http.HttpSettings;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Setting;
import java.util.List;
import java.util.Optional;

/** A web server for a directory. Try it with {@code http-static DIRECTORY} and a browser. */
final class HttpStatic implements Example {
  @Override
  public String name() {
    return "http-static";
  }

  @Override
  public String summary() {
    return "serves the files of a directory: http-static DIRECTORY";
  }

  @Override
  public Optional<Setting<String>> argument() {
    return Optional.of(HttpSettings.DOCUMENT_ROOT);
  }

  @Override
  public Server server(String host, int port, ServerMode mode, SocketType type) {
    HttpServer http = new HttpServer(host, port, mode, type);
    http.set(HttpSettings.ENABLE_STATIC_HANDLER, true);
    http.set(HttpSettings.HTTP_INDEX_FILES, List.of("index.html"));
    http.set(HttpSettings.HTTP_AUTOINDEX, true);

    // Called for what is no file.
    http.on(
        HttpEvent.REQUEST,
        (request, response) -> {
          response.status(404);
          response.end("<h1>Not found</h1>");
        });
    return http;
  }
}
