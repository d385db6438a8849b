// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import io.swoole4j.internal.http.http1.HttpLimits;

/**
 * What a client may do on an HTTP/2 connection. Immutable.
 *
 * @param http what holds for every version of HTTP
 * @param tableBytes the HPACK table for what the client sends
 * @param streams requests of one connection that may be unanswered
 * @param windowBytes bytes of a body that the client may send ahead
 * @param frameBytes payload of one frame
 * @param listBytes fields of a request, with 32 bytes for each
 * @param fields number of fields of a request
 * @param outputBytes bytes that may wait for one stream
 */
public record Http2Limits(
    HttpLimits http,
    int tableBytes,
    int streams,
    int windowBytes,
    int frameBytes,
    long listBytes,
    int fields,
    int outputBytes) {

  /** How many times the output of one stream all streams of a connection may have waiting. */
  private static final int STREAMS_OUTPUT = 8;

  /** How many whole bodies a connection may have arriving at a time. */
  private static final int BODIES = 4;

  /**
   * Bytes that may wait for all streams of a connection before its requests wait as well; of each
   * stream no more than {@link #outputBytes} count.
   */
  long connectionOutputBytes() {
    return (long) STREAMS_OUTPUT * outputBytes;
  }

  /**
   * The same where single messages count whole that are larger than {@link #outputBytes}, once
   * there are several: below {@link #mostOutputBytes}, so that responses that are under way then
   * find room.
   */
  long largeOutputBytes() {
    return connectionOutputBytes() + connectionOutputBytes() / 2;
  }

  /** Bytes that wait for all streams of a connection when nothing more is taken for any. */
  long mostOutputBytes() {
    return 2 * connectionOutputBytes();
  }

  /** Bytes of bodies that may be incomplete on a connection. */
  long arrivingBytes() {
    return (long) BODIES * http.messageBytes();
  }
}
