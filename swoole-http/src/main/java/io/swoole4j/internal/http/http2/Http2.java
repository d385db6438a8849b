// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import io.swoole4j.internal.http.http1.Http1;
import io.swoole4j.internal.http.log.AccessLog;
import io.swoole4j.internal.http.message.DateHeader;
import io.swoole4j.internal.http.message.Exchange;
import io.swoole4j.internal.http.message.RequestMessage;
import io.swoole4j.internal.http.upload.FormDataReader;
import io.swoole4j.spi.PortProtocol;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Serves HTTP/2 on the connections of one port: at once where ALPN has chosen it, else in the place
 * of HTTP/1 when the client turns out to speak it. Any thread, but for what says otherwise.
 */
public final class Http2 {
  private static final String COMBINER = "http2.combiner";
  private static final String HANDLER = "http2.handler";
  private static final String DETECTOR = "http2.detector";
  private static final byte[] SWITCHING =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
          .getBytes(US_ASCII);

  private static final int RESETS = 200;
  private static final int SECONDS = 30;
  private static final int EMPTY_FRAMES = 16;
  private static final int SMALL_CONTINUATIONS = 10;
  private static final int QUEUED_CONTROL_FRAMES = 1_000;

  private final Http2Limits limits;
  private final DateHeader date;
  private final FormDataReader.@Nullable Limits forms;
  private final @Nullable AccessLog log;
  private final @Nullable TunnelPort tunnels;

  /**
   * HTTP/2 for one port.
   *
   * @param limits what clients may do
   * @param date the clock of responses
   * @param forms what forms with files may hold that are read as they arrive; null if none is
   * @param log where requests are noted that are refused; null if they are not
   * @param tunnels what streams may carry besides HTTP; null for nothing
   */
  public Http2(
      Http2Limits limits,
      DateHeader date,
      FormDataReader.@Nullable Limits forms,
      @Nullable AccessLog log,
      @Nullable TunnelPort tunnels) {
    this.tunnels = tunnels;
    this.log = log;
    this.limits = limits;
    this.date = date;
    this.forms = forms;
  }

  /**
   * Puts the handler of HTTP/2 into a connection's pipeline. On its event loop.
   *
   * @param pipeline the pipeline
   * @param slot the handler it belongs before
   * @param session the connection; what its exchanges share is attached to it
   * @param sink where its requests go, called on the event loop
   */
  public void install(
      ChannelPipeline pipeline,
      String slot,
      PortProtocol.Session session,
      BiConsumer<Exchange, RequestMessage> sink) {
    install(pipeline, slot, handler(session, sink));
  }

  private static void install(ChannelPipeline pipeline, String slot, Http2Handler handler) {
    pipeline.addBefore(slot, COMBINER, new FrameCombiner()).addBefore(slot, HANDLER, handler);
  }

  /**
   * Watches for a client that begins with HTTP/2, in front of the handlers of HTTP/1. On the event
   * loop.
   *
   * @param pipeline a pipeline with the handlers of HTTP/1
   * @param slot the handler that those of protocols belong before
   * @param session the connection
   * @param sink where its requests go
   */
  public void detect(
      ChannelPipeline pipeline,
      String slot,
      PortProtocol.Session session,
      BiConsumer<Exchange, RequestMessage> sink) {
    PrefaceDetector detector =
        new PrefaceDetector(
            () -> {
              Http1.uninstall(pipeline);
              install(pipeline, slot, session, sink);
            });
    Http1.addBefore(pipeline, DETECTOR, detector);
  }

  /**
   * Answers a request of HTTP/1 on a stream of HTTP/2, if it asks for that. On the event loop.
   *
   * @param pipeline a pipeline with the handlers of HTTP/1
   * @param slot the handler that those of protocols belong before
   * @param session the connection
   * @param request its first request
   * @param sink where its requests go
   * @return false if it does not ask, and is to be answered as it is
   */
  public boolean upgrade(
      ChannelPipeline pipeline,
      String slot,
      PortProtocol.Session session,
      RequestMessage request,
      BiConsumer<Exchange, RequestMessage> sink) {
    Http2Settings settings = UpgradeRequest.settings(request.head());
    if (settings == null) {
      return false;
    }
    Http2Handler handler = handler(session, sink);
    ChannelHandlerContext context = pipeline.context(slot);
    context.writeAndFlush(Unpooled.wrappedBuffer(SWITCHING));
    install(pipeline, slot, handler);
    try {
      handler.upgraded(settings, request.withHead(UpgradeRequest.plain(request.head())));
      Http1.uninstall(pipeline);
    } catch (Http2Exception e) {
      context.fireExceptionCaught(e);
    }
    return true;
  }

  private Http2Handler handler(
      PortProtocol.Session session, BiConsumer<Exchange, RequestMessage> sink) {
    return new Builder(session, sink).build();
  }

  /** Makes the codec of one connection with the guards that it has. */
  private final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Http2Handler, Builder> {
    private final PortProtocol.Session session;
    private final BiConsumer<Exchange, RequestMessage> sink;

    Builder(PortProtocol.Session session, BiConsumer<Exchange, RequestMessage> sink) {
      this.session = session;
      this.sink = sink;
      DefaultHttp2Connection connection = new DefaultHttp2Connection(true);
      // From the first frame on, not only when the client has acknowledged it.
      connection.remote().maxActiveStreams(limits.streams());
      UniformStreamByteDistributor fair = new UniformStreamByteDistributor(connection);
      connection.remote().flowController(new DefaultHttp2RemoteFlowController(connection, fair));
      connection(connection);
      Http2Settings own =
          new Http2Settings()
              .headerTableSize(limits.tableBytes())
              .maxConcurrentStreams(limits.streams())
              .initialWindowSize(limits.windowBytes())
              .maxFrameSize(limits.frameBytes())
              .maxHeaderListSize(limits.listBytes());
      if (tunnels != null) {
        own.connectProtocolEnabled(true);
        // One stream that is not read must not take the room of all the others.
        connection
            .local()
            .flowController(
                new DefaultHttp2LocalFlowController(
                    connection, DefaultHttp2LocalFlowController.DEFAULT_WINDOW_UPDATE_RATIO, true));
      }
      initialSettings(own);
      decoupleCloseAndGoAway(true);
      decoderEnforceMaxConsecutiveEmptyDataFrames(EMPTY_FRAMES);
      decoderEnforceMaxRstFramesPerWindow(RESETS, SECONDS);
      encoderEnforceMaxRstFramesPerWindow(RESETS, SECONDS);
      decoderEnforceMaxSmallContinuationFrames(SMALL_CONTINUATIONS);
      encoderEnforceMaxQueuedControlFrames(QUEUED_CONTROL_FRAMES);
    }

    @Override
    protected Http2Handler build() {
      return super.build();
    }

    @Override
    protected Http2Handler build(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
      Http2Handler[] made = {null};
      Http2Streams streams =
          new Http2Streams(session, limits, date, () -> Objects.requireNonNull(made[0]).goodbye());
      RequestReader reader = new RequestReader(encoder, streams, limits, forms, log, sink);
      frameListener(reader);
      made[0] = new Http2Handler(decoder, encoder, settings, session, limits, reader, tunnels);
      session.attach(streams);
      return made[0];
    }
  }
}
