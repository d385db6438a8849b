// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.upload;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells forms with files from other bodies by their Content-Type. Safe from any thread. */
public final class MultipartBoundary {
  /** The longest boundary, RFC 2046, 5.1.1. */
  private static final int MAX_LENGTH = 70;

  private MultipartBoundary() {}

  /**
   * The boundary of a form with files.
   *
   * @param contentType the value of the request's Content-Type field, null if it has none
   * @return empty if it is another type, or has no boundary that can be one
   */
  public static Optional<String> of(@Nullable String contentType) {
    if (contentType == null || !contentType.regionMatches(true, 0, "multipart/", 0, 10)) {
      return Optional.empty();
    }
    HeaderParameters header = HeaderParameters.parse(contentType);
    if (!header.value().equals("multipart/form-data")) {
      return Optional.empty();
    }
    return header.find("boundary").filter(MultipartBoundary::isValid);
  }

  private static boolean isValid(String boundary) {
    return !boundary.isEmpty()
        && boundary.length() <= MAX_LENGTH
        && boundary.chars().allMatch(c -> c >= ' ' && c < 0x7F);
  }
}
