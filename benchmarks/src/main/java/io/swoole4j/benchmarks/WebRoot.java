// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A temporary directory with the file that HTTP servers send. */
final class WebRoot implements AutoCloseable {
  private final Path directory;
  private final Path file;

  private WebRoot(Path directory) {
    this.directory = directory;
    this.file = directory.resolve(HttpTraffic.FILE);
  }

  static WebRoot create(int fileBytes) throws IOException {
    WebRoot root = new WebRoot(Files.createTempDirectory("swoole4j-benchmark"));
    Files.write(root.file, HttpTraffic.file(fileBytes));
    return root;
  }

  Path directory() {
    return directory;
  }

  Path file() {
    return file;
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
