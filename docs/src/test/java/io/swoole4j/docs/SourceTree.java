// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The source tree that the documentation belongs to: all modules, found from the working directory.
 */
final class SourceTree {

  private static final Path ROOT = findRoot();

  private SourceTree() {}

  private static Path findRoot() {
    Path start = Path.of("").toAbsolutePath();
    for (Path path = start; path != null; path = path.getParent()) {
      if (Files.isDirectory(path.resolve("swoole-core/src"))) {
        return path;
      }
    }
    throw new IllegalStateException("working directory: " + start + " (expected: in the project)");
  }

  /** A file or directory by its path from the root. */
  static Path path(String fromRoot) {
    return ROOT.resolve(fromRoot);
  }

  /** A file of the documentation. */
  static Path document(String name) {
    return ROOT.resolve("docs").resolve(name);
  }

  /** Every Markdown file for users: those beside the root's pom and those of the documentation. */
  static List<Path> documents() {
    Predicate<Path> isMarkdown = file -> file.getFileName().toString().endsWith(".md");
    return Stream.of(ROOT, ROOT.resolve("docs"))
        .flatMap(directory -> list(directory).stream())
        .filter(isMarkdown)
        .toList();
  }

  /** Every test source of every module. */
  static List<Path> testSources() {
    return list(ROOT).stream()
        .map(module -> module.resolve("src/test/java"))
        .filter(Files::isDirectory)
        .flatMap(directory -> walk(directory).stream())
        .filter(file -> file.getFileName().toString().endsWith(".java"))
        .toList();
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> list(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> walk(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
