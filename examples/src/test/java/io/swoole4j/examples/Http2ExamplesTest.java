// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.http.HttpSettings;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.testing.RunningServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples that speak HTTP/2 pass all cases of h2spec, in the clear and over TLS. */
@Timeout(300)
final class Http2ExamplesTest {
  private static final String ALL_PASSED = "146 tests, 146 passed, 0 skipped, 0 failed";

  private static String h2spec(Path directory, RunningServer server, String... options)
      throws Exception {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("-S", "-o", "20", "-p", String.valueOf(server.port())));
    return H2Spec.run(directory, all.toArray(String[]::new));
  }

  @Test
  void conformanceOverTlsWithoutWorkers(@TempDir Path directory) throws Exception {
    Server http2 = new Http2().server("127.0.0.1", 0, ServerMode.BASE, SocketType.TCP);

    try (RunningServer server = RunningServer.start(http2)) {
      assertThat(h2spec(directory, server, "-t", "-k")).contains(ALL_PASSED);
    }
  }

  @Test
  void conformanceInTheClearWithWorkers(@TempDir Path directory) throws Exception {
    Server http = new HttpConformance().server("127.0.0.1", 0, ServerMode.PROCESS, SocketType.TCP);
    http.set(HttpSettings.OPEN_HTTP2_PROTOCOL, true);

    try (RunningServer server = RunningServer.start(http)) {
      assertThat(h2spec(directory, server, "-P", "/plaintext")).contains(ALL_PASSED);
    }
  }
}
