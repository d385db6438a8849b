// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.swoole4j.internal.http.message.RequestHead;
import io.swoole4j.internal.http.upload.FormDataReader;
import io.swoole4j.internal.http.upload.MultipartBoundary;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What of requests is parsed. Immutable.
 *
 * @param cookies whether cookies are
 * @param post whether forms without files are
 * @param forms what forms with files may hold that are read from memory; null if no form is parsed
 * @param filesByProperty whether files are as in PHP, a map for each property
 * @param inflated the most bytes of a body that was compressed; 0 to leave it compressed
 */
record ParseRules(
    boolean cookies,
    boolean post,
    FormDataReader.@Nullable Limits forms,
    boolean filesByProperty,
    int inflated) {

  /** Rules of requests that come without a server. */
  static ParseRules withoutFiles(boolean cookies, boolean post) {
    return new ParseRules(cookies, post, null, false, 0);
  }

  /** The boundary of a request that is a form with files. */
  Optional<String> boundary(RequestHead head) {
    return forms == null || !mayHaveForm(head)
        ? Optional.empty()
        : MultipartBoundary.of(head.headers().get(HttpHeaderNames.CONTENT_TYPE));
  }

  /** Bodies of GET and HEAD mean nothing, RFC 9110, 9.3.1. */
  static boolean mayHaveForm(RequestHead head) {
    return !head.method().equals("GET") && !head.isHead();
  }
}
