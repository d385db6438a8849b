// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.Setting;
import io.swoole4j.setting.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What docs/tls.md tells to write compiles, and it names every setting of TLS that has an effect.
 */
final class TlsPageTest {
  private static final String PAGE = SourceTree.read(SourceTree.path("docs/tls.md"));

  /** A snippet is the body of a method with a server at hand. */
  private static final String FRAME =
      """
      import io.swoole4j.http.HttpServer;
      import io.swoole4j.server.*;
      import io.swoole4j.setting.*;
      import java.util.*;

      final class TlsSnippet%d {
        static void snippet(Server server) {
      %s
        }
      }
      """;

  @TempDir private Path classes;

  @Test
  void everyJavaSnippetCompilesWithoutAWarning() {
    assertThat(Snippets.framed(PAGE, FRAME))
        .hasSizeGreaterThan(4)
        .allSatisfy(source -> Snippets.compile(source, classes));
  }

  @Test
  void namesEverySettingOfTls() {
    assertThat(Settings.all())
        .extracting(Setting::name)
        .filteredOn(name -> name.startsWith("ssl_"))
        // Without effect, or the older way to say it.
        .filteredOn(name -> !List.of("ssl_compress", "ssl_dhparam", "ssl_method").contains(name))
        .allSatisfy(
            name ->
                assertThat(PAGE)
                    .containsAnyOf(name, "SSL_" + name.substring(4).toUpperCase(Locale.ROOT)));
  }
}
