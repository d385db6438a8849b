// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples that speak HTTP/2 pass the cases of h2spec: all in the clear, some over TLS. */
final class Http2ExamplesTest {
  @Test
  void conformanceOverTlsWithoutWorkers(@TempDir Path directory) throws Exception {
    try (ExampleProcess server =
        ExampleProcess.run("http2", "--port", "0", "--mode", "base").awaitListening()) {
      assertThat(
              H2Spec.run(
                  directory,
                  "generic",
                  "-t",
                  "-k",
                  "-S",
                  "-o",
                  "5",
                  "-p",
                  String.valueOf(server.port())))
          .contains(" 0 skipped, 0 failed");
    }
  }

  @Test
  void conformanceInTheClearWithWorkers(@TempDir Path directory) throws Exception {
    try (ExampleProcess server =
        ExampleProcess.run("http-conformance", "--port", "0", "--open_http2_protocol", "true")
            .awaitListening()) {
      assertThat(
              H2Spec.run(
                  directory,
                  "-S",
                  "-o",
                  "5",
                  "-P",
                  "/plaintext",
                  "-p",
                  String.valueOf(server.port())))
          .contains(" 0 skipped, 0 failed");
    }
  }
}
