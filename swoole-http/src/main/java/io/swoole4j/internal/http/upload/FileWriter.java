// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.upload;

import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Writes one file of a form as it arrives. After a failure it swallows the rest, so that the form's
 * other parts are read all the same. Not thread-safe.
 */
final class FileWriter {
  private final UploadDirectory directory;
  private final long formLimit;
  private @Nullable TemporaryFile file;
  private @Nullable FileChannel channel;
  private int error = StoredFile.OK;
  private long size;

  /** Begins a file, which may be as long as the form's field MAX_FILE_SIZE says. */
  FileWriter(UploadDirectory directory, long formLimit) {
    this.directory = directory;
    this.formLimit = formLimit;
    try {
      TemporaryFile made = directory.newFile();
      file = made;
      channel = FileChannel.open(made.path(), WRITE);
    } catch (IOException e) {
      fail(directory.failed(e));
    }
  }

  /** Appends bytes; answers how many there are now, written or not. */
  long write(byte[] data, int from, int length) {
    size += length;
    FileChannel target = channel;
    if (target != null) {
      if (size > formLimit) {
        fail(StoredFile.FORM_SIZE);
        return size;
      }
      try {
        ByteBuffer source = ByteBuffer.wrap(data, from, length);
        while (source.hasRemaining()) {
          target.write(source);
        }
      } catch (IOException e) {
        fail(directory.failed(e));
      }
    }
    return size;
  }

  /** Ends the file. */
  StoredFile finish(String field, String name, String type, boolean complete) {
    if (!complete && error == StoredFile.OK) {
      fail(StoredFile.PARTIAL);
    }
    close();
    return new StoredFile(field, name, type, error, file, size);
  }

  /** Gives the file up. */
  void abort() {
    fail(StoredFile.PARTIAL);
  }

  private void fail(int code) {
    error = code;
    close();
    TemporaryFile made = file;
    file = null;
    if (made != null) {
      made.delete();
    }
  }

  private void close() {
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        // What was written may not be there: as bad as a write that fails.
        fail(directory.failed(e));
      }
    }
  }
}
