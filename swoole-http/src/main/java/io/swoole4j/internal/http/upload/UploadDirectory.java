// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.upload;

import io.swoole4j.spi.ServerLogs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Where temporary files of uploads are made. Safe from any thread. */
public final class UploadDirectory {
  /** What names of temporary files begin with. */
  public static final String PREFIX = "swoole.upfile.";

  private static final long LOG_INTERVAL = TimeUnit.SECONDS.toNanos(1);

  private final Path path;
  private final Set<TemporaryFile> files = ConcurrentHashMap.newKeySet();
  private final AtomicLong nextLog = new AtomicLong(System.nanoTime());

  private UploadDirectory(Path path) {
    this.path = path;
  }

  /**
   * A directory for temporary files.
   *
   * @param setting the name of the setting, for the message
   * @param path the directory
   * @return the directory
   * @throws IllegalArgumentException if it is none, or files cannot be made in it
   */
  public static UploadDirectory open(String setting, String path) {
    Path directory = Path.of(path).toAbsolutePath().normalize();
    if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
      throw new IllegalArgumentException(
          setting + ": " + path + " (expected: a directory that exists and can be written)");
    }
    return new UploadDirectory(directory);
  }

  /** Makes an empty file that nobody else can read; its name cannot be guessed. */
  TemporaryFile newFile() throws IOException {
    TemporaryFile file = new TemporaryFile(this, Files.createTempFile(path, PREFIX, ""));
    files.add(file);
    return file;
  }

  /** A file is not the server's any more. */
  void forget(TemporaryFile file) {
    files.remove(file);
  }

  /**
   * Removes the files that are left: of requests whose handlers have never returned. Once nothing
   * else runs.
   */
  public void clear() {
    List.copyOf(files).forEach(TemporaryFile::delete);
  }

  /** Tells PHP's error code for a file that could not be made or written, and logs why. */
  int failed(IOException cause) {
    long now = System.nanoTime();
    long next = nextLog.get();
    if (now - next >= 0 && nextLog.compareAndSet(next, now + LOG_INTERVAL)) {
      ServerLogs.here(UploadDirectory.class)
          .warn("upload cannot be written in {}: {}", path, cause.toString());
    }
    return Files.isDirectory(path) ? StoredFile.CANT_WRITE : StoredFile.NO_TMP_DIR;
  }
}
