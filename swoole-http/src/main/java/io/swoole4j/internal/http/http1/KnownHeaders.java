// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * How many there are of the headers that the server itself looks at, so that it need not look for
 * those that most requests do not have. Owned by the event loop.
 */
final class KnownHeaders {
  private static final byte[] HOST = "host".getBytes(US_ASCII);
  private static final byte[] EXPECT = "expect".getBytes(US_ASCII);
  private static final byte[] CONNECTION = "connection".getBytes(US_ASCII);
  private static final byte[] LENGTH = "content-length".getBytes(US_ASCII);
  private static final byte[] CODING = "transfer-encoding".getBytes(US_ASCII);

  private static final int TO_LOWER = 0x20;

  private int hosts;
  private int expectations;
  private int connections;
  private int lengths;
  private int codings;

  /** Counts a header by its name. */
  void add(byte[] head, int start, int length) {
    switch (length) {
      case 4 -> hosts += is(HOST, head, start);
      case 6 -> expectations += is(EXPECT, head, start);
      case 10 -> connections += is(CONNECTION, head, start);
      case 14 -> lengths += is(LENGTH, head, start);
      case 17 -> codings += is(CODING, head, start);
      default -> {}
    }
  }

  /** Names of headers are tokens: only letters change by this bit into what is compared with. */
  private static int is(byte[] name, byte[] head, int start) {
    for (int i = 0; i < name.length; i++) {
      if ((head[start + i] | TO_LOWER) != name[i]) {
        return 0;
      }
    }
    return 1;
  }

  int hosts() {
    return hosts;
  }

  int expectations() {
    return expectations;
  }

  int connections() {
    return connections;
  }

  int lengths() {
    return lengths;
  }

  int codings() {
    return codings;
  }
}
