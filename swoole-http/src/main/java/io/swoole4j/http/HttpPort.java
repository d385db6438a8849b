// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.swoole4j.internal.http.coding.CompressionRules;
import io.swoole4j.internal.http.files.StaticFiles;
import io.swoole4j.internal.http.http1.Http1;
import io.swoole4j.internal.http.http1.Http1Connection;
import io.swoole4j.internal.http.http1.HttpLimits;
import io.swoole4j.internal.http.http1.RequestSink;
import io.swoole4j.internal.http.http2.Http2;
import io.swoole4j.internal.http.http2.Http2Limits;
import io.swoole4j.internal.http.http2.Http2Streams;
import io.swoole4j.internal.http.http2.TunnelPort;
import io.swoole4j.internal.http.log.AccessLog;
import io.swoole4j.internal.http.message.DateHeader;
import io.swoole4j.internal.http.message.Exchange;
import io.swoole4j.internal.http.message.RequestHead;
import io.swoole4j.internal.http.message.RequestMessage;
import io.swoole4j.internal.http.upload.FormDataReader;
import io.swoole4j.internal.http.upload.UploadDirectory;
import io.swoole4j.server.Event;
import io.swoole4j.setting.Setting;
import io.swoole4j.setting.Settings;
import io.swoole4j.spi.PortProtocol;
import io.swoole4j.spi.http.UpgradePort;
import io.swoole4j.spi.http.UpgradedConnection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One port that speaks HTTP: hands requests to the request handler, or their bytes to the receive
 * handler where there is no request handler. Any thread, but for what says otherwise.
 */
final class HttpPort implements PortProtocol.PortSession {
  /** What a field counts beside its name and value (RFC 9113, 6.5.2). */
  private static final long FIELD_BYTES = 32;

  private static final String H2 = "h2";

  private final Http1 http1;
  private final @Nullable Http2 http2;
  private final boolean raw;
  private final String upgrade;
  private final PortServices services;
  private final @Nullable UploadDirectory uploads;

  HttpPort(
      PortProtocol.Port port,
      MimeTypes mimeTypes,
      Admission admission,
      @Nullable AccessLog log,
      @Nullable UpgradePort upgradePort,
      String upgrade) {
    boolean upgrades = upgradePort != null && upgradePort.isEnabled();
    this.raw = !upgrades && !port.handles(HttpEvent.REQUEST) && port.handles(Event.RECEIVE);
    this.upgrade = upgrade;
    this.uploads =
        !raw && value(port, HttpSettings.HTTP_PARSE_POST)
            ? UploadDirectory.open("upload_tmp_dir", value(port, HttpSettings.UPLOAD_TMP_DIR))
            : null;
    this.services =
        new PortServices(
            parsing(port, uploads),
            compression(port),
            files(port, mimeTypes),
            admission,
            log,
            raw ? null : upgradePort,
            mimeTypes::get);
    HttpLimits limits = limits(port);
    DateHeader date = new DateHeader();
    this.http1 = new Http1(limits, date, arriving(port, uploads), log);
    this.http2 =
        value(port, HttpSettings.OPEN_HTTP2_PROTOCOL)
            ? new Http2(
                http2Limits(port, limits),
                date,
                arriving(port, uploads),
                log,
                upgrades && upgradePort.isOnStreams() ? new Streams() : null)
            : null;
    if (raw && http2 != null) {
      throw new IllegalStateException(
          "open_http2_protocol: true (expected: false, the port has a receive handler for the bytes"
              + " of HTTP/1)");
    }
  }

  private static Http2Limits http2Limits(PortProtocol.Port port, HttpLimits limits) {
    if (value(port, HttpSettings.HTTP2_ENABLE_PUSH)) {
      throw new IllegalStateException(
          "http2_enable_push: true (expected: false, a server only allows it to itself)");
    }
    int listBytes = value(port, HttpSettings.HTTP2_MAX_HEADER_LIST_SIZE);
    return new Http2Limits(
        limits,
        value(port, HttpSettings.HTTP2_HEADER_TABLE_SIZE),
        value(port, HttpSettings.HTTP2_MAX_CONCURRENT_STREAMS),
        value(port, HttpSettings.HTTP2_INIT_WINDOW_SIZE),
        value(port, HttpSettings.HTTP2_MAX_FRAME_SIZE),
        listBytes == 0 ? limits.headBytes() + FIELD_BYTES * limits.headers() : listBytes,
        value(port, HttpSettings.HTTP2_MAX_HEADERS),
        value(port, Settings.SOCKET_BUFFER_SIZE));
  }

