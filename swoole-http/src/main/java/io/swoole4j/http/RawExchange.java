// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.internal.http.http1.Framing;
import io.swoole4j.internal.http.http1.ResponseEncoder;
import io.swoole4j.internal.http.message.DateHeader;
import io.swoole4j.internal.http.message.Exchange;
import io.swoole4j.internal.http.message.Fields;
import io.swoole4j.internal.http.message.RequestHead;
import io.swoole4j.internal.http.message.ResponseHead;
import io.swoole4j.server.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A response on a connection that does not speak HTTP as far as the server knows: it is sent as
 * bytes, as HTTP/1.1 to a client that keeps the connection. Owned by its response.
 */
final class RawExchange implements Exchange {
  private static final byte[] EMPTY = {};

  private final Server server;
  private final long fd;
  private final ResponseEncoder encoder = new ResponseEncoder(new DateHeader());
  private volatile @Nullable Object owner;
  private boolean ended;

  RawExchange(Server server, long fd) {
    this.server = server;
    this.fd = fd;
  }

  @Override
  public long fd() {
    return fd;
  }

  @Override
  public int streamId() {
    return 0;
  }

  @Override
  public @Nullable RequestHead request() {
    return null;
  }

  private static Framing framing(ResponseHead head, Framing usual) {
    return head.allowsContent() ? usual : Framing.NONE;
  }

  private static byte[] content(ResponseHead head, byte[] content) {
    return head.allowsContent() ? content : EMPTY;
  }

  private boolean last(boolean sent) {
    ended |= sent;
    return sent;
  }

  @Override
  public boolean end(ResponseHead head, byte[] body) {
    byte[] content = content(head, body);
    return last(
        server.send(
            fd, encoder.head(head, framing(head, Framing.LENGTH), false, content.length, content)));
  }

  @Override
  public boolean file(ResponseHead head, Path path, long offset, long length) {
    if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
      return fail(ErrorCode.FILE_NOT_EXIST);
    }
    if (!head.allowsContent()) {
      return end(head, EMPTY);
    }
    try {
      long rest = Files.size(path) - offset;
      // Looked at before the head is sent, which cannot be taken back.
      if (offset < 0 || length < 0 || rest <= 0 || length > rest) {
        return fail(ErrorCode.INVALID_PARAMS);
      }
      long part = length == 0 ? rest : length;
      if (!server.send(fd, encoder.head(head, Framing.LENGTH, false, part, EMPTY))) {
        return false;
      }
      if (!server.sendfile(fd, path, offset, length)) {
        abort();
        return false;
      }
      return last(true);
    } catch (IOException e) {
      return fail(ErrorCode.FILE_NOT_EXIST);
    }
  }

  @Override
  public boolean begin(ResponseHead head, byte[] data) {
    return server.send(
        fd, encoder.head(head, framing(head, Framing.CHUNKED), false, 0, content(head, data)));
  }

  @Override
  public boolean write(byte[] data) {
    return server.send(fd, encoder.chunk(data));
  }

  @Override
  public boolean finish(byte[] data, Fields trailers) {
    return last(server.send(fd, encoder.lastChunk(data, trailers)));
  }

  @Override
  public boolean detach() {
    return false;
  }

  @Override
  public @Nullable Object owner() {
    return owner;
  }

  @Override
  public void owner(Object now) {
    owner = now;
  }

  @Override
  public void place(Places taken) {
    throw new UnsupportedOperationException("place: raw responses are not counted");
  }

  @Override
  public void whenEnded(Runnable task) {
    throw new UnsupportedOperationException("whenEnded: nobody waits for a raw response");
  }

  @Override
  public boolean fail(ErrorCode code) {
    return server.session(fd).map(session -> session.fail(code)).orElse(false);
  }

  @Override
  public void abort() {
    ended = true;
    server.close(fd);
  }

  @Override
  public boolean isOpen() {
    return !ended && server.exists(fd);
  }
}
