// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.swoole4j.internal.http.coding.AcceptEncoding;
import io.swoole4j.internal.http.coding.CompressionRules;
import io.swoole4j.internal.http.coding.ContentCoding;
import io.swoole4j.internal.http.coding.ContentEncoder;
import io.swoole4j.internal.http.message.Fields;
import io.swoole4j.internal.http.message.RequestHead;
import io.swoole4j.internal.http.message.ResponseHead;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Compresses one response: by the port's rules, or because it was told to. Owned by it. */
final class ResponseCompression {
  private static final String VARY = "Vary";
  private static final String ETAG = "ETag";
  private static final int PARTIAL_CONTENT = 206;
  private static final int NOT_SET = -1;

  private final CompressionRules rules;
  private int gzipLevel = NOT_SET;
  private @Nullable ContentEncoder stream;

  ResponseCompression(CompressionRules rules) {
    this.rules = rules;
  }

  CompressionRules rules() {
    return rules;
  }

  /** Has the response compressed by gzip if the client takes it, whatever the rules say. */
  void gzip(int level) {
    gzipLevel = level;
  }

  boolean isForced() {
    return gzipLevel != NOT_SET;
  }

  /** Compresses a whole body if it should be, and says so in the head. */
  byte[] whole(ResponseHead head, @Nullable RequestHead request, byte[] body) {
    head.contentCoding(null);
    if (body.length == 0 || request == null) {
      return body;
    }
    if (isForced()) {
      return isOpenTo(head) && accepted(head, request, List.of(ContentCoding.GZIP))
          ? ContentEncoder.encode(ContentCoding.GZIP, gzipLevel, body)
          : body;
    }
    String type = head.fields().first("Content-Type");
    if (!rules.apply(type == null ? "text/html" : type, body.length)
        || !isOpenTo(head)
        || !accepted(head, request, ContentCoding.available())) {
      return body;
    }
    ContentCoding coding = ContentCoding.named(String.valueOf(head.contentCoding()));
    return ContentEncoder.encode(coding, rules.level(), body);
  }

  /** Compresses the first piece of a body if it was told to. */
  byte[] begin(ResponseHead head, @Nullable RequestHead request, byte[] piece) {
    if (!isForced()
        || request == null
        || !isOpenTo(head)
        || !accepted(head, request, List.of(ContentCoding.GZIP))) {
      return piece;
    }
    ContentEncoder encoder = new ContentEncoder(ContentCoding.GZIP, gzipLevel);
    stream = encoder;
    return encoder.write(piece);
  }

  /** The head was not sent after all. */
  void restart() {
    ContentEncoder encoder = stream;
    stream = null;
    if (encoder != null) {
      encoder.close();
    }
  }

  boolean isStreaming() {
    return stream != null;
  }

  byte[] write(byte[] piece) {
    return stream == null ? piece : stream.write(piece);
  }

  byte[] finish(byte[] piece) {
    return stream == null ? piece : stream.finish(piece);
  }

  /** Whether the handler has left the coding of its content to the server. */
  private static boolean isOpenTo(ResponseHead head) {
    Fields fields = head.fields();
    String caching = fields.first("Cache-Control");
    return head.allowsContent()
        && head.status() != PARTIAL_CONTENT
        && fields.first("Content-Encoding") == null
        && (caching == null || !caching.toLowerCase(Locale.ROOT).contains("no-transform"));
  }

  /** Notes that the answer depends on what the client takes, and which coding it is to be. */
  private static boolean accepted(
      ResponseHead head, RequestHead request, List<ContentCoding> offered) {
    vary(head.fields());
    List<String> sent = request.headers().getAll(HttpHeaderNames.ACCEPT_ENCODING);
    if (sent.isEmpty()) {
      return false;
    }
    ContentCoding coding =
        AcceptEncoding.parse(String.join(",", sent)).choose(offered).orElse(null);
    if (coding == null) {
      return false;
    }
    head.contentCoding(coding.token());
    String etag = head.fields().first(ETAG);
    if (etag != null && etag.startsWith("\"")) {
      // The bytes are others than those that the handler has tagged.
      head.fields().set(ETAG, "W/" + etag);
    }
    return true;
  }

  private static void vary(Fields fields) {
    String own = fields.first(VARY);
    if (own == null) {
      fields.add(VARY, "Accept-Encoding");
    } else if (!own.contains("*") && !own.toLowerCase(Locale.ROOT).contains("accept-encoding")) {
      fields.set(VARY, own + ", Accept-Encoding");
    }
  }
}
