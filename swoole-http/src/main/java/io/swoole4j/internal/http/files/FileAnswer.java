// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.files;

import io.swoole4j.internal.http.message.Exchange;
import io.swoole4j.internal.http.message.ResponseHead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/** What a request for a static file is answered with. Used once. */
public final class FileAnswer {
  private static final int NOT_FOUND = 404;
  private static final int UNAVAILABLE = 503;
  private static final byte[] EMPTY = {};

  private final ResponseHead head;
  private final byte[] content;
  private final @Nullable Path file;
  private final long offset;
  private final long length;

  private FileAnswer(
      ResponseHead head, byte[] content, @Nullable Path file, long offset, long length) {
    this.head = head;
    this.content = content;
    this.file = file;
    this.offset = offset;
    this.length = length;
  }

  static FileAnswer of(ResponseHead head, byte[] content) {
    return new FileAnswer(head, content, null, 0, 0);
  }

  /** A part of a file, which may be empty. */
  static FileAnswer of(ResponseHead head, Path file, long offset, long length) {
    return length == 0 ? of(head, EMPTY) : new FileAnswer(head, EMPTY, file, offset, length);
  }

  /**
   * Status and headers.
   *
   * @return the live head
   */
  public ResponseHead head() {
    return head;
  }

  /**
   * How much content there is.
   *
   * @return bytes
   */
  public long length() {
    return file == null ? content.length : length;
  }

  /**
   * Sends it. On a worker.
   *
   * @param exchange the request it answers
   * @param log told what is about to be sent, and how much content with it
   */
  public void send(Exchange exchange, ObjLongConsumer<ResponseHead> log) {
    log.accept(head, length());
    boolean sent =
        file == null
            ? exchange.end(head, content)
            : exchange.file(head, file, offset, length) || refused(exchange, file, log);
    if (!sent) {
      exchange.abort();
    }
  }

  /** The file was removed meanwhile, or shortened; or it is there, and cannot be opened now. */
  private boolean refused(Exchange exchange, Path whole, ObjLongConsumer<ResponseHead> log) {
    ResponseHead other = new ResponseHead();
    if (isThere(whole)) {
      other.status(UNAVAILABLE, null);
      other.fields().add("Cache-Control", "no-store");
      other.fields().add("Connection", "close");
    } else {
      other.status(NOT_FOUND, null);
    }
    log.accept(other, 0);
    return exchange.end(other, EMPTY);
  }

  private boolean isThere(Path whole) {
    try {
      return Files.isReadable(whole) && Files.size(whole) >= offset + length;
    } catch (IOException e) {
      return false;
    }
  }
}
