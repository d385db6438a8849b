// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

/**
 * Looks at the bytes of a request's head, and of its trailers, for what the decoder lets pass and
 * RFC 9112 does not: folded lines, more or other white space than one space, control characters,
 * bytes outside of ASCII in the request line, lines that do not end in CRLF, too many headers. Any
 * thread.
 */
final class HeadScanner {
  private static final int BAD_REQUEST = 400;
  private static final int TOO_LARGE = 431;

  private static final int CRLF = 2;
  private static final byte[] VERSION = {'H', 'T', 'T', 'P', '/'};

  /** Which bytes may be in a token (RFC 9110, 5.6.2). */
  private static final boolean[] TOKEN = new boolean[256];

  static {
    for (char c = '0'; c <= 'z'; c++) {
      TOKEN[c] = Character.isLetterOrDigit(c);
    }
    for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
      TOKEN[c] = true;
    }
  }

  private final byte[] head;
  private final int maxHeaders;
  private final KnownHeaders known = new KnownHeaders();
  private int position;

  private HeadScanner(byte[] head, int start, int maxHeaders) {
    this.head = head;
    this.position = start;
    this.maxHeaders = maxHeaders;
  }

  /** How many bytes of empty lines are before the request line. */
  static int emptyLines(byte[] head) {
    int start = 0;
    while (start + 1 < head.length && head[start] == '\r' && head[start + 1] == '\n') {
      start += 2;
    }
    return start;
  }

  /**
   * Checks a head from its request line to its empty line.
   *
   * @return how many there are of the headers that the server itself looks at
   * @throws BadRequestException if it is not as it has to be
   */
  static KnownHeaders check(byte[] head, int start, int maxHeaders) throws BadRequestException {
    HeadScanner scanner = new HeadScanner(head, start, maxHeaders);
    scanner.run();
    return scanner.known;
  }

  private void run() throws BadRequestException {
    token((byte) ' ', "method");
    int target = position;
    int at = target;
    while (at < head.length && head[at] > ' ' && head[at] < 0x7f) {
      at++;
    }
    position = at;
    if (position == target) {
      throw bad("no target");
    }
    expect((byte) ' ', "target");
    for (byte expected : VERSION) {
      expect(expected, "version");
    }
    digit();
    expect((byte) '.', "version");
    digit();
    endOfLine("version");
    headers();
  }

  /** The rest: headers and an empty line. */
  private void headers() throws BadRequestException {
    int count = 0;
    while (next() != '\r') {
      if (++count > maxHeaders) {
        throw new BadRequestException(TOO_LARGE, "more than " + maxHeaders + " headers");
      }
      header();
    }
    endOfLine("head");
    if (position != head.length) {
      throw bad("bytes behind the head");
    }
  }

  /**
   * Checks what is behind the last chunk.
   *
   * @param chunks a body in chunks as the decoder has taken it: all of it, or the end from within
   *     the line break before the last chunk
   * @throws BadRequestException if it is not as it has to be
   */
  static void checkTrailers(byte[] chunks, int maxHeaders) throws BadRequestException {
    int end = behindLastChunk(chunks);
    if (chunks.length - end != CRLF) {
      new HeadScanner(chunks, end, maxHeaders).headers();
    }
  }

  private static int behindLastChunk(byte[] chunks) throws BadRequestException {
    int at = 0;
    while (at < chunks.length && (chunks[at] == '\r' || chunks[at] == '\n')) {
      at++;
    }
    while (true) {
      long size = 0;
      for (; at < chunks.length && Character.digit(chunks[at], 16) >= 0; at++) {
        size = size << 4 | Character.digit(chunks[at], 16);
      }
      while (at < chunks.length && chunks[at] != '\n') {
        at++;
      }
      at++;
      if (size == 0) {
        return at;
      }
      if (size < 0 || size > chunks.length - at) {
        throw bad("chunk that is none");
      }
      at += (int) size + CRLF;
    }
  }

  private void digit() throws BadRequestException {
    if (next() < '0' || head[position] > '9') {
      throw bad("illegal byte in version");
    }
    position++;
  }

  private void header() throws BadRequestException {
    int start = position;
    token((byte) ':', "header name");
    known.add(head, start, position - 1 - start);
    byte[] bytes = head;
    int at = position;
    while (at < bytes.length && isText(bytes[at])) {
      at++;
    }
    position = at;
    endOfLine("header value");
  }

  private static boolean isText(byte value) {
    return (value >= ' ' && value != 0x7f) || value == '\t' || value < 0;
  }

  private void token(byte end, String what) throws BadRequestException {
    int start = position;
    int at = start;
    while (at < head.length && TOKEN[head[at] & 0xff]) {
      at++;
    }
    position = at;
    if (position == start) {
      throw bad("no " + what);
    }
    expect(end, what);
  }

  private void endOfLine(String what) throws BadRequestException {
    expect((byte) '\r', what);
    expect((byte) '\n', what);
  }

  private void expect(byte wanted, String what) throws BadRequestException {
    if (next() != wanted) {
      throw bad("illegal byte in " + what);
    }
    position++;
  }

  private byte next() throws BadRequestException {
    if (position >= head.length) {
      throw bad("incomplete head");
    }
    return head[position];
  }

  private static BadRequestException bad(String message) {
    return new BadRequestException(BAD_REQUEST, message);
  }
}