  private static ParseRules parsing(PortProtocol.Port port, @Nullable UploadDirectory uploads) {
    int bytes = value(port, Settings.PACKAGE_MAX_LENGTH);
    return new ParseRules(
        value(port, HttpSettings.HTTP_PARSE_COOKIE),
        uploads != null,
        uploads == null ? null : new FormDataReader.Limits(uploads, bytes, bytes),
        value(port, HttpSettings.HTTP_PARSE_FILES),
        value(port, HttpSettings.HTTP_BODY_DECOMPRESSION) ? bytes : 0);
  }

  /** What forms may hold that are read as they arrive; null if none is. */
  private static FormDataReader.@Nullable Limits arriving(
      PortProtocol.Port port, @Nullable UploadDirectory uploads) {
    int fileBytes = value(port, HttpSettings.UPLOAD_MAX_FILESIZE);
    return uploads == null || fileBytes == 0
        ? null
        : new FormDataReader.Limits(uploads, value(port, Settings.PACKAGE_MAX_LENGTH), fileBytes);
  }

  private static CompressionRules compression(PortProtocol.Port port) {
    return CompressionRules.of(
        value(port, HttpSettings.HTTP_COMPRESSION),
        value(port, HttpSettings.HTTP_COMPRESSION_LEVEL),
        value(port, HttpSettings.COMPRESSION_MIN_LENGTH),
        value(port, HttpSettings.HTTP_COMPRESSION_TYPES));
  }

  private static @Nullable StaticFiles files(PortProtocol.Port port, MimeTypes mimeTypes) {
    if (!value(port, HttpSettings.ENABLE_STATIC_HANDLER)) {
      return null;
    }
    return new StaticFiles(
        new StaticFiles.Rules(
            value(port, HttpSettings.DOCUMENT_ROOT),
            value(port, HttpSettings.STATIC_HANDLER_FOLLOW_SYMLINKS),
            value(port, HttpSettings.STATIC_HANDLER_LOCATIONS),
            value(port, HttpSettings.HTTP_INDEX_FILES),
            value(port, HttpSettings.HTTP_AUTOINDEX),
            value(port, HttpSettings.STATIC_HANDLER_PRECOMPRESSED),
            value(port, HttpSettings.URL_REWRITE_RULES)),
        mimeTypes::get);
  }

  private static HttpLimits limits(PortProtocol.Port port) {
    return new HttpLimits(
        value(port, HttpSettings.HTTP_MAX_HEADER_SIZE),
        value(port, HttpSettings.HTTP_MAX_HEADERS),
        value(port, Settings.PACKAGE_MAX_LENGTH),
        value(port, HttpSettings.HTTP_MAX_PIPELINE),
        nanos(port, HttpSettings.HTTP_HEADER_TIMEOUT),
        nanos(port, HttpSettings.HTTP_BODY_TIMEOUT),
        value(port, HttpSettings.HTTP_BODY_MIN_RATE),
        nanos(port, HttpSettings.HTTP_KEEPALIVE_TIMEOUT),
        nanos(port, HttpSettings.HTTP_WRITE_TIMEOUT));
  }

  private static <T> T value(PortProtocol.Port port, Setting<T> setting) {
    return port.find(setting).orElseThrow();
  }

  private static long nanos(PortProtocol.Port port, Setting<Double> setting) {
    return (long) (value(port, setting) * TimeUnit.SECONDS.toNanos(1));
  }

  @Override
  public List<Event<?>> requiredEvents() {
    if (raw) {
      return List.of(Event.RECEIVE);
    }
    UpgradePort to = services.upgrade();
    return to != null && to.isEnabled() ? to.requiredEvents() : List.of(HttpEvent.REQUEST);
  }

