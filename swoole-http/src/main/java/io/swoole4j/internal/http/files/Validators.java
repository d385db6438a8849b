// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.files;

import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * By what clients recognise a file they have already, and the conditions they put on it (RFC 9110,
 * 13). Immutable.
 *
 * @param etag the entity tag, a strong one, with its quotes
 * @param modifiedSeconds when it was changed last, in seconds since the epoch
 */
record Validators(String etag, long modifiedSeconds) {
  private static final int OK = 200;
  private static final int NOT_MODIFIED = 304;
  private static final int PRECONDITION_FAILED = 412;

  static Validators of(long modifiedMillis, long size, String variant) {
    return new Validators(
        '"' + Long.toHexString(modifiedMillis) + '-' + Long.toHexString(size) + variant + '"',
        TimeUnit.MILLISECONDS.toSeconds(modifiedMillis));
  }

  /** The value of Last-Modified. */
  String lastModified() {
    return DateFormatter.format(Date.from(Instant.ofEpochSecond(modifiedSeconds)));
  }

  /** What the conditions of a GET or HEAD come to: 200, 304 or 412. */
  int evaluate(HttpHeaders headers) {
    List<String> match = headers.getAll(HttpHeaderNames.IF_MATCH);
    if (!match.isEmpty()) {
      if (!lists(match, true)) {
        return PRECONDITION_FAILED;
      }
    } else {
      long limit = seconds(headers.get(HttpHeaderNames.IF_UNMODIFIED_SINCE));
      if (limit >= 0 && modifiedSeconds > limit) {
        return PRECONDITION_FAILED;
      }
    }
    List<String> noneMatch = headers.getAll(HttpHeaderNames.IF_NONE_MATCH);
    if (!noneMatch.isEmpty()) {
      return lists(noneMatch, false) ? NOT_MODIFIED : OK;
    }
    long since = seconds(headers.get(HttpHeaderNames.IF_MODIFIED_SINCE));
    return since >= 0 && modifiedSeconds <= since ? NOT_MODIFIED : OK;
  }

  /** Whether a Range counts, which it does not if it was meant for an older file. */
  boolean permitRange(HttpHeaders headers) {
    String condition = headers.get(HttpHeaderNames.IF_RANGE);
    if (condition == null) {
      return true;
    }
    String text = condition.strip();
    return text.startsWith("\"") ? text.equals(etag) : seconds(text) == modifiedSeconds;
  }

  /** Whether the tag is in a list; a weak one counts only where that will do. */
  private boolean lists(List<String> fields, boolean strong) {
    for (String field : fields) {
      for (String member : field.split(",", -1)) {
        String tag = member.strip();
        if (tag.equals("*") || tag.equals(etag)) {
          return true;
        }
        if (!strong && tag.startsWith("W/") && tag.substring(2).equals(etag)) {
          return true;
        }
      }
    }
    return false;
  }

  /** A date of any of the three forms, -1 for what is none. */
  private static long seconds(@Nullable String date) {
    Date parsed = date == null ? null : DateFormatter.parseHttpDate(date.strip());
    return parsed == null ? -1 : parsed.toInstant().getEpochSecond();
  }
}
