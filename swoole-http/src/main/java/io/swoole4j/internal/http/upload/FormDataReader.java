// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.upload;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.swoole4j.internal.http.form.BodyRefusedException;
import io.swoole4j.internal.http.form.FormParser;
import io.swoole4j.internal.http.form.ValueTree;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one form with files, as it arrives or from memory. Fields are kept, files are written to
 * temporary files, at most one of which is open. Not thread-safe; writes to disk on the calling
 * thread.
 */
public final class FormDataReader {
  /** The most parts of one form; more are an attack. */
  public static final int MAX_PARTS = 1024;

  /** The most files that are kept of one form. */
  public static final int MAX_FILES = 128;

  private static final String FORM_LIMIT = "MAX_FILE_SIZE";

  /**
   * What a form may hold.
   *
   * @param directory where its files go
   * @param maxFieldBytes the most bytes that names and values of all its fields may have
   * @param maxFileBytes the most bytes that one file may have
   */
  public record Limits(UploadDirectory directory, long maxFieldBytes, long maxFileBytes) {}

  private final Limits limits;
  private final MultipartParser parser;
  private final ValueTree fields = new ValueTree();
  private final List<StoredFile> files = new ArrayList<>();
  private final ByteArrayOutputStream value = new ByteArrayOutputStream();
  private int partCount;
  private int fieldCount;
  private int fileCount;
  private long fieldBytes;
  private long formLimit = Long.MAX_VALUE;

  private @Nullable PartHeaders part;
  private @Nullable FileWriter file;

  /**
   * Begins a form.
   *
   * @param boundary what {@link MultipartBoundary} answered
   * @param limits what it may hold
   */
  public FormDataReader(String boundary, Limits limits) {
    this.limits = limits;
    this.parser = new MultipartParser(boundary, new Collector());
  }

  /**
   * Takes the next bytes of the body.
   *
   * @param data where they are
   * @param from the first
   * @param length how many
   * @throws BodyRefusedException if the body breaks a rule; to be aborted
   */
  public void feed(byte[] data, int from, int length) throws BodyRefusedException {
    parser.feed(data, from, length);
  }

  /**
   * The body has ended. A part that is cut off is kept as a field, and as a file becomes one with
   * an error, as in PHP.
   *
   * @return what it held
   * @throws BodyRefusedException if the body breaks a rule; to be aborted
   */
  public FormData finish() throws BodyRefusedException {
    parser.finish();
    int over = Math.max(0, fieldCount - FormParser.MAX_VARIABLES);
    return new FormData(
        fields.toMap(), List.copyOf(files), over + Math.max(0, fileCount - MAX_FILES));
  }

  /** Gives the form up and removes its files. */
  public void abort() {
    FileWriter open = file;
    file = null;
    part = null;
    if (open != null) {
      open.abort();
    }
    files.forEach(StoredFile::discard);
  }

  /** Makes fields and files of the parts. */
  private final class Collector implements MultipartParser.Parts {
    @Override
    public void begin(String headers) throws BodyRefusedException {
      if (++partCount > MAX_PARTS) {
        throw new BodyRefusedException(400, "form of more than " + MAX_PARTS + " parts");
      }
      PartHeaders described = PartHeaders.parse(headers);
      part = null;
      if (described.field().isEmpty()) {
        return;
      }
      count(described.field().length());
      if (described.fileName() == null) {
        if (++fieldCount <= FormParser.MAX_VARIABLES) {
          part = described;
          value.reset();
        }
      } else if (++fileCount <= MAX_FILES) {
        part = described;
        if (!described.fileName().isEmpty()) {
          file = new FileWriter(limits.directory(), formLimit);
        }
      }
    }

    @Override
    public void data(byte[] data, int from, int length) throws BodyRefusedException {
      FileWriter target = file;
      if (target != null) {
        if (target.write(data, from, length) > limits.maxFileBytes()) {
          throw new BodyRefusedException(413, "file larger than " + limits.maxFileBytes());
        }
        return;
      }
      count(length);
      if (part != null && part.fileName() == null) {
        value.write(data, from, length);
      }
    }

    @Override
    public void end(boolean complete) {
      PartHeaders ended = part;
      part = null;
      if (ended == null) {
        return;
      }
      String fileName = ended.fileName();
      if (fileName == null) {
        field(ended.field(), value.toString(UTF_8));
        return;
      }
      FileWriter written = file;
      file = null;
      files.add(
          written == null
              ? new StoredFile(ended.field(), fileName, ended.type(), StoredFile.NO_FILE, null, 0)
              : written.finish(ended.field(), fileName, ended.type(), complete));
    }

    private void count(long bytes) throws BodyRefusedException {
      fieldBytes += bytes;
      if (fieldBytes > limits.maxFieldBytes()) {
        throw new BodyRefusedException(
            413, "form fields of more than " + limits.maxFieldBytes() + " bytes");
      }
    }

    private void field(String name, String text) {
      fields.add(name, text);
      if (name.equals(FORM_LIMIT) && text.matches("[1-9][0-9]{0,17}")) {
        formLimit = Long.parseLong(text);
      }
    }
  }
}