  /** Removes what requests have left behind whose handlers never returned. */
  void ended() {
    if (uploads != null) {
      uploads.clear();
    }
  }

  @Override
  public List<String> applicationProtocols() {
    return http2 == null ? List.of() : List.of(H2, "http/1.1");
  }

  @Override
  public void install(ChannelPipeline pipeline, String slot, PortProtocol.Session session) {
    BiConsumer<Exchange, RequestMessage> sink = sink(pipeline.channel(), session);
    Http2 other = http2;
    if (other == null) {
      session.attach(http1.install(pipeline, slot, session, upgradable(sink)));
    } else if (session.isTls()) {
      if (session.applicationProtocol().orElse("").equals(H2)) {
        other.install(pipeline, slot, session, sink);
      } else {
        session.attach(http1.install(pipeline, slot, session, upgradable(sink)));
      }
    } else {
      AtomicBoolean first = new AtomicBoolean(true);
      BiConsumer<Exchange, RequestMessage> either =
          (exchange, request) -> {
            if (!first.getAndSet(false) || !other.upgrade(pipeline, slot, session, request, sink)) {
              sink.accept(exchange, request);
            }
          };
      session.attach(http1.install(pipeline, slot, session, upgradable(either)));
      other.detect(pipeline, slot, session, sink);
    }
  }

  /** Requests of HTTP/1, whose answers may change the protocol. */
  private RequestSink upgradable(BiConsumer<Exchange, RequestMessage> sink) {
    return new RequestSink() {
      @Override
      public void request(Exchange exchange, RequestMessage request) {
        sink.accept(exchange, request);
      }

      @Override
      public boolean mayUpgrade(RequestHead head) {
        return services.upgrade() != null
            && head.headers().containsValue(HttpHeaderNames.UPGRADE, upgrade, true);
      }
    };
  }

  /** Streams of HTTP/2 that ask for the other protocol. */
  private final class Streams implements TunnelPort {
    @Override
    public String protocol() {
      return upgrade;
    }

    @Override
    public void request(
        Channel channel, PortProtocol.Session session, Exchange exchange, RequestMessage message) {
      sink(channel, session).accept(exchange, message);
    }
  }

  private BiConsumer<Exchange, RequestMessage> sink(Channel channel, PortProtocol.Session session) {
    return raw
        ? (exchange, request) ->
            session.deliver(Event.RECEIVE, request.size(), new RawDelivery(exchange, request))
        : (exchange, request) -> {
          RequestDelivery delivery =
              new RequestDelivery(session, exchange, request, channel, services);
          if (services.admission().enter(exchange)) {
            delivery.deliver();
          } else {
            delivery.refuseForNow();
          }
        };
  }

  @Override
  public void goodbye(PortProtocol.Session session) {
    Object connection = session.attachment().orElseThrow();
    if (connection instanceof UpgradedConnection upgraded) {
      upgraded.goodbye();
    } else if (connection instanceof Http2Streams streams) {
      streams.goodbye();
    } else {
      ((Http1Connection) connection).goodbye();
    }
  }

  @Override
  public void bypassed(PortProtocol.Session session) {
    if (session.attachment().orElse(null) instanceof Http1Connection connection) {
      connection.bypassed();
    }
  }

  @Override
  public Map<String, Object> clientInfo(PortProtocol.Session session) {
    Object connection = session.attachment().orElse(null);
    UpgradePort to = services.upgrade();
    if (connection instanceof UpgradedConnection upgraded) {
      return upgraded.clientInfo();
    }
    return to == null
        ? Map.of()
        : to.clientInfo(
            (connection instanceof Http1Connection http && http.isAsking())
                || (connection instanceof Http2Streams streams && streams.isAsking()));
  }

  @Override
  public Optional<PortProtocol.Ending> ending(
      PortProtocol.Session session, PortProtocol.Handlers handlers) {
    UpgradePort to = services.upgrade();
    if (session.attachment().orElse(null) instanceof UpgradedConnection upgraded) {
      return upgraded.ending(handlers);
    }
    return to == null ? Optional.empty() : to.ending(session.fd(), handlers);
  }
}
