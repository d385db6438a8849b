// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.setting.SettingValues;
import io.swoole4j.setting.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The file that tells others the server's process id, if one is wanted. Written by the starting
 * thread, removed by the manager or, after a failed start, by the starting thread.
 */
final class PidFile {
  private final @Nullable Path path;
  private final String pid = Long.toString(ProcessHandle.current().pid());
  private final Logger logger;

  /** Whether the file cannot be found by its name any more once the server runs. */
  private final boolean confined;

  /** The directory it is in, which stays within reach when the root directory changes. */
  private @Nullable SecureDirectoryStream<Path> directory;

  /**
   * The file of a server.
   *
   * @throws IllegalStateException if its name cannot be that of a file
   */
  PidFile(SettingValues settings, Logger logger) {
    String name = settings.get(Settings.PID_FILE);
    try {
      // Absolute, whatever becomes of the working directory.
      this.path = name.isEmpty() ? null : Path.of(name).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw refused(name, e);
    }
    this.logger = logger;
    this.confined = !settings.get(Settings.CHROOT).isEmpty();
  }

  private static IllegalStateException refused(Object name, Exception cause) {
    return new IllegalStateException(
        "pid_file: " + name + ", " + cause + " (expected: a file that can be written)", cause);
  }

  /**
   * Writes the file; what a server that crashed has left is overwritten.
   *
   * @throws IllegalStateException if it cannot be written
   */
  void write() {
    if (path != null) {
      try {
        Files.writeString(path, pid);
        Path parent = path.getParent();
        if (confined && parent != null) {
          keep(parent);
        }
      } catch (IOException | SecurityException e) {
        throw refused(path, e);
      }
    }
  }

  @SuppressWarnings("StreamResourceLeak") // closed when the file is removed
  private void keep(Path parent) throws IOException {
    if (Files.newDirectoryStream(parent) instanceof SecureDirectoryStream<Path> opened) {
      directory = opened;
    }
  }

  /** Removes the file, unless it belongs to somebody else by now. */
  void remove() {
    if (path == null) {
      return;
    }
    try (SecureDirectoryStream<Path> opened = directory) {
      if (opened != null) {
        removeFrom(opened, path.getFileName());
      } else if (Files.readString(path).equals(pid)) {
        Files.delete(path);
      }
    } catch (NoSuchFileException e) {
      logger.debug("pid_file: {} has been removed already", path);
    } catch (IOException | SecurityException e) {
      logger.warn("pid_file: {} cannot be removed", path, e);
    }
  }

  private void removeFrom(SecureDirectoryStream<Path> opened, Path name) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(pid.length() + 1);
    try (SeekableByteChannel channel =
        opened.newByteChannel(name, Set.of(StandardOpenOption.READ))) {
      channel.read(content);
    }
    if (new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII).equals(pid)) {
      opened.deleteFile(name);
    }
  }
}
