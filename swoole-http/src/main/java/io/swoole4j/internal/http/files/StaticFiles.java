// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.swoole4j.internal.http.coding.AcceptEncoding;
import io.swoole4j.internal.http.coding.ContentCoding;
import io.swoole4j.internal.http.message.Fields;
import io.swoole4j.internal.http.message.RequestHead;
import io.swoole4j.internal.http.message.ResponseHead;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Answers requests for static files of one port. Any thread; reads the file system. */
public final class StaticFiles {
  private static final int PARTIAL_CONTENT = 206;
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int NOT_ALLOWED = 405;
  private static final int UNSATISFIABLE = 416;

  /**
   * Several ranges are put together in memory up to this size; beyond it the whole file is sent.
   */
  private static final long MAX_PARTS_BYTES = 1 << 20;

  /** The codings that files may lie beside, in the order in which they are preferred. */
  private static final List<ContentCoding> SIBLINGS = List.of(ContentCoding.BR, ContentCoding.GZIP);

  /**
   * What is served.
   *
   * @param root the directory, as the setting says
   * @param followLinks whether links may lead out of it
   * @param locations the paths under which every request is for a file; none for all paths, but
   *     then what is no file is left to the request handler
   * @param indexFiles names of files that are sent for their directory
   * @param autoIndex whether the files of a directory are listed
   * @param precompressed whether {@code .br} and {@code .gz} files are sent in place of the file
   *     beside them
   * @param rewrites what paths become before a file is looked for
   */
  public record Rules(
      String root,
      boolean followLinks,
      List<String> locations,
      List<String> indexFiles,
      boolean autoIndex,
      boolean precompressed,
      Map<String, ?> rewrites) {}

  /** A file in one of its forms. */
  private record Variant(DocumentRoot.Found found, @Nullable ContentCoding coding) {}

  private final Rules rules;
  private final DocumentRoot root;
  private final List<UrlPath> locations;
  private final RewriteRules rewrites;
  private final UnaryOperator<String> typeOf;

