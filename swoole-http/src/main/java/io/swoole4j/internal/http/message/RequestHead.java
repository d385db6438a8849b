// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.message;

import io.netty.handler.codec.http.HttpHeaders;

/** A request's first line and headers. Immutable; headers and bytes are not to be changed. */
public final class RequestHead {
  private final String method;
  private final String target;
  private final String protocol;
  private final HttpHeaders headers;
  private final byte[] raw;

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
    this.method = method;
    this.target = target;
    this.protocol = protocol;
    this.headers = headers;
    this.raw = raw;
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
