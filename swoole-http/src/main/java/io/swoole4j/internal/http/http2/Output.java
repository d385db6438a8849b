// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import io.swoole4j.spi.PortProtocol;
import org.jspecify.annotations.Nullable;

/** What a response sends, on its way to the event loop, where it becomes frames. */
sealed interface Output {
  /** A head, and content behind it. */
  final class Head implements Output {
    private final Http2Exchange exchange;
    private final Http2Headers fields;
    private final byte[] data;
    private final boolean last;

    /**
     * A head.
     *
     * @param exchange the response
     * @param fields status and headers
     * @param data the content, may be empty
     * @param last whether the response ends with it
     */
    Head(Http2Exchange exchange, Http2Headers fields, byte[] data, boolean last) {
      this.exchange = exchange;
      this.fields = fields;
      this.data = data;
      this.last = last;
    }

    Http2Exchange exchange() {
      return exchange;
    }

    Http2Headers fields() {
      return fields;
    }

    byte[] data() {
      return data;
    }

    boolean last() {
      return last;
    }
  }

  /**
   * A head that opens a stream for another protocol.
   *
   * @param exchange the response
   * @param tunnel the stream
   * @param fields status and headers
   */
  record Open(Http2Exchange exchange, Tunnel tunnel, Http2Headers fields) implements Output {}

  /** Content behind a head. */
  final class Data implements Output {
    private final Http2Exchange exchange;
    private final byte[] data;
    private final @Nullable Http2Headers trailers;
    private final boolean last;

    /**
     * Content.
     *
     * @param exchange the response
     * @param data the content, may be empty
     * @param trailers fields behind it, null for none
     * @param last whether the response ends with it
     */
    Data(Http2Exchange exchange, byte[] data, @Nullable Http2Headers trailers, boolean last) {
      this.exchange = exchange;
      this.data = data;
      this.trailers = trailers;
      this.last = last;
    }

    Http2Exchange exchange() {
      return exchange;
    }

    byte[] data() {
      return data;
    }

    @Nullable Http2Headers trailers() {
      return trailers;
    }

    boolean last() {
      return last;
    }
  }

  /**
   * An end without response, or in the middle of one.
   *
   * @param exchange the response
   * @param error why
   */
  record Reset(Http2Exchange exchange, Http2Error error) implements Output {}

  /**
   * A word of farewell to the connection.
   *
   * @param code why
   * @param debug the same for people
   */
  record GoAway(long code, String debug) implements Output {}

  /**
   * A question for a sign of life.
   *
   * @param data what comes back
   */
  record Ping(long data) implements Output {}

  /** A whole response out of a file; lets go of the file when it is released. */
  final class File extends AbstractReferenceCounted implements Output {
    private final Http2Exchange exchange;
    private final Http2Headers fields;
    private final PortProtocol.FilePart part;
    private final @Nullable Http2Headers trailers;

    File(
        Http2Exchange exchange,
        Http2Headers fields,
        PortProtocol.FilePart part,
        @Nullable Http2Headers trailers) {
      this.exchange = exchange;
      this.fields = fields;
      this.part = part;
      this.trailers = trailers;
    }

    Http2Exchange exchange() {
      return exchange;
    }

    Http2Headers fields() {
      return fields;
    }

    PortProtocol.FilePart part() {
      return part;
    }

    @Nullable Http2Headers trailers() {
      return trailers;
    }

    @Override
    public ReferenceCounted touch(Object hint) {
      return this;
    }

    @Override
    protected void deallocate() {
      part.close();
    }
  }
}
