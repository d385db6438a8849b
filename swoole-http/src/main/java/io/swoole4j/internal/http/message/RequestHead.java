// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.message;

import io.netty.handler.codec.http.HttpHeaders;

/**
 * A request's first line and headers. Immutable; the headers are not to be changed.
 *
 * @param method the method, such as GET
 * @param target the path and query, or {@code *}
 * @param protocol such as HTTP/1.1
 * @param headers the headers as sent
 * @param raw the bytes they came in; empty where the protocol has no such text
 */
public record RequestHead(
    String method, String target, String protocol, HttpHeaders headers, byte[] raw) {

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
