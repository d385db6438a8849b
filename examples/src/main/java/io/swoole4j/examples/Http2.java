// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import io.swoole4j.http.HttpEvent;
import io.swoole4j.http.HttpServer;
import io.swoole4j.http.HttpSettings;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Settings;

/**
 * HTTP/2 over TLS, and HTTP/1.1 to clients that speak nothing newer. Try it with {@code curl -k
 * https://localhost:9501/} or a browser, which will not know who has signed the certificate.
 */
final class Http2 implements Example {
  @Override
  public String name() {
    return "http2";
  }

  @Override
  public String summary() {
    return "HTTP/2 over TLS with a certificate made at start; the body of a POST comes back";
  }

  @Override
  public Server server(String host, int port, ServerMode mode, SocketType type) {
    HttpServer http = new HttpServer(host, port, mode, type.isSsl() ? type : type.withSsl());
    SelfSigned identity = SelfSigned.make();
    http.set(Settings.SSL_CERT_FILE, identity.certificate());
    http.set(Settings.SSL_KEY_FILE, identity.key());
    http.set(HttpSettings.OPEN_HTTP2_PROTOCOL, true);

    http.on(
        HttpEvent.REQUEST,
        (request, response) -> {
          if (request.rawContent().length > 0) {
            response.end(request.rawContent());
          } else {
            response.header("Content-Type", "text/plain");
            response.end(
                "Hello over "
                    + request.server().get("server_protocol")
                    + ", stream "
                    + request.streamId()
                    + "\n");
          }
        });
    return http;
  }
}
