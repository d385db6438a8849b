// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import io.netty.util.AsciiString;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The value of a connection's Date headers, made once a second. Owned by its event loop. */
final class HttpDate {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private long second;
  private CharSequence text = "";

  CharSequence now() {
    long current = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
    if (current != second) {
      second = current;
      text = new AsciiString(FORMAT.format(Instant.ofEpochSecond(current)));
    }
    return text;
  }
}
