// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.message;

import io.netty.handler.codec.http.HttpHeaders;

/** A request's first line and headers. Immutable; headers and bytes are not to be changed. */
public final class RequestHead {
  private static final byte[] NONE = {};

  private final String method;
  private final String target;
  private final String protocol;
  private final HttpHeaders headers;
  private final byte[] raw;
  private final int size;

  /**
   * A head.
   *
   * @param method the method, such as GET
   * @param target the path and query, or {@code *}
   * @param protocol such as HTTP/1.1
   * @param headers the headers as sent
   * @param raw the bytes they came in; empty where the protocol has no such text
   */
  public RequestHead(
      String method, String target, String protocol, HttpHeaders headers, byte[] raw) {
    this(method, target, protocol, headers, raw, raw.length);
  }

  /**
   * A head of a protocol that has no text.
   *
   * @param method the method, such as GET
   * @param target the path and query, or {@code *}
   * @param protocol such as HTTP/2
   * @param headers the headers as sent
   * @param size about how many bytes it would be as text
   */
  public RequestHead(String method, String target, String protocol, HttpHeaders headers, int size) {
    this(method, target, protocol, headers, NONE, size);
  }

  private RequestHead(
      String method, String target, String protocol, HttpHeaders headers, byte[] raw, int size) {
    this.method = method;
    this.target = target;
    this.protocol = protocol;
    this.headers = headers;
    this.raw = raw;
    this.size = size;
  }

  /**
   * The method.
   *
   * @return such as GET
   */
  public String method() {
    return method;
  }

  /**
   * What is asked for.
   *
   * @return the path and query as sent, or {@code *}
   */
  public String target() {
    return target;
  }

  /**
   * The version of HTTP.
   *
   * @return such as HTTP/1.1
   */
  public String protocol() {
    return protocol;
  }

  /**
   * The headers.
   *
   * @return as sent
   */
  public HttpHeaders headers() {
    return headers;
  }

  /**
   * The bytes it came in.
   *
   * @return empty where the protocol has no such text
   */
  public byte[] raw() {
    return raw;
  }

  /**
   * The same head with other headers.
   *
   * @param others the headers
   * @return a new head
   */
  public RequestHead withHeaders(HttpHeaders others) {
    return new RequestHead(method, target, protocol, others, raw, size);
  }

  /**
   * How large it is.
   *
   * @return bytes, about
   */
  public int size() {
    return size;
  }

  /**
   * Whether the response has to go without its body.
   *
   * @return true for HEAD
   */
  public boolean isHead() {
    return method.equals("HEAD");
  }

  /**
   * The target without its query.
   *
   * @return as sent, not decoded
   */
  public String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /**
   * What follows the question mark.
   *
   * @return as sent, not decoded; empty if there is none
   */
  public String query() {
    int query = target.indexOf('?');
    return query < 0 ? "" : target.substring(query + 1);
  }
}
