// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.coding;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * The content codings of RFC 9110, 8.4.1, in the order in which they are preferred. Those that the
 * JDK does not have are available when their library is on the class path. Safe from any thread.
 */
public enum ContentCoding {
  /** Brotli, RFC 7932; by brotli4j. */
  BR("br", 11) {
    @Override
    OutputStream encoder(OutputStream target, int level) throws IOException {
      return Brotli.encoder(target, level);
    }

    @Override
    InputStream decoder(byte[] data) throws IOException {
      return Brotli.decoder(data);
    }
  },

  /** The format of gzip, RFC 1952. */
  GZIP("gzip", 9) {
    @Override
    OutputStream encoder(OutputStream target, int level) throws IOException {
      return new GzipStream(target, level);
    }

    @Override
    InputStream decoder(byte[] data) throws IOException {
      return new GZIPInputStream(new ByteArrayInputStream(data), BUFFER);
    }
  },

  /** The format of zlib, RFC 1950. */
  DEFLATE("deflate", 9) {
    @Override
    OutputStream encoder(OutputStream target, int level) {
      return new ZlibStream(target, new Deflater(level));
    }

    @Override
    InputStream decoder(byte[] data) {
      return new InflatingStream(data, new Inflater(!isZlib(data)));
    }
  },

  /** Zstandard, RFC 8878; by zstd-jni. */
  ZSTD("zstd", 22) {
    @Override
    OutputStream encoder(OutputStream target, int level) throws IOException {
      return Zstandard.encoder(target, Math.max(1, level));
    }

    @Override
    InputStream decoder(byte[] data) throws IOException {
      return Zstandard.decoder(data);
    }
  };

  private static final int BUFFER = 8192;

  /** Which codings work here; found out once, as loading a native library may take its time. */
  private static final class Available {
    // Not by method references, which link the classes before anything can be caught.
    static final List<ContentCoding> LIST =
        Arrays.stream(values())
            .filter(coding -> coding != BR || isPresent(() -> Brotli.isPresent()))
            .filter(coding -> coding != ZSTD || isPresent(() -> Zstandard.isPresent()))
            .toList();

    private Available() {}

    /** A library that is missing, or that has no native part for this machine, is no error. */
    private static boolean isPresent(BooleanSupplier check) {
      try {
        return check.getAsBoolean();
      } catch (LinkageError | RuntimeException e) {
        return false;
      }
    }
  }

  private final String token;
  private final int maxLevel;

  ContentCoding(String token, int maxLevel) {
    this.token = token;
    this.maxLevel = maxLevel;
  }

  /**
   * Its name in header fields.
   *
   * @return such as {@code gzip}
   */
  public String token() {
    return token;
  }

  /**
   * Whether this JVM can encode and decode it.
   *
   * @return false if its library is missing
   */
  public boolean isAvailable() {
    return Available.LIST.contains(this);
  }

  /**
   * The codings that can be used, the preferred one first.
   *
   * @return gzip and deflate at least
   */
  public static List<ContentCoding> available() {
    return Available.LIST;
  }

  /**
   * Finds a coding by its name in a header field.
   *
   * @param token the name, in any letter case
   * @return empty if there is none of that name, available or not
   */
  static Optional<ContentCoding> of(String token) {
    String wanted = token.toLowerCase(Locale.ROOT);
    String name = wanted.equals("x-gzip") ? GZIP.token : wanted;
    return Arrays.stream(values()).filter(coding -> coding.token.equals(name)).findFirst();
  }

  /**
   * The coding of a token.
   *
   * @param token what {@link #token} answers for it
   * @return the coding
   * @throws IllegalArgumentException if there is none
   */
  public static ContentCoding named(String token) {
    return of(token)
        .orElseThrow(
            () -> new IllegalArgumentException("coding: " + token + " (expected: br, gzip, ...)"));
  }

  /** A level as this coding knows it. */
  final int clamped(int level) {
    return Math.max(0, Math.min(level, maxLevel));
  }

  /** A stream that encodes; its flush makes all that was written readable. */
  abstract OutputStream encoder(OutputStream target, int level) throws IOException;

  /** A stream that decodes all of these bytes. */
  abstract InputStream decoder(byte[] data) throws IOException;

  /** Some clients leave the zlib header out; it cannot be mistaken (RFC 1950, 2.2). */
  private static boolean isZlib(byte[] data) {
    return data.length >= 2
        && (data[0] & 0x0F) == 8
        && ((data[0] & 0xFF) << 8 | (data[1] & 0xFF)) % 31 == 0;
  }

  private static final class GzipStream extends GZIPOutputStream {
    GzipStream(OutputStream target, int level) throws IOException {
      super(target, BUFFER, true);
      def.setLevel(level);
    }
  }

  private static final class ZlibStream extends DeflaterOutputStream {
    ZlibStream(OutputStream target, Deflater deflater) {
      super(target, deflater, BUFFER, true);
    }

    @Override
    public void close() throws IOException {
      try {
        super.close();
      } finally {
        def.end();
      }
    }
  }

  private static final class InflatingStream extends InflaterInputStream {
    InflatingStream(byte[] data, Inflater inflater) {
      super(new ByteArrayInputStream(data), inflater, BUFFER);
    }

    @Override
    public void close() throws IOException {
      try {
        super.close();
      } finally {
        inf.end();
      }
    }
  }
}
