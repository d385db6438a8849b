// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.swoole4j.internal.http.coding.BodyInflater;
import io.swoole4j.internal.http.files.FileAnswer;
import io.swoole4j.internal.http.files.StaticFiles;
import io.swoole4j.internal.http.form.BodyRefusedException;
import io.swoole4j.internal.http.log.AccessLog;
import io.swoole4j.internal.http.message.Exchange;
import io.swoole4j.internal.http.message.RequestMessage;
import io.swoole4j.internal.http.message.ResponseHead;
import io.swoole4j.internal.http.upload.FormData;
import io.swoole4j.server.Server;
import io.swoole4j.spi.PortProtocol;
import io.swoole4j.spi.ServerLogs;
import io.swoole4j.spi.http.UpgradePort;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request on its way to its handler. Made by the event loop, run by the worker. */
final class RequestDelivery implements PortProtocol.Callback {

  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int UNAVAILABLE = 503;

  private final PortProtocol.Session session;
  private final Exchange exchange;
  private final RequestMessage message;
  private final Channel channel;
  private final PortServices services;
  private final @Nullable RequestFiles files;
  private final @Nullable AccessRecord access;
  private final long arrivedMillis = System.currentTimeMillis();
  private volatile @Nullable WorkerGate gate;

  RequestDelivery(
      PortProtocol.Session session,
      Exchange exchange,
      RequestMessage message,
      Channel channel,
      PortServices services) {
    this.session = session;
    this.exchange = exchange;
    this.message = message;
    this.channel = channel;
    this.services = services;
    this.files = files();
    this.access = access();
  }

  /** Here, where the exchange cannot have ended yet. */
  private @Nullable RequestFiles files() {
    FormData form = message.form();
    if (form == null
        && (message.body().length == 0 || services.parsing().boundary(message.head()).isEmpty())) {
      return null;
    }
    RequestFiles made = new RequestFiles();
    if (form != null) {
      made.add(form);
    }
    exchange.whenEnded(made::done);
    return made;
  }

  private @Nullable AccessRecord access() {
    AccessLog log = services.log();
    if (log == null) {
      return null;
    }
    AccessRecord made =
        new AccessRecord(log, session.fd(), channel.remoteAddress(), message.head());
    exchange.whenEnded(made::ended);
    return made;
  }

  /** Goes to a worker. On the connection's event loop. */
  void deliver() {
    UpgradePort to = upgrade();
    session.deliver(to == null ? HttpEvent.REQUEST : to.event(), message.size(), this);
  }

  /** Who answers it in place of the request handler, because it asks for another protocol. */
  private @Nullable UpgradePort upgrade() {
    return services.upgrades() && exchange.isUpgradable() ? services.upgrade() : null;
  }

  /** Goes to a worker again, from any thread; false if its client is gone. */
  boolean again() {
    if (!exchange.isOpen()) {
      return false;
    }
    session.execute(this::deliver);
    return true;
  }

  /** Tells the client to come back later. */
  void refuseForNow() {
    ResponseHead head = new ResponseHead();
    head.status(UNAVAILABLE, null);
    note(head, 0);
    if (!exchange.end(head, new byte[0])) {
      exchange.abort();
    }
    filesDone();
  }

  /**
   * The streams of a connection run side by side, and it ends behind them; but for those that
   * become connections themselves.
   */
  @Override
  public Optional<Object> sequence() {
    return exchange.streamId() == 0 || upgrade() != null ? Optional.empty() : Optional.of(this);
  }

  @Override
  public boolean refused() {
    if (exchange.isOpen()) {
      refuseForNow();
      wakeNext();
    } else {
      dropped();
    }
    return true;
  }

  @Override
  public void run(Server server, PortProtocol.Handlers handlers) throws Exception {
    if (exchange.putOff(this::resume, message.size())) {
      wakeNext();
      return;
    }
    if (!exchange.isOpen()) {
      // Its client has cancelled it meanwhile.
      dropped();
      return;
    }
    if (services.admission().limitsWorkers()) {
      WorkerGate own = services.admission().gate(server.workerId());
      WorkerGate before = gate;
      gate = own;
      if (!own.enter(this)) {
        if (own != before) {
          exchange.whenEnded(() -> forgottenBy(own));
        }
        return;
      }
      exchange.whenEnded(own::leave);
    }
    answer(server, handlers);
  }

