// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What pages show that are written for the inside of a method compiles there. */
final class PageSnippetsTest {
  private static final String SERVER =
      """
      import static java.nio.charset.StandardCharsets.UTF_8;

      import io.swoole4j.server.*;
      import io.swoole4j.setting.*;
      import io.swoole4j.spi.UserProcess;
      import java.util.*;

      final class ServerSnippet%d {
        Server server = new Server("127.0.0.1", 0);

        void run() throws Exception {
      %s
        }
      }
      """;

  private static final String WEBSOCKET =
      """
      import io.swoole4j.http.*;
      import io.swoole4j.server.*;
      import io.swoole4j.setting.*;
      import io.swoole4j.websocket.*;
      import java.util.*;

      final class WebSocketSnippet%d {
        WebSocketServer server = new WebSocketServer("127.0.0.1", 0);
        String text = "";
        byte[] data = {};
        long fd;

        void run() throws Exception {
      %s
        }
      }
      """;

  private static final String PROCESS =
      """
      import static io.swoole4j.server.Event.RECEIVE;

      import io.swoole4j.process.*;
      import io.swoole4j.server.*;
      import java.util.*;

      final class ProcessSnippet%d {
        Server server = new Server("127.0.0.1", 0);

        void run() throws Exception {
      %s
        }
      }
      """;

  @TempDir private Path classes;

  @Test
  void everySnippetOnTheServerCompilesWithoutAWarning() {
    compile("docs/server.md", SERVER, 9);
  }

  @Test
  void everySnippetOnWebSocketCompilesWithoutAWarning() {
    compile("docs/websocket.md", WEBSOCKET, 6);
  }

  @Test
  void everySnippetOnProcessesCompilesWithoutAWarning() {
    compile("docs/process.md", PROCESS, 4);
  }

  @Test
  void everySnippetOnVirtualThreadsCompilesWithoutAWarning() {
    compile("docs/coroutines.md", WEBSOCKET, 1);
  }

  private void compile(String page, String frame, int least) {
    assertThat(Snippets.framed(SourceTree.read(SourceTree.path(page)), frame))
        .hasSizeGreaterThanOrEqualTo(least)
        .allSatisfy(source -> Snippets.compile(source, classes));
  }
}
