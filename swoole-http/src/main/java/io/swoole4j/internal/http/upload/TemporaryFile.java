// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.upload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file that is the server's until it is moved or removed. Owned by whoever has it. */
final class TemporaryFile {
  private final UploadDirectory directory;
  private final Path path;

  TemporaryFile(UploadDirectory directory, Path path) {
    this.directory = directory;
    this.path = path;
  }

  Path path() {
    return path;
  }

  void moveTo(Path target) throws IOException {
    Files.move(path, target, StandardCopyOption.REPLACE_EXISTING);
    directory.forget(this);
  }

  void delete() {
    directory.forget(this);
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
