// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http2;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2Settings;
import io.swoole4j.internal.http.message.RequestHead;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request of HTTP/1 that asks to be answered on a stream of HTTP/2 (RFC 7540, 3.2). Any thread.
 */
final class UpgradeRequest {
  private static final String H2C = "h2c";
  private static final String SETTINGS = "HTTP2-Settings";
  private static final int SETTING_BYTES = 6;

  private UpgradeRequest() {}

  /**
   * The client's settings.
   *
   * @param head the request
   * @return null if it asks for nothing of the kind, or not in the right way
   */
  static @Nullable Http2Settings settings(RequestHead head) {
    HttpHeaders headers = head.headers();
    List<String> sent = headers.getAll(SETTINGS);
    if (sent.size() != 1
        || !head.protocol().equals("HTTP/1.1")
        || !headers.containsValue(HttpHeaderNames.UPGRADE, H2C, true)
        || !headers.containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)
        || !headers.containsValue(HttpHeaderNames.CONNECTION, SETTINGS, true)) {
      return null;
    }
    try {
      return parse(Base64.getUrlDecoder().decode(sent.get(0).strip()));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable Http2Settings parse(byte[] payload) {
    if (payload.length % SETTING_BYTES != 0) {
      return null;
    }
    Http2Settings settings = new Http2Settings();
    for (int i = 0; i < payload.length; i += SETTING_BYTES) {
      char id = (char) ((payload[i] & 0xff) << 8 | (payload[i + 1] & 0xff));
      long value = 0;
      for (int j = i + 2; j < i + SETTING_BYTES; j++) {
        value = value << 8 | (payload[j] & 0xff);
      }
      if (id != 0) {
        settings.put(id, Long.valueOf(value));
      }
    }
    return settings;
  }

  /** The request without what was meant for this connection alone. */
  static RequestHead plain(RequestHead head) {
    HttpHeaders headers = head.headers().copy();
    headers.remove(HttpHeaderNames.UPGRADE);
    headers.remove(HttpHeaderNames.CONNECTION);
    headers.remove(SETTINGS);
    return head.withHeaders(headers);
  }
}
