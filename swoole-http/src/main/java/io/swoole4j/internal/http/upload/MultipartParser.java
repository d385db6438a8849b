// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.upload;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.swoole4j.internal.http.form.BodyRefusedException;
import java.io.ByteArrayOutputStream;

/**
 * Takes a multipart body apart as it arrives, in pieces of any size (RFC 2046, 5.1). Every byte is
 * looked at a constant number of times, and nothing but the headers of a part is kept. Not
 * thread-safe.
 */
final class MultipartParser {
  /** The most bytes that the headers of one part may have. */
  static final int MAX_PART_HEADERS = 8 * 1024;

  /** The most bytes before the parts, behind them and behind delimiters, all together. */
  static final int MAX_OUTSIDE = 64 * 1024;

  private static final int LINE_END = 2;
  private static final int EMPTY_LINE = 0x0D0A0D0A;

  /** What is told about the parts. */
  interface Parts {
    /** A part begins; its header lines are UTF-8. */
    void begin(String headers) throws BodyRefusedException;

    /** The next bytes of the part. */
    void data(byte[] data, int from, int length) throws BodyRefusedException;

    /** The part ends; incomplete if the body has ended inside of it. */
    void end(boolean complete) throws BodyRefusedException;
  }

  private enum State {
    /** Before the first delimiter; what is there is ignored. */
    PREAMBLE,
    /** In a part's headers. */
    HEADERS,
    /** In a part's data. */
    DATA,
    /** Behind what looks like a delimiter. */
    AFTER_DELIMITER,
    /** Behind a delimiter and a carriage return. */
    AFTER_CR,
    /** Behind a delimiter and a dash. */
    AFTER_DASH,
    /** In the spaces that may follow a delimiter. */
    PADDING,
    /** Behind those spaces and a carriage return. */
    PADDING_CR,
    /** Behind the last delimiter, or where nothing can be made of the rest. */
    DONE
  }

  private final byte[] delimiter;
  private final Parts parts;
  private final ByteArrayOutputStream headers = new ByteArrayOutputStream(256);

  private State state = State.PREAMBLE;
  private boolean inPart;
  private long outside;

  /** Bytes of the delimiter seen and held back. */
  private int matched = LINE_END;

  /** Those among them that were no bytes of the data, as they belong to the line before. */
  private int borrowed = LINE_END;

  /** The last bytes of the headers, four at most. */
  private int tail;

  MultipartParser(String boundary, Parts parts) {
    this.delimiter = ("\r\n--" + boundary).getBytes(ISO_8859_1);
    this.parts = parts;
  }

  void feed(byte[] data, int from, int length) throws BodyRefusedException {
    int to = from + length;
    int i = from;
    while (i < to) {
      switch (state) {
        case PREAMBLE, DATA -> i = scan(data, i, to);
        case HEADERS -> i = headers(data, i, to);
        case DONE -> {
          outside(to - i);
          i = to;
        }
        default -> i += afterDelimiter(data[i]) ? 1 : 0;
      }
    }
  }

  /** The body has ended. */
  void finish() throws BodyRefusedException {
    if (inPart) {
      inPart = false;
      parts.end(false);
    }
    state = State.DONE;
  }

  /** Passes data on up to the next delimiter; answers where to go on. */
  private int scan(byte[] data, int from, int to) throws BodyRefusedException {
    int carried = matched;
    int i = from;
    while (i < to) {
      if (data[i] == delimiter[matched]) {
        i++;
        if (++matched == delimiter.length) {
          pass(data, from, i - (delimiter.length - carried));
          matched = 0;
          state = State.AFTER_DELIMITER;
          return i;
        }
      } else if (matched > 0) {
        // A carriage return is only at the delimiter's start: no shorter match can be inside it.
        passHeldBack(carried);
        carried = 0;
        matched = 0;
      } else {
        do {
          i++;
        } while (i < to && data[i] != '\r');
      }
    }
    pass(data, from, to - (matched - carried));
    return to;
  }

  /** What was taken for a delimiter is data. */
  private void passHeldBack(int length) throws BodyRefusedException {
    pass(delimiter, Math.min(borrowed, length), length);
    borrowed = 0;
  }

  private void pass(byte[] data, int from, int to) throws BodyRefusedException {
    if (inPart && to > from) {
      parts.data(data, from, to - from);
    } else if (!inPart) {
      outside(to - from);
    }
  }

  private void outside(int bytes) throws BodyRefusedException {
    outside += Math.max(0, bytes);
    if (outside > MAX_OUTSIDE) {
      throw malformed("more than " + MAX_OUTSIDE + " bytes outside of multipart parts");
    }
  }

  /** Looks at a byte behind a delimiter; answers false if it is to be looked at again. */
  private boolean afterDelimiter(byte b) throws BodyRefusedException {
    switch (state) {
      case AFTER_DELIMITER -> {
        switch (b) {
          case '\r' -> state = State.AFTER_CR;
          case '-' -> state = State.AFTER_DASH;
          case ' ', '\t' -> state = State.PADDING;
          default -> {
            // A longer line that only begins as the delimiter does.
            passHeldBack(delimiter.length);
            state = inPart ? State.DATA : State.PREAMBLE;
            return false;
          }
        }
      }
      case AFTER_CR -> {
        if (b != '\n') {
          passHeldBack(delimiter.length);
          matched = 1;
          state = inPart ? State.DATA : State.PREAMBLE;
          return false;
        }
        beginPart();
      }
      case AFTER_DASH -> {
        if (b != '-') {
          passHeldBack(delimiter.length);
          pass(new byte[] {'-'}, 0, 1);
          state = inPart ? State.DATA : State.PREAMBLE;
          return false;
        }
        endPart();
        state = State.DONE;
      }
      case PADDING -> {
        outside(1);
        if (b == '\r') {
          state = State.PADDING_CR;
        } else if (b != ' ' && b != '\t') {
          throw malformed("text behind a multipart delimiter");
        }
      }
      default -> {
        if (b != '\n') {
          throw malformed("text behind a multipart delimiter");
        }
        beginPart();
      }
    }
    return true;
  }

  private void beginPart() throws BodyRefusedException {
    endPart();
    headers.reset();
    // The line end of the delimiter is the first half of the empty line that ends no headers.
    tail = 0x0D0A;
    state = State.HEADERS;
  }

  private void endPart() throws BodyRefusedException {
    if (inPart) {
      inPart = false;
      parts.end(true);
    }
  }

  private int headers(byte[] data, int from, int to) throws BodyRefusedException {
    int i = from;
    while (i < to) {
      byte b = data[i++];
      headers.write(b);
      tail = (tail << 8) | (b & 0xFF);
      if (tail == EMPTY_LINE) {
        inPart = true;
        // An empty part's delimiter may follow at once, with the empty line as its line end.
        matched = LINE_END;
        borrowed = LINE_END;
        state = State.DATA;
        parts.begin(headers.toString(UTF_8));
        return i;
      }
      if (headers.size() > MAX_PART_HEADERS) {
        throw malformed("multipart headers of more than " + MAX_PART_HEADERS + " bytes");
      }
    }
    return i;
  }

  private static BodyRefusedException malformed(String message) {
    return new BodyRefusedException(400, message);
  }
}
