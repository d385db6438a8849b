// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.upload;

import java.util.List;
import java.util.Map;

/**
 * What a form with files held. The files are to be discarded once the request is done.
 *
 * @param fields texts, lists and maps by name, not to be changed
 * @param files the files in their order, not to be changed
 * @param overLimit how many fields and files were not kept because there were too many
 */
public record FormData(Map<String, Object> fields, List<StoredFile> files, int overLimit) {
  /** Removes the temporary files that were not moved. */
  public void discard() {
    files.forEach(StoredFile::discard);
  }
}
