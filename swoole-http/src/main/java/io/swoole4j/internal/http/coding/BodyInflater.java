// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.coding;

import io.swoole4j.internal.http.form.BodyRefusedException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Undoes the coding of a request's body under a limit on what comes out, whatever goes in. Safe
 * from any thread.
 */
public final class BodyInflater {
  private static final int FIRST_BUFFER = 16 * 1024;

  private BodyInflater() {}

  /**
   * Inflates a body.
   *
   * @param body the body as it arrived
   * @param contentEncoding the value of its Content-Encoding field
   * @param limit the most bytes that may come out
   * @return the inflated body, or the body itself if it has no coding
   * @throws BodyRefusedException if it is too large, malformed, or coded in an unknown way or twice
   */
  public static byte[] inflate(byte[] body, String contentEncoding, int limit)
      throws BodyRefusedException {
    String token = contentEncoding.strip();
    if (token.isEmpty() || token.equalsIgnoreCase("identity")) {
      return body;
    }
    ContentCoding coding =
        ContentCoding.of(token)
            .filter(ContentCoding::isAvailable)
            .orElseThrow(() -> new BodyRefusedException(415, "content coding is not known here"));
    if (body.length == 0) {
      return body;
    }
    try (InputStream decoder = coding.decoder(body)) {
      return read(decoder, limit);
    } catch (IOException e) {
      throw new BodyRefusedException(400, "body is not " + coding.token());
    }
  }

  private static byte[] read(InputStream decoder, int limit)
      throws IOException, BodyRefusedException {
    byte[] inflated = new byte[Math.min(FIRST_BUFFER, limit)];
    int length = 0;
    while (true) {
      if (length == inflated.length) {
        int next = decoder.read();
        if (next < 0) {
          return inflated;
        }
        if (length == limit) {
          throw new BodyRefusedException(
              413, "body is larger than " + limit + " bytes when inflated");
        }
        inflated = Arrays.copyOf(inflated, (int) Math.min(limit, 2L * Math.max(length, 1)));
        inflated[length++] = (byte) next;
        continue;
      }
      int count = decoder.read(inflated, length, inflated.length - length);
      if (count < 0) {
        return Arrays.copyOf(inflated, length);
      }
      if (count == 0) {
        throw new EOFException("no progress");
      }
      length += count;
    }
  }
}
