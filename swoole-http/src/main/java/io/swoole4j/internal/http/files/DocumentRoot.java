// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.files;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The directory of static files, which no path leads out of. Immutable; reads the file system. */
final class DocumentRoot {
  private final Path root;
  private final boolean followLinks;

  private DocumentRoot(Path root, boolean followLinks) {
    this.root = root;
    this.followLinks = followLinks;
  }

  /**
   * A file or directory that exists and may be shown.
   *
   * @param path where it is, without links
   * @param attributes what is known about it
   */
  record Found(Path path, BasicFileAttributes attributes) {}

  /**
   * Opens a directory.
   *
   * @param setting the name of the setting, for the message
   * @param text the directory
   * @param followLinks whether links may lead out of it
   * @throws IllegalArgumentException if it is none or cannot be read
   */
  static DocumentRoot open(String setting, String text, boolean followLinks) {
    try {
      Path root = Path.of(text).toRealPath();
      // Not set: the working directory is not meant.
      if (!text.isBlank()
          && Files.isDirectory(root)
          && Files.isReadable(root)
          && Files.isExecutable(root)) {
        return new DocumentRoot(root, followLinks);
      }
    } catch (IOException | InvalidPathException e) {
      // Falls through: the message says it all.
    }
    throw new IllegalArgumentException(
        setting
            + ": "
            + (text.isBlank() ? "\"" + text + "\"" : text)
            + " (expected: a directory that exists and can be read)");
  }

  /** What a path leads to: a readable file, or a directory. */
  Optional<Found> find(UrlPath path) {
    return path.isHidden() ? Optional.empty() : find(String.join("/", path.segments()));
  }

  /** What a file below a directory is. */
  Optional<Found> find(Found directory, String name) {
    try {
      return check(directory.path().resolve(name));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** What lies beside a file under its name and an ending. */
  Optional<Found> sibling(Found file, String ending) {
    String name = file.path() + ending;
    return new File(name).canRead() ? check(Path.of(name)) : Optional.empty();
  }

  private Optional<Found> find(String relative) {
    try {
      return check(root.resolve(relative));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /**
   * What is known about a path that is real as it stands, as most are: below the root, without dots
   * and without links. To ask for its real path would look at every name of the root as well.
   *
   * @return null if there are any
   */
  private @Nullable BasicFileAttributes ofPlain(Path path) throws IOException {
    if (!path.equals(path.normalize())) {
      return null;
    }
    BasicFileAttributes own = withoutLinks(path);
    if (own.isSymbolicLink()) {
      return null;
    }
    Path above = path.equals(root) ? root : path.getParent();
    while (above != null && !above.equals(root)) {
      if (withoutLinks(above).isSymbolicLink()) {
        return null;
      }
      above = above.getParent();
    }
    return above == null ? null : own;
  }

  private static BasicFileAttributes withoutLinks(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private Optional<Found> check(Path path) {
    // Paths that lead nowhere are usual, and an exception for each is dear.
    if (!path.toFile().canRead()) {
      return Optional.empty();
    }
    try {
      BasicFileAttributes own = ofPlain(path);
      Path real = own == null ? path.toRealPath() : path;
      if (own == null && !followLinks && !real.startsWith(root)) {
        return Optional.empty();
      }
      BasicFileAttributes attributes =
          own == null ? Files.readAttributes(real, BasicFileAttributes.class) : own;
      // Neither pipes nor devices: opening them may wait for ever.
      boolean shown = attributes.isDirectory() || attributes.isRegularFile();
      return shown ? Optional.of(new Found(real, attributes)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
