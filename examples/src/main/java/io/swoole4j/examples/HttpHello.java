// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import io.swoole4j.http.HttpEvent;
import io.swoole4j.http.HttpServer;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import java.util.concurrent.ThreadLocalRandom;

/** The smallest HTTP server. Try it with {@code curl -i http://127.0.0.1:9501/}. */
final class HttpHello implements Example {
  @Override
  public String name() {
    return "http-hello";
  }

  @Override
  public String summary() {
    return "answers every HTTP request with a greeting and a number";
  }

  @Override
  public Server server(String host, int port, ServerMode mode, SocketType type) {
    HttpServer http = new HttpServer(host, port, mode, type);
    http.on(
        HttpEvent.REQUEST,
        (request, response) -> {
          int number = ThreadLocalRandom.current().nextInt(1000, 10_000);
          response.end("<h1>Hello Swoole. #" + number + "</h1>");
        });
    return http;
  }
}
