// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.upload;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that a client sent, in a temporary file unless something went wrong. Safe from any thread
 * once it is complete.
 */
public final class StoredFile {
  /** All of the file is there. */
  public static final int OK = 0;

  /** It is larger than the form's field MAX_FILE_SIZE said. */
  public static final int FORM_SIZE = 2;

  /** The body ended inside of the file. */
  public static final int PARTIAL = 3;

  /** The form's field for a file was left empty. */
  public static final int NO_FILE = 4;

  /** The directory for temporary files is gone. */
  public static final int NO_TMP_DIR = 6;

  /** The temporary file could not be written. */
  public static final int CANT_WRITE = 7;

  private final String field;
  private final String name;
  private final String type;
  private final int error;
  private final @Nullable TemporaryFile file;
  private final long size;
  private boolean ours;

  StoredFile(
      String field, String name, String type, int error, @Nullable TemporaryFile file, long size) {
    this.field = field;
    this.name = name;
    this.type = type;
    this.error = error;
    this.file = error == OK ? file : null;
    this.size = error == OK ? size : 0;
    this.ours = this.file != null;
  }

  /**
   * The name of the form's field, with its brackets.
   *
   * @return the name
   */
  public String field() {
    return field;
  }

  /**
   * The file's name at the client, without directories.
   *
   * @return the name, empty if there was no file
   */
  public String name() {
    return name;
  }

  /**
   * Its media type, as the client says.
   *
   * @return the type, empty if it did not say
   */
  public String type() {
    return type;
  }

  /**
   * What went wrong.
   *
   * @return one of the constants of this class
   */
  public int error() {
    return error;
  }

  /**
   * The temporary file.
   *
   * @return null if there is none because of an error
   */
  public @Nullable Path path() {
    return file == null ? null : file.path();
  }

  /**
   * How long it is.
   *
   * @return bytes, 0 on an error
   */
  public long size() {
    return size;
  }

  /**
   * Whether the temporary file is still where it was stored.
   *
   * @return false once it was moved or removed, or if there was none
   */
  public synchronized boolean isStored() {
    return ours;
  }

  /**
   * Moves the temporary file to where it is to stay.
   *
   * @param target the new path; an existing file is replaced
   * @throws IOException if that cannot be done
   * @throws IllegalStateException if there is no temporary file, or not any more
   */
  public synchronized void moveTo(Path target) throws IOException {
    TemporaryFile source = file;
    if (!ours || source == null) {
      throw new IllegalStateException(
          "uploaded file: error " + error + " (expected: stored, and not moved or removed)");
    }
    source.moveTo(target);
    ours = false;
  }

  /** Removes the temporary file unless it was moved. */
  public synchronized void discard() {
    TemporaryFile left = file;
    if (ours && left != null) {
      ours = false;
      left.delete();
    }
  }
}
