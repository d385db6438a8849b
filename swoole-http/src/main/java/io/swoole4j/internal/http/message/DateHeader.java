// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.message;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.util.AsciiString;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The value of the Date header, made once a second. Any thread. */
public final class DateHeader {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private static final long MILLIS = 1000;

  /** One second's text. */
  private static final class Second {
    private final long second;
    private final byte[] bytes;
    private final AsciiString ascii;

    Second(long second) {
      this.second = second;
      this.bytes = format(second).getBytes(US_ASCII);
      this.ascii = new AsciiString(bytes, false);
    }
  }

  private volatile Second current = new Second(System.currentTimeMillis() / MILLIS);

  /**
   * A date as HTTP writes it.
   *
   * @param epochSecond seconds since the epoch
   * @return such as {@code Sun, 06 Nov 1994 08:49:37 GMT}
   */
  public static String format(long epochSecond) {
    return FORMAT.format(Instant.ofEpochSecond(epochSecond));
  }

  private Second current() {
    long second = System.currentTimeMillis() / MILLIS;
    Second known = current;
    if (known.second != second) {
      // Two threads may both make it; the text is the same.
      current = known = new Second(second);
    }
    return known;
  }

  /**
   * Now.
   *
   * @return in ASCII, not to be changed
   */
  public byte[] bytes() {
    return current().bytes;
  }

  /**
   * Now.
   *
   * @return as HTTP/2 sends it
   */
  public AsciiString ascii() {
    return current().ascii;
  }
}
