// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.http.Request;
import io.swoole4j.http.Response;
import io.swoole4j.internal.websocket.deflate.DeflateOffer;
import io.swoole4j.internal.websocket.frame.Op;
import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.spi.PortProtocol;
import io.swoole4j.spi.http.Upgrade;
import io.swoole4j.spi.http.UpgradePort;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One port whose clients may become WebSocket ones. Any thread, but for what says otherwise. */
final class WebSocketPort implements UpgradePort {
  private static final int BAD_REQUEST = 400;
  private static final int UPGRADE_REQUIRED = 426;
  private static final String PROTOCOL = "Sec-WebSocket-Protocol";
  private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

  private final WebSocketRules rules;
  private final WebSocketCounters counters;
  private final Event<?> event;
  private final Noise noise = new Noise();
  private final Noise refusals = new Noise();
  private volatile @Nullable WebSockets sockets;

  WebSocketPort(WebSocketRules rules, WebSocketCounters counters, boolean ownHandshake) {
    this.rules = rules;
    this.counters = counters;
    this.event = ownHandshake ? WebSocketEvent.HANDSHAKE : WebSocketEvent.OPEN;
  }

  WebSocketRules rules() {
    return rules;
  }

  WebSocketCounters counters() {
    return counters;
  }

  /** What clients do. */
  Noise noise() {
    return noise;
  }

  /** What the user asks for in vain. */
  Noise refusals() {
    return refusals;
  }

  /** What handlers get; a protocol's objects serve one server. */
  WebSockets sockets(Server server) {
    WebSockets known = sockets;
    if (known == null) {
      sockets = known = WebSockets.of(server);
    }
    return known;
  }

  static Map<String, Object> info(WebSocketStatus status) {
    return Map.of("websocket_status", status.number());
  }

  @Override
  public boolean isEnabled() {
    return rules.enabled();
  }

  @Override
  public boolean isOnStreams() {
    return rules.onStreams();
  }

  @Override
  public List<Event<?>> requiredEvents() {
    return List.of(WebSocketEvent.MESSAGE);
  }

  @Override
  public Event<?> event() {
    return event;
  }

  @Override
  public Map<String, Object> clientInfo(boolean asking) {
    return !rules.enabled()
        ? Map.of()
        : info(asking ? WebSocketStatus.HANDSHAKE : WebSocketStatus.CONNECTION);
  }

  @Override
  public Optional<PortProtocol.Ending> ending(long fd, PortProtocol.Handlers handlers) {
    if (!rules.enabled()) {
      return Optional.empty();
    }
    return handlers
        .find(WebSocketEvent.DISCONNECT)
        .map(
            handler ->
                new PortProtocol.Ending(
                    WebSocketEvent.DISCONNECT,
                    (server, ignored) -> handler.onDisconnect(sockets(server), fd)));
  }

  @Override
  public void handshake(
      Server server, PortProtocol.Handlers handlers, Request request, Response response)
      throws Exception {
    HandshakeHandler own = handlers.find(WebSocketEvent.HANDSHAKE).orElse(null);
    if (own != null) {
      // An answer that changes no protocol is the last.
      response.header("Connection", "close");
      finish(server, response, own.onHandshake(request, response));
      return;
    }
    int status = Handshake.judge(request);
    if (status != Handshake.OK) {
      if (status == UPGRADE_REQUIRED || Handshake.isOfStream(request)) {
        response.header("Sec-WebSocket-Version", Handshake.VERSION);
      }
      refuse(response, status);
      return;
    }
    BeforeHandshakeResponseHandler before =
        handlers.find(WebSocketEvent.BEFORE_HANDSHAKE_RESPONSE).orElse(null);
    if (before != null) {
      before.onBeforeHandshakeResponse(sockets(server), request, response);
    }
    if (response.isWritable() && response.upgrade()) {
      OpenHandler open = handlers.find(WebSocketEvent.OPEN).orElse(null);
      if (open != null) {
        open.onOpen(sockets(server), request);
      }
    }
  }

  /** A handshake handler has returned. */
  private static void finish(Server server, Response response, boolean agreed) {
    boolean upgraded = WebSockets.of(server).isEstablished(response.fd());
    if (agreed && !upgraded && response.isWritable()) {
      upgraded = response.upgrade();
    }
    if (response.isWritable()) {
      refuse(response, BAD_REQUEST);
    } else if (upgraded && !agreed) {
      WebSockets.of(server).disconnect(response.fd(), Op.NORMAL, "");
    } else if (!upgraded) {
      // The answer was another one: it is the last.
      server.close(response.fd());
    }
  }

  private static void refuse(Response response, int status) {
    response.status(status);
    response.header("Connection", "close");
    response.end();
  }

  @Override
  public boolean upgrade(Request request, Response response, Upgrade upgrade) {
    if (Handshake.judge(request) != Handshake.OK) {
      return upgrade.session().fail(ErrorCode.WRONG_OPERATION);
    }
    DeflateOffer deflate =
        rules.compression()
            ? DeflateOffer.first(request.headers("sec-websocket-extensions")).orElse(null)
            : null;
    Map<String, String> headers = new LinkedHashMap<>();
    if (!Handshake.isOfStream(request)) {
      headers.put("Upgrade", "websocket");
      headers.put("Connection", "Upgrade");
      headers.put(
          "Sec-WebSocket-Accept",
          Handshake.accept(request.header("sec-websocket-key").orElseThrow()));
    }
    if (upgrade.header(PROTOCOL).isEmpty()) {
      Handshake.subprotocol(request, rules.subprotocols())
          .ifPresent(chosen -> headers.put(PROTOCOL, chosen));
    }
    // Whatever the user has set there, this is what the server does.
    headers.put(EXTENSIONS, deflate == null ? "" : deflate.answer());
    return upgrade.accept(headers, new WebSocketConnection(upgrade.session(), this, deflate));
  }
}
