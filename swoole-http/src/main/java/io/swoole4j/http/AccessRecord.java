// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import io.swoole4j.internal.http.log.AccessEntry;
import io.swoole4j.internal.http.log.AccessLog;
import io.swoole4j.internal.http.message.RequestHead;
import io.swoole4j.internal.http.message.ResponseHead;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** What becomes of one request, for the access log. Any thread. */
final class AccessRecord {
  /** What nginx has for requests that nobody waited for. */
  private static final int NO_ANSWER = 499;

  private final AccessLog log;
  private final long fd;
  private final @Nullable SocketAddress remote;
  private final RequestHead request;
  private final long arrivedMillis = System.currentTimeMillis();
  private final long arrivedNanos = System.nanoTime();

  // Guarded by this.
  private int status = NO_ANSWER;
  private boolean silent;
  private long bytes;

  AccessRecord(AccessLog log, long fd, @Nullable SocketAddress remote, RequestHead request) {
    this.log = log;
    this.fd = fd;
    this.remote = remote;
    this.request = request;
  }

  /** A head is about to be sent, and content with it. */
  synchronized void begin(ResponseHead head, long length) {
    status = head.status();
    silent = request.isHead() || !head.allowsContent();
    bytes = silent ? 0 : length;
  }

  /** What was about to be sent was not. */
  synchronized void refused() {
    status = NO_ANSWER;
    bytes = 0;
  }

  /** More content was sent. */
  synchronized void add(long length) {
    if (!silent) {
      bytes += length;
    }
  }

  /** The response was queued as a whole, or never will be. */
  synchronized void ended() {
    log.log(
        new AccessEntry(
            fd, remote, request, arrivedMillis, System.nanoTime() - arrivedNanos, status, bytes));
  }
}
