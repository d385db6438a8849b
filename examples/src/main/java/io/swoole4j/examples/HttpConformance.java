// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import io.swoole4j.http.HttpEvent;
import io.swoole4j.http.HttpServer;
import io.swoole4j.http.Request;
import io.swoole4j.http.Response;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * What tools that check or measure HTTP servers ask for: {@code /echo} lists the headers of the
 * request, {@code /cookie} its cookies, {@code /plaintext} is a greeting; elsewhere a POST gets its
 * body back and everything else an empty page.
 */
final class HttpConformance implements Example {
  private static final String TEXT = "text/plain";
  private static final byte[] GREETING = "Hello, World!".getBytes(StandardCharsets.US_ASCII);

  @Override
  public String name() {
    return "http-conformance";
  }

  @Override
  public String summary() {
    return "/echo, /echo-body, /cookie and /plaintext, for tools that check or measure servers";
  }

  @Override
  public Server server(String host, int port, ServerMode mode, SocketType type) {
    HttpServer http = new HttpServer(host, port, mode, type);
    http.on(HttpEvent.REQUEST, HttpConformance::answer);
    return http;
  }

  private static void answer(Request request, Response response) {
    response.header("Content-Type", TEXT);
    switch ((String) request.server().get("request_uri")) {
      case "/plaintext" -> response.end(GREETING);
      case "/echo" -> response.end(headers(request));
      case "/cookie" ->
          response.end(
              request.cookie().entrySet().stream()
                  .map(cookie -> cookie.getKey() + "=" + cookie.getValue() + "\n")
                  .collect(Collectors.joining()));
      default -> {
        if (request.getMethod().equals("POST")) {
          response.end(request.rawContent());
        } else {
          response.end();
        }
      }
    }
  }

  /**
   * The headers, named as the client wrote them: the lines between the first one and the body.
   * HTTP/2 has no such lines, and names in lower case only.
   */
  private static String headers(Request request) {
    if (request.streamId() != 0) {
      return request.header().entrySet().stream()
          .map(field -> field.getKey() + ": " + field.getValue() + "\n")
          .collect(Collectors.joining());
    }
    String data = new String(request.getData(), StandardCharsets.ISO_8859_1);
    return data.substring(0, data.indexOf("\r\n\r\n"))
        .lines()
        .skip(1)
        .map(line -> line.split(":", 2))
        .map(field -> field[0] + ": " + field[1].strip() + "\n")
        .collect(Collectors.joining());
  }
}
