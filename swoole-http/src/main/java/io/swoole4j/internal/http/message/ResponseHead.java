// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.message;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A response's status and headers while they are put together. Owned by the response. */
public final class ResponseHead {
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  private final Fields fields = new Fields();
  private final List<String> cookies = new ArrayList<>(0);
  private int status = OK;
  private @Nullable String reason;
  private @Nullable String contentCoding;

  /**
   * The status code.
   *
   * @return 200 unless set
   */
  public int status() {
    return status;
  }

  /**
   * Sets the status.
   *
   * @param code the code
   * @param phrase its words, null for the usual ones
   */
  public void status(int code, @Nullable String phrase) {
    status = code;
    reason = phrase;
  }

  /**
   * The words behind the status code.
   *
   * @return null for the usual ones
   */
  public @Nullable String reason() {
    return reason;
  }

  /**
   * The headers. An empty value of a header that is sent by default keeps it from being sent.
   *
   * @return the live fields, without cookies
   */
  public Fields fields() {
    return fields;
  }

  /**
   * The values of Set-Cookie.
   *
   * @return the live list
   */
  public List<String> cookies() {
    return cookies;
  }

  /**
   * The content coding that the server itself has applied.
   *
   * @return null for none
   */
  public @Nullable String contentCoding() {
    return contentCoding;
  }

  /**
   * Notes the content coding that the server has applied.
   *
   * @param name such as gzip
   */
  public void contentCoding(@Nullable String name) {
    contentCoding = name;
  }

  /**
   * Whether a response of this status may have content at all (RFC 9110, 6.4.1).
   *
   * @return false for 1xx, 204 and 304
   */
  public boolean allowsContent() {
    return status >= OK && status != NO_CONTENT && status != NOT_MODIFIED;
  }
}
