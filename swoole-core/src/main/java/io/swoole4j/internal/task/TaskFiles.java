// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.task;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The files of what is too long for a queue's message, one for each task, readable by their owner
 * only. Any thread.
 */
final class TaskFiles {
  private static final String PREFIX = "swoole.task.";
  private static final Pattern NAME = Pattern.compile("swoole\\.task\\.[0-9a-f]{32}");
  private static final int RANDOM_BYTES = 16;

  private final Path directory;
  private final SecureRandom random = new SecureRandom();

  TaskFiles(Path directory) {
    this.directory = directory;
  }

  /** Writes a new file and answers its name. */
  String write(byte[] content) throws IOException {
    byte[] unique = new byte[RANDOM_BYTES];
    random.nextBytes(unique);
    String name = PREFIX + HexFormat.of().formatHex(unique);
    Path path = directory.resolve(name);
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            path,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      Channels.newOutputStream(channel).write(content);
    } catch (IOException e) {
      Files.deleteIfExists(path);
      throw e;
    }
    return name;
  }

  /** Reads a file and removes it. The name came through a queue, so it may be anything. */
  byte[] take(String name) throws IOException {
    Path path = path(name);
    byte[] content;
    try (InputStream in =
        Files.newInputStream(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      content = in.readAllBytes();
    }
    Files.delete(path);
    return content;
  }

  /** Removes a file that nobody will read. */
  void remove(String name) throws IOException {
    Files.deleteIfExists(path(name));
  }

  private Path path(String name) throws IOException {
    if (!NAME.matcher(name).matches()) {
      throw new IOException("task file: a name that was not given here");
    }
    return directory.resolve(name);
  }
}
