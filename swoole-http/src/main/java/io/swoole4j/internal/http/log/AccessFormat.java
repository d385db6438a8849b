// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.log;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.NetUtil;
import io.swoole4j.internal.http.message.RequestHead;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How a line of the access log is written. Owned by the log's thread. */
public enum AccessFormat {
  /** The combined format of Apache and nginx. */
  COMBINED {
    @Override
    void append(StringBuilder line, AccessEntry entry) {
      RequestHead head = entry.head();
      line.append(host(entry.remote())).append(" - - [");
      TIME.formatTo(Instant.ofEpochMilli(entry.epochMillis()), line);
      line.append("] \"");
      if (head == null) {
        line.append('-');
      } else {
        quote(line, head.method(), false);
        line.append(' ');
        quote(line, head.target(), false);
        line.append(' ').append(head.protocol());
      }
      line.append("\" ").append(entry.status()).append(' ').append(entry.bytes()).append(" \"");
      quote(line, header(head, HttpHeaderNames.REFERER), false);
      line.append("\" \"");
      quote(line, header(head, HttpHeaderNames.USER_AGENT), false);
      line.append("\"\n");
    }
  },

  /** One object of JSON. */
  JSON {
    @Override
    void append(StringBuilder line, AccessEntry entry) {
      RequestHead head = entry.head();
      line.append("{\"time\":\"").append(Instant.ofEpochMilli(entry.epochMillis())).append('"');
      text(line, "remote", host(entry.remote()));
      line.append(",\"fd\":").append(entry.fd());
      if (head != null) {
        text(line, "method", head.method());
        text(line, "target", head.target());
        text(line, "protocol", head.protocol());
        text(line, "host", header(head, HttpHeaderNames.HOST));
        text(line, "referer", header(head, HttpHeaderNames.REFERER));
        text(line, "user_agent", header(head, HttpHeaderNames.USER_AGENT));
      }
      line.append(",\"status\":").append(entry.status());
      line.append(",\"bytes\":").append(entry.bytes());
      line.append(",\"duration_us\":").append(TimeUnit.NANOSECONDS.toMicros(entry.nanos()));
      line.append("}\n");
    }

    private void text(StringBuilder line, String name, String value) {
      line.append(",\"").append(name).append("\":\"");
      quote(line, value, true);
      line.append('"');
    }
  };

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneId.systemDefault());

  private static final int DELETE = 0x7f;
  private static final int LATIN = 0xff;

  /** Appends a whole line. */
  abstract void append(StringBuilder line, AccessEntry entry);

  private static String header(@Nullable RequestHead head, CharSequence name) {
    return head == null ? "-" : head.headers().get(name, "-");
  }

  private static String host(@Nullable SocketAddress remote) {
    if (remote instanceof InetSocketAddress address && address.getAddress() != null) {
      return NetUtil.toAddressString(address.getAddress());
    }
    return "-";
  }

  /** What a client has sent can neither end the text nor the line. */
  private static void quote(StringBuilder line, String value, boolean json) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c >= ' ' && c < DELETE && c != '"' && c != '\\') {
        line.append(c);
      } else {
        line.append(json ? "\\u" : "\\x");
        for (int shift = json || c > LATIN ? 12 : 4; shift >= 0; shift -= 4) {
          line.append(Character.forDigit(c >> shift & 0xf, 16));
        }
      }
    }
  }
}
