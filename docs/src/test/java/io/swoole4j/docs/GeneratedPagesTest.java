// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the generated pages to the code; writes them when the property {@link #WRITE} is true. */
final class GeneratedPagesTest {

  private static final String WRITE = "swoole4j.docs.write";

  private static final String COMMAND =
      "mvn -pl docs -am test -Dtest=GeneratedPagesTest -Dsurefire.failIfNoSpecifiedTests=false -D"
          + WRITE
          + "=true";

  private static Set<String> pages() {
    return References.pages().keySet();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void saysWhatTheCodeSays(String name) throws IOException {
    Path file = SourceTree.document(name);
    String page = References.pages().get(name);
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(file, page);
    }

    assertThat(file).as("docs/%s, written by: %s", name, COMMAND).exists();
    assertThat(SourceTree.read(file))
        .as("docs/%s is out of date, written anew by: %s", name, COMMAND)
        .isEqualTo(page);
  }
}
