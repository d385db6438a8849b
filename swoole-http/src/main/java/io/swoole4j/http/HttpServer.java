// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import io.swoole4j.server.ConnectHandler;
import io.swoole4j.server.Event;
import io.swoole4j.server.EventHandler;
import io.swoole4j.server.ReceiveHandler;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.spi.PortProtocol;
import java.util.List;
import java.util.Locale;

/**
 * A server whose ports speak HTTP; Swoole's {@code Swoole\Http\Server}. Everything of {@link
 * Server} holds, but it takes no connect and receive handlers.
 *
 * <pre>{@code
 * HttpServer http = new HttpServer("127.0.0.1", 9501);
 * http.on(HttpEvent.REQUEST, (request, response) -> response.end("<h1>Hello</h1>"));
 * http.start();
 * }</pre>
 */
public class HttpServer extends Server {
  private final MimeTypes mimeTypes;

  /**
   * A server in PROCESS mode on TCP over IPv4.
   *
   * @param host the address to listen on
   * @param port the port, 0 for any free one
   * @throws IllegalArgumentException if the port is out of range
   */
  public HttpServer(String host, int port) {
    this(host, port, ServerMode.PROCESS, SocketType.TCP);
  }

  /**
   * A server in a mode, on TCP over IPv4.
   *
   * @param host the address to listen on
   * @param port the port, 0 for any free one
   * @param mode where callbacks run
   * @throws IllegalArgumentException if the port is out of range
   */
  public HttpServer(String host, int port, ServerMode mode) {
    this(host, port, mode, SocketType.TCP);
  }

  /**
   * A server. Nothing is bound before the start.
   *
   * @param host the address to listen on
   * @param port the port, 0 for any free one
   * @param mode where callbacks run
   * @param type the kind of socket
   * @throws IllegalArgumentException if the port is out of range
   */
  public HttpServer(String host, int port, ServerMode mode, SocketType type) {
    this(host, port, mode, type, List.of(new HttpProtocol()));
  }

  /**
   * A server whose subclass brings its own protocols, HTTP among them.
   *
   * @param host the address to listen on
   * @param port the port, 0 for any free one
   * @param mode where callbacks run
   * @param type the kind of socket
   * @param own the protocols
   * @throws IllegalArgumentException if the port is out of range, or HTTP is not among them
   */
  protected HttpServer(
      String host, int port, ServerMode mode, SocketType type, List<PortProtocol> own) {
    super(host, port, mode, type, own);
    super.set(HttpSettings.OPEN_HTTP_PROTOCOL, true);
    this.mimeTypes =
        own.stream()
            .filter(HttpProtocol.class::isInstance)
            .map(HttpProtocol.class::cast)
            .findFirst()
            .map(HttpProtocol::mimeTypes)
            .orElseThrow(
                () -> new IllegalArgumentException("protocols: " + own + " (expected: HTTP too)"));
  }

  /**
   * The media types of static files by the endings of their names. May be changed at any time.
   *
   * @return the types of this server
   */
  public MimeTypes mimeTypes() {
    return mimeTypes;
  }

  /**
   * Binds a handler to an event; the last one wins.
   *
   * @throws IllegalArgumentException for connect and receive, which HTTP servers do not have; a
   *     further port that does not speak HTTP takes them itself
   */
  @Override
  public <H extends EventHandler> Server on(Event<H> event, H handler) {
    refuse(event.name());
    return super.on(event, handler);
  }

  /**
   * Binds a handler to an event by the event's name.
   *
   * @throws IllegalArgumentException for connect and receive too, which HTTP servers do not have
   */
  @Override
  public Server on(String event, EventHandler handler) {
    refuse(event.toLowerCase(Locale.ROOT));
    return super.on(event, handler);
  }

  /**
   * Binds an object to every event whose interface it implements.
   *
   * @throws IllegalArgumentException if it handles connect or receive too, which HTTP servers do
   *     not have
   */
  @Override
  public Server on(EventHandler object) {
    if (object instanceof ConnectHandler) {
      refuse(Event.CONNECT.name());
    }
    if (object instanceof ReceiveHandler) {
      refuse(Event.RECEIVE.name());
    }
    return super.on(object);
  }

  /**
   * Whether there is a connect event; for servers of another protocol that begins with HTTP.
   *
   * @return false on an HTTP server
   */
  protected boolean hasConnect() {
    return false;
  }

  private void refuse(String event) {
    boolean connect = event.equals(Event.CONNECT.name()) && !hasConnect();
    if (connect || event.equals(Event.RECEIVE.name())) {
      throw new IllegalArgumentException(
          "event: " + event + " (expected: another one, HTTP servers have no " + event + ")");
    }
  }
}