  /** There is room again for what the client gets, or it wants nothing any more. */
  private void resume() {
    if (!again()) {
      dropped();
    }
  }

  /** Its client is gone while it waits for its turn. */
  private void forgottenBy(WorkerGate waitedFor) {
    if (waitedFor.forget(this)) {
      filesDone();
    }
  }

  private void answer(Server server, PortProtocol.Handlers handlers) throws Exception {
    try {
      UpgradePort to = upgrade();
      StaticFiles served = services.files();
      Optional<FileAnswer> file =
          served == null || to != null ? Optional.empty() : served.answer(message.head());
      if (to != null) {
        handle(
            server,
            message,
            (request, response) -> to.handshake(server, handlers, request, response));
      } else if (file.isPresent()) {
        file.get().send(exchange, this::note);
      } else {
        handle(server, inflated(message), handlers.find(HttpEvent.REQUEST).orElse(this::nobody));
      }
    } catch (BodyRefusedException e) {
      refuse(e);
    } finally {
      filesDone();
    }
  }

  /** A body that the client has compressed, as it was before. */
  private RequestMessage inflated(RequestMessage sent) throws BodyRefusedException {
    int limit = services.parsing().inflated();
    HttpHeaders headers = sent.head().headers();
    String coding = limit == 0 ? null : headers.get(HttpHeaderNames.CONTENT_ENCODING);
    if (coding == null || sent.body().length == 0) {
      return sent;
    }
    String codings = String.join(",", headers.getAll(HttpHeaderNames.CONTENT_ENCODING));
    byte[] body = BodyInflater.inflate(sent.body(), codings, limit);
    return body == sent.body() ? sent : sent.withBody(body);
  }

  private void refuse(BodyRefusedException refusal) {
    ServerLogs.here(RequestDelivery.class)
        .debug("fd {} refused with {}: {}", exchange.fd(), refusal.status(), refusal.getMessage());
    ResponseHead head = new ResponseHead();
    head.status(refusal.status(), null);
    head.fields().add("Connection", "close");
    note(head, 0);
    if (!exchange.end(head, new byte[0])) {
      exchange.abort();
    }
  }

  /** A request on a port that is there for another protocol, or for files and that. */
  private void nobody(Request request, Response response) {
    boolean files = services.files() != null;
    response.status(files ? NOT_FOUND : BAD_REQUEST);
    response.header("Connection", "close");
    response.end(files ? "<h1>HTTP 404 Not Found</h1>\n" : "<h1>HTTP 400 Bad Request</h1>\n");
  }

  private void handle(Server server, RequestMessage received, RequestHandler handler)
      throws Exception {
    RequestOrigin origin =
        new RequestOrigin(
            channel.localAddress(),
            channel.remoteAddress(),
            arrivedMillis,
            System.currentTimeMillis());
    Request request =
        new Request(
            exchange.fd(), exchange.streamId(), received, origin, services.parsing(), files);
    Response response =
        new Response(
            server,
            exchange,
            new ResponseCompression(services.compression()),
            access,
            services.typeOf(),
            exchange.isUpgradable()
                ? new ResponseUpgrade(session, exchange, services, request)
                : null);
    try {
      handler.onRequest(request, response);
    } catch (Exception | Error e) {
      response.failed();
      throw e;
    }
    response.returned();
  }

  private void note(ResponseHead head, long length) {
    if (access != null) {
      access.begin(head, length);
    }
  }

  @Override
  public void dropped() {
    exchange.abort();
    filesDone();
    wakeNext();
  }

  /** It has been the next that its worker may begin, and leaves that to another. */
  private void wakeNext() {
    WorkerGate own = gate;
    if (own != null) {
      own.wakeNext();
    }
  }

  private void filesDone() {
    if (files != null) {
      files.done();
    }
  }
}
