// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The page of a directory's files. Any thread; reads the file system. */
final class DirectoryListing {
  /** The most files that are listed. */
  static final int MAX_ENTRIES = 10_000;

  private DirectoryListing() {}

  /** Makes the page, in UTF-8; empty if the directory cannot be read. */
  static Optional<byte[]> of(DocumentRoot root, DocumentRoot.Found directory, UrlPath path) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory.path())) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (!name.startsWith(".") && names.size() < MAX_ENTRIES) {
          // What could not be got need not be shown either.
          root.find(directory, name)
              .ifPresent(found -> names.add(found.attributes().isDirectory() ? name + "/" : name));
        }
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    names.sort(String.CASE_INSENSITIVE_ORDER);
    return Optional.of(page(path, names).getBytes(UTF_8));
  }

  private static String page(UrlPath path, List<String> names) {
    StringBuilder base = new StringBuilder("/");
    path.segments().forEach(segment -> base.append(UrlPath.encoded(segment)).append('/'));
    String title = escaped("Index of " + path.text());
    StringBuilder page = new StringBuilder(256 + 64 * names.size());
    page.append("<!DOCTYPE html>\n<html>\n<head><meta charset=\"utf-8\"><title>")
        .append(title)
        .append("</title></head>\n<body>\n<h1>")
        .append(title)
        .append("</h1>\n<ul>\n");
    if (!path.segments().isEmpty()) {
      page.append("<li><a href=\"").append(base).append("../\">../</a></li>\n");
    }
    for (String name : names) {
      boolean directory = name.endsWith("/");
      String plain = directory ? name.substring(0, name.length() - 1) : name;
      page.append("<li><a href=\"")
          .append(base)
          .append(UrlPath.encoded(plain))
          .append(directory ? "/" : "")
          .append("\">")
          .append(escaped(name))
          .append("</a></li>\n");
    }
    return page.append("</ul>\n</body>\n</html>\n").toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
