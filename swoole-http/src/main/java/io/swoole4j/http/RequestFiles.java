// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import io.swoole4j.internal.http.form.ValueTree;
import io.swoole4j.internal.http.upload.FormData;
import io.swoole4j.internal.http.upload.StoredFile;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The temporary files of one request, which last until its handler has returned and its response
 * has ended, whichever comes later. Any thread.
 */
final class RequestFiles {
  private static final int OWNERS = 2;

  private @Nullable FormData form;
  private int owners = OWNERS;

  /** Keeps the files of a form, or removes them if nobody is left to use them. */
  void add(FormData read) {
    boolean late;
    synchronized (this) {
      form = read;
      late = owners == 0;
    }
    if (late) {
      read.discard();
    }
  }

  /** The handler has returned, or the response has ended: to be called for each once. */
  void done() {
    FormData last;
    synchronized (this) {
      last = --owners == 0 ? form : null;
    }
    if (last != null) {
      last.discard();
    }
  }

  private synchronized @Nullable FormData form() {
    return form;
  }

  /** Whether a path is that of a temporary file which has not been moved. */
  boolean contains(String path) {
    FormData read = form();
    if (read == null) {
      return false;
    }
    try {
      Path wanted = Path.of(path).toAbsolutePath().normalize();
      return read.files().stream().anyMatch(file -> wanted.equals(file.path()) && file.isStored());
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** The files by name: one object for each, or as PHP has them, one map for each property. */
  static Map<String, Object> toMap(FormData form, boolean byProperty) {
    ValueTree tree = new ValueTree();
    for (StoredFile file : form.files()) {
      UploadedFile uploaded = new UploadedFile(file);
      if (byProperty) {
        int bracket = file.field().indexOf('[');
        String base = bracket < 0 ? file.field() : file.field().substring(0, bracket);
        String rest = bracket < 0 ? "" : file.field().substring(bracket);
        tree.add(base + "[name]" + rest, uploaded.name());
        tree.add(base + "[type]" + rest, uploaded.type());
        tree.add(base + "[tmp_name]" + rest, uploaded.tmpName());
        tree.add(base + "[error]" + rest, uploaded.error());
        tree.add(base + "[size]" + rest, uploaded.size());
      } else {
        tree.add(file.field(), uploaded);
      }
    }
    return tree.toMap();
  }
}
