// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/http.md shows compiles: classes as they are, all else inside of a method. */
final class HttpPageTest {
  private static final String PAGE = SourceTree.read(SourceTree.path("docs/http.md"));

  private static final String BEFORE =
      """
      import io.swoole4j.http.*;
      import io.swoole4j.server.*;
      import io.swoole4j.setting.*;
      import io.swoole4j.timer.Timer;
      import java.nio.charset.StandardCharsets;
      import java.nio.file.Path;
      import java.util.*;

      final class Snippet%d {
        HttpServer http = new HttpServer("127.0.0.1", 0);

        void run() throws Exception {
      %s
        }
      }
      """;

  @TempDir private Path classes;

  @Test
  void everyJavaSnippetCompilesWithoutAWarning() {
    assertThat(Snippets.framed(PAGE, BEFORE))
        .hasSizeGreaterThan(8)
        .allSatisfy(source -> Snippets.compile(source, classes));
  }

  @Test
  void namesEveryLimitThatIsOnByDefault() {
    assertThat(
            List.of(
                "http_max_header_size",
                "http_max_headers",
                "package_max_length",
                "http_max_pipeline",
                "http_header_timeout",
                "http_body_timeout",
                "http_body_min_rate",
                "http_keepalive_timeout",
                "http_write_timeout",
                "socket_buffer_size"))
        .allSatisfy(setting -> assertThat(PAGE).contains("`" + setting + "`"));
  }
}
