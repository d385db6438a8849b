// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import io.swoole4j.internal.http.upload.StoredFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A file of a form, in a temporary file that is removed after the request unless it is moved: what
 * is a map in Swoole's {@code $files}. Safe from any thread.
 */
public final class UploadedFile {
  /** All of it is there; PHP's {@code UPLOAD_ERR_OK}. */
  public static final int OK = StoredFile.OK;

  /** It is larger than the form's field MAX_FILE_SIZE says; {@code UPLOAD_ERR_FORM_SIZE}. */
  public static final int FORM_SIZE = StoredFile.FORM_SIZE;

  /** The body ended inside of it; {@code UPLOAD_ERR_PARTIAL}. */
  public static final int PARTIAL = StoredFile.PARTIAL;

  /** No file was chosen; {@code UPLOAD_ERR_NO_FILE}. */
  public static final int NO_FILE = StoredFile.NO_FILE;

  /** The directory for temporary files is gone; {@code UPLOAD_ERR_NO_TMP_DIR}. */
  public static final int NO_TMP_DIR = StoredFile.NO_TMP_DIR;

  /** The temporary file could not be written; {@code UPLOAD_ERR_CANT_WRITE}. */
  public static final int CANT_WRITE = StoredFile.CANT_WRITE;

  private final StoredFile file;

  UploadedFile(StoredFile file) {
    this.file = file;
  }

  /**
   * Its name at the client, without directories. Made up by the client: not to be used as a path.
   *
   * @return empty if no file was chosen
   */
  public String name() {
    return file.name();
  }

  /**
   * Its media type, as the client says.
   *
   * @return empty if it does not say
   */
  public String type() {
    return file.type();
  }

  /**
   * The path of the temporary file.
   *
   * @return empty if there is none because of an error
   */
  public String tmpName() {
    return Objects.toString(file.path(), "");
  }

  /**
   * What went wrong, by PHP's numbers.
   *
   * @return one of the constants of this class, {@link #OK} for nothing
   */
  public int error() {
    return file.error();
  }

  /**
   * How long it is.
   *
   * @return bytes, 0 on an error
   */
  public long size() {
    return file.size();
  }

  /**
   * Moves the temporary file to where it is to stay; PHP's {@code move_uploaded_file}. It stays
   * readable for the server's user alone.
   *
   * @param target the new path; a file that is there is replaced
   * @throws IOException if that cannot be done; the temporary file is still there then
   * @throws IllegalStateException if it is not there because of an error, or was moved, or the
   *     request is done
   */
  public void moveTo(Path target) throws IOException {
    file.moveTo(target);
  }

  @Override
  public String toString() {
    return file.field() + " of " + file.size() + " bytes, error " + file.error();
  }
}