  /**
   * Static files of a port.
   *
   * @param rules what is served
   * @param typeOf tells the media type of a file name
   * @throws IllegalArgumentException if the directory cannot be read, a location is no path, or a
   *     rewriting is none
   */
  public StaticFiles(Rules rules, UnaryOperator<String> typeOf) {
    this.rules = rules;
    this.root = DocumentRoot.open("document_root", rules.root(), rules.followLinks());
    this.typeOf = typeOf;
    List<UrlPath> paths = new ArrayList<>();
    for (String location : rules.locations()) {
      paths.add(
          UrlPath.parse(location)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "static_handler_locations: "
                              + location
                              + " (expected: paths that begin with a slash)")));
    }
    this.locations = List.copyOf(paths);
    this.rewrites = RewriteRules.parse(rules.rewrites());
  }

  /**
   * Looks for the file of a request.
   *
   * @param request the request
   * @return empty if the request is for the request handler
   */
  public Optional<FileAnswer> answer(RequestHead request) {
    String wanted = rewrites.apply(request.path());
    UrlPath path = UrlPath.parse(wanted).orElse(null);
    if (path == null) {
      return isBelowLocation(wanted) ? Optional.of(status(NOT_FOUND)) : Optional.empty();
    }
    boolean required = isBelowLocation(path);
    if (!required && !locations.isEmpty()) {
      return Optional.empty();
    }
    boolean reads = request.method().equals("GET") || request.isHead();
    if (!reads && !required) {
      return Optional.empty();
    }
    Optional<FileAnswer> answer = root.find(path).flatMap(found -> answer(request, path, found));
    if (answer.isPresent() && !reads) {
      FileAnswer refusal = status(NOT_ALLOWED);
      refusal.head().fields().add("Allow", "GET, HEAD");
      return Optional.of(refusal);
    }
    return answer.isEmpty() && required ? Optional.of(status(NOT_FOUND)) : answer;
  }

  private boolean isBelowLocation(UrlPath path) {
    for (UrlPath location : locations) {
      if (path.isBelow(location)) {
        return true;
      }
    }
    return false;
  }

  /** For a path that cannot be read as one. */
  private boolean isBelowLocation(String raw) {
    return rules.locations().stream().anyMatch(raw::startsWith);
  }

  private static FileAnswer status(int code) {
    ResponseHead head = new ResponseHead();
    head.status(code, null);
    return FileAnswer.of(head, ("<h1>" + code + "</h1>\n").getBytes(UTF_8));
  }

  private Optional<FileAnswer> answer(RequestHead request, UrlPath path, DocumentRoot.Found found) {
    if (!found.attributes().isDirectory()) {
      // A file has nothing below it.
      return path.directory() ? Optional.empty() : Optional.of(file(request, found));
    }
    for (String name : rules.indexFiles()) {
      Optional<DocumentRoot.Found> index =
          root.find(found, name).filter(file -> file.attributes().isRegularFile());
      if (index.isPresent()) {
        return index.map(file -> file(request, file));
      }
    }
    return rules.autoIndex()
        ? DirectoryListing.of(root, found, path).map(StaticFiles::listing)
        : Optional.empty();
  }

  private static FileAnswer listing(byte[] page) {
    ResponseHead head = new ResponseHead();
    head.fields().add("Content-Type", "text/html; charset=utf-8");
    return FileAnswer.of(head, page);
  }

  private FileAnswer file(RequestHead request, DocumentRoot.Found original) {
    HttpHeaders headers = request.headers();
    ResponseHead head = new ResponseHead();
    Fields fields = head.fields();
    Variant variant = variant(headers, original, fields);
    DocumentRoot.Found found = variant.found();
    ContentCoding coding = variant.coding();
    long size = found.attributes().size();
    String type = typeOf.apply(String.valueOf(original.path().getFileName()));
    Validators validators =
        Validators.of(
            found.attributes().lastModifiedTime().toMillis(),
            size,
            coding == null ? "" : "-" + coding.token());
    fields.add("Last-Modified", validators.lastModified());
    fields.add("ETag", validators.etag());
    fields.add("Accept-Ranges", "bytes");
    int status = validators.evaluate(headers);
    if (status != OK) {
      head.status(status, null);
      return FileAnswer.of(head, new byte[0]);
    }
    fields.add("Content-Type", type);
    if (coding != null) {
      fields.add("Content-Encoding", coding.token());
    }
    List<String> wanted = headers.getAll(HttpHeaderNames.RANGE);
    // Ranges are of GET alone (RFC 9110, 14.2).
    if (request.isHead() || wanted.size() != 1 || !validators.permitRange(headers)) {
      return FileAnswer.of(head, found.path(), 0, size);
    }
    return ranges(head, found.path(), type, ByteRanges.parse(wanted.get(0).strip(), size), size);
  }

  /** A compressed file beside the one that is asked for, if the client takes it. */
  private Variant variant(HttpHeaders headers, DocumentRoot.Found original, Fields fields) {
    if (!rules.precompressed()) {
      return new Variant(original, null);
    }
    List<ContentCoding> offered = new ArrayList<>(2);
    List<DocumentRoot.Found> files = new ArrayList<>(2);
    for (ContentCoding coding : SIBLINGS) {
      sibling(original, coding)
          .ifPresent(
              file -> {
                offered.add(coding);
                files.add(file);
              });
    }
    if (offered.isEmpty()) {
      return new Variant(original, null);
    }
    fields.add("Vary", "Accept-Encoding");
    String accepted = String.join(",", headers.getAll(HttpHeaderNames.ACCEPT_ENCODING));
    return AcceptEncoding.parse(accepted)
        .choose(offered)
        .map(coding -> new Variant(files.get(offered.indexOf(coding)), coding))
        .orElseGet(() -> new Variant(original, null));
  }

  private Optional<DocumentRoot.Found> sibling(DocumentRoot.Found original, ContentCoding coding) {
    String ending = coding == ContentCoding.BR ? ".br" : ".gz";
    return root.sibling(original, ending)
        .filter(file -> file.attributes().isRegularFile())
        // An older one was made of what the file no longer is.
        .filter(
            file ->
                file.attributes()
                        .lastModifiedTime()
                        .compareTo(original.attributes().lastModifiedTime())
                    >= 0);
  }

  private static FileAnswer ranges(
      ResponseHead head, Path file, String type, ByteRanges wanted, long size) {
    List<ByteRanges.Range> ranges = wanted.ranges();
    switch (wanted.kind()) {
      case UNSATISFIABLE -> {
        ResponseHead refusal = new ResponseHead();
        refusal.status(UNSATISFIABLE, null);
        refusal.fields().add("Content-Range", "bytes */" + size);
        return FileAnswer.of(refusal, new byte[0]);
      }
      case PARTS -> {
        if (ranges.size() == 1) {
          ByteRanges.Range range = ranges.get(0);
          head.status(PARTIAL_CONTENT, null);
          head.fields().add("Content-Range", contentRange(range, size));
          return FileAnswer.of(head, file, range.offset(), range.length());
        }
        if (ranges.stream().mapToLong(ByteRanges.Range::length).sum() <= MAX_PARTS_BYTES) {
          return parts(head, file, type, ranges, size);
        }
      }
      case WHOLE -> {
        // As if nothing had been asked for.
      }
    }
    return FileAnswer.of(head, file, 0, size);
  }

  private static String contentRange(ByteRanges.Range range, long size) {
    return "bytes " + range.offset() + "-" + range.last() + "/" + size;
  }

  private static FileAnswer parts(
      ResponseHead head, Path file, String type, List<ByteRanges.Range> ranges, long size) {
    String boundary = String.format(Locale.ROOT, "%016x", ThreadLocalRandom.current().nextLong());
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try (FileChannel channel = FileChannel.open(file)) {
      for (ByteRanges.Range range : ranges) {
        content.writeBytes(
            ("--"
                    + boundary
                    + "\r\nContent-Type: "
                    + type
                    + "\r\nContent-Range: "
                    + contentRange(range, size)
                    + "\r\n\r\n")
                .getBytes(UTF_8));
        content.writeBytes(read(channel, range));
        content.writeBytes(new byte[] {'\r', '\n'});
      }
    } catch (IOException e) {
      return status(NOT_FOUND);
    }
    content.writeBytes(("--" + boundary + "--\r\n").getBytes(UTF_8));
    head.status(PARTIAL_CONTENT, null);
    head.fields().set("Content-Type", "multipart/byteranges; boundary=" + boundary);
    return FileAnswer.of(head, content.toByteArray());
  }

  private static byte[] read(FileChannel channel, ByteRanges.Range range) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) range.length());
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, range.offset() + bytes.position()) < 0) {
        throw new IOException("file has become shorter");
      }
    }
    return bytes.array();
  }
}
