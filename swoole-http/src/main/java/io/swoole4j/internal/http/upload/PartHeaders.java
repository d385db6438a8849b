// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.upload;

import io.swoole4j.internal.http.form.UrlDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of one part of a form say.
 *
 * @param field the name of the field, empty if it has none and is to be skipped
 * @param fileName the name of the file without directories; empty if no file was chosen, null if
 *     the part is no file
 * @param type the media type, empty if it is not said
 */
record PartHeaders(String field, @Nullable String fileName, String type) {
  private static final String EXTENDED = "utf-8''";

  static PartHeaders parse(String lines) {
    String field = "";
    String fileName = null;
    String type = "";
    for (String line : lines.split("\r\n", -1)) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        continue;
      }
      String name = line.substring(0, colon).strip();
      String value = line.substring(colon + 1).strip();
      if (name.equalsIgnoreCase("content-type")) {
        type = value;
      } else if (name.equalsIgnoreCase("content-disposition")) {
        HeaderParameters disposition = HeaderParameters.parse(value);
        if (disposition.value().equals("form-data")) {
          field = disposition.find("name").orElse("");
          fileName = fileName(disposition).map(PartHeaders::baseName).orElse(null);
        }
      }
    }
    return new PartHeaders(field, fileName, type);
  }

  /**
   * Some clients write names beyond ASCII in the extended form only, which RFC 7578 advises
   * against.
   */
  private static Optional<String> fileName(HeaderParameters disposition) {
    return disposition
        .find("filename")
        .or(
            () ->
                disposition
                    .find("filename*")
                    .filter(text -> text.regionMatches(true, 0, EXTENDED, 0, EXTENDED.length()))
                    .map(text -> percentDecoded(text.substring(EXTENDED.length()))));
  }

  private static String percentDecoded(String text) {
    // A plus is itself here, unlike in forms.
    byte[] bytes = text.replace("+", "%2B").getBytes(StandardCharsets.UTF_8);
    return UrlDecoder.decode(bytes, 0, bytes.length);
  }

  /** As PHP: up to a NUL, and behind the last slash of either kind. */
  private static String baseName(String name) {
    int nul = name.indexOf('\0');
    String text = nul < 0 ? name : name.substring(0, nul);
    return text.substring(Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1);
  }
}
