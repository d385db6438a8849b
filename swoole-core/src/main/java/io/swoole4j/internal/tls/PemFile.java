// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A PEM file as the blocks in it, with the name of the setting it came by for what is said of it.
 *
 * @param setting the setting
 * @param path the file
 * @param blocks what is in it, in order
 */
record PemFile(String setting, Path path, List<Block> blocks) {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s*(.*?)-----END \\1-----", Pattern.DOTALL);

  private static final Pattern HEADER = Pattern.compile("([A-Za-z-]+): *(.*)");

  /** One block. */
  static final class Block {
    private final String label;
    private final Map<String, String> headers;
    private final byte[] bytes;

    Block(String label, Map<String, String> headers, byte[] bytes) {
      this.label = label;
      this.headers = headers;
      this.bytes = bytes;
    }

    /** What it is, such as {@code CERTIFICATE}. */
    String label() {
      return label;
    }

    /** What RFC 1421 puts above the bytes, mostly nothing. */
    Map<String, String> headers() {
      return headers;
    }

    /** What it holds. */
    byte[] bytes() {
      return bytes;
    }
  }

  /**
   * The path that a setting names.
   *
   * @throws IllegalStateException if it can be none
   */
  static Path path(String setting, String file) {
    try {
      return Path.of(file);
    } catch (InvalidPathException e) {
      throw new IllegalStateException(setting + ": " + file + ": no path: " + e.getReason(), e);
    }
  }

  /**
   * Reads a file.
   *
   * @throws IllegalStateException if it cannot be read or is not PEM
   */
  static PemFile read(String setting, String file) {
    return read(setting, path(setting, file));
  }

  /** The same for a path. */
  static PemFile read(String setting, Path path) {
    String text;
    try {
      text = Files.readString(path, ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw failure(setting, path, "no such file", e);
    } catch (AccessDeniedException e) {
      throw failure(setting, path, "permission denied", e);
    } catch (IOException e) {
      throw failure(setting, path, "cannot be read", e);
    }
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      try {
        blocks.add(block(matcher.group(1), matcher.group(2)));
      } catch (IllegalArgumentException e) {
        throw failure(setting, path, "not PEM: the " + matcher.group(1) + " is not base64", e);
      }
    }
    if (blocks.isEmpty()) {
      throw failure(setting, path, "not PEM: there is no BEGIN and END", null);
    }
    return new PemFile(setting, path, blocks);
  }

  private static Block block(String label, String body) {
    Map<String, String> headers = new LinkedHashMap<>();
    StringBuilder base64 = new StringBuilder();
    for (String line : body.lines().map(String::strip).toList()) {
      Matcher header = HEADER.matcher(line);
      if (header.matches()) {
        headers.put(header.group(1), header.group(2));
      } else {
        base64.append(line);
      }
    }
    return new Block(label, headers, Base64.getDecoder().decode(base64.toString()));
  }

  /** An error about this file. */
  IllegalStateException failure(String reason, @Nullable Throwable cause) {
    return failure(setting, path, reason, cause);
  }

  /** An error about a file: the setting, the file, the reason. */
  static IllegalStateException failure(
      String setting, Path path, String reason, @Nullable Throwable cause) {
    return new IllegalStateException(setting + ": " + path + ": " + reason, cause);
  }
}
