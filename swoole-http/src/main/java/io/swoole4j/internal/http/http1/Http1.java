// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.swoole4j.internal.http.log.AccessLog;
import io.swoole4j.internal.http.message.DateHeader;
import io.swoole4j.internal.http.upload.FormDataReader;
import io.swoole4j.spi.PortProtocol;
import org.jspecify.annotations.Nullable;

/** Serves HTTP/1 on the connections of one port. Any thread, but for what says otherwise. */
public final class Http1 {
  private static final String DECODER = "http1.decoder";
  private static final String HANDLER = "http1.handler";

  private final HttpLimits limits;
  private final ResponseEncoder encoder;
  private final FormDataReader.@Nullable Limits forms;
  private final @Nullable AccessLog log;

  /**
   * HTTP/1 for one port.
   *
   * @param limits what clients may do
   * @param date the clock of responses
   * @param forms what forms with files may hold that are read as they arrive; null if none is
   * @param log where requests are noted that are refused; null if they are not
   */
  public Http1(
      HttpLimits limits,
      DateHeader date,
      FormDataReader.@Nullable Limits forms,
      @Nullable AccessLog log) {
    this.limits = limits;
    this.forms = forms;
    this.log = log;
    this.encoder = new ResponseEncoder(date);
  }

  /**
   * Puts the handlers of HTTP/1 into a connection's pipeline. On its event loop.
   *
   * @param pipeline the pipeline
   * @param slot the handler they belong before
   * @param session the connection
   * @param sink where its requests go
   * @return what its exchanges share
   */
  public Http1Connection install(
      ChannelPipeline pipeline, String slot, PortProtocol.Session session, RequestSink sink) {
    StrictDecoder decoder = new StrictDecoder(limits);
    Http1Handler handler =
        new Http1Handler(
            session, decoder, encoder, limits, new ArrivingForm(forms), log, sink, slot);
    pipeline.addBefore(slot, DECODER, decoder).addBefore(slot, HANDLER, handler);
    return handler.connection();
  }

  /**
   * Takes the handlers of HTTP/1 out again, for another protocol. On the event loop.
   *
   * @param pipeline the pipeline
   */
  public static void uninstall(ChannelPipeline pipeline) {
    // What the decoder has not looked at goes on to whoever is next then.
    pipeline.remove(HANDLER);
    pipeline.remove(DECODER);
  }

  /**
   * Puts a handler in front of those of HTTP/1. On the event loop.
   *
   * @param pipeline the pipeline
   * @param name the handler's name
   * @param handler what sees the bytes first
   */
  public static void addBefore(ChannelPipeline pipeline, String name, ChannelHandler handler) {
    pipeline.addBefore(DECODER, name, handler);
  }
}
