// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.swoole4j.http.HttpSettings;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.testing.ClientCommand;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.TlsClient;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Everybody's clients and load generators get from the HTTP examples what they ask for. */
final class HttpToolsExamplesTest {
  private static final int LARGE = 300_000;

  private static RunningServer conformance(ServerMode mode) {
    Server server = new HttpConformance().server("127.0.0.1", 0, mode, SocketType.TCP);
    server.set(HttpSettings.OPEN_HTTP2_PROTOCOL, true);
    return RunningServer.start(server);
  }

  private static RunningServer http2(ServerMode mode) {
    return RunningServer.start(new Http2().server("127.0.0.1", 0, mode, SocketType.TCP));
  }

  private static String run(String... command) {
    return ClientCommand.run(List.of(command), UTF_8);
  }

  private static void assumeInstalled(String program) {
    boolean installed =
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    assumeTrue(installed, program + " is not installed");
  }

  @ParameterizedTest
  @EnumSource
  void curlSpeaksEveryVersion(ServerMode mode, @TempDir Path directory) throws IOException {
    assumeInstalled("curl");
    Path file = Files.writeString(directory.resolve("file"), "0123456789".repeat(LARGE / 10));
    String upload = "--data-binary";
    String at = "@" + file;
    String told = " %{http_version} %{size_upload} %{http_code}";
    try (RunningServer clear = conformance(mode);
        RunningServer secured = http2(mode)) {
      String http = "http://127.0.0.1:" + clear.port() + "/";
      String https = "https://127.0.0.1:" + secured.port() + "/";

      assertThat(run("curl", "-sS", "-w", told, http + "plaintext"))
          .isEqualTo("Hello, World! 1.1 0 200");
      assertThat(run("curl", "-sS", "--http2-prior-knowledge", "-w", told, http + "plaintext"))
          .isEqualTo("Hello, World! 2 0 200");
      assertThat(run("curl", "-sSk", "-w", told, https))
          .startsWith("Hello over HTTP/2, stream 1\n")
          .endsWith(" 2 0 200");
      for (String version : new String[] {"--http1.1", "--http2-prior-knowledge"}) {
        assertThat(run("curl", "-sS", version, upload, at, http + "echo-body")).hasSize(LARGE);
        assertThat(run("curl", "-sS", version, "-H", "x-a: b", http + "echo").lines())
            .contains("x-a: b");
        assertThat(
                run(
                    "curl",
                    "-sS",
                    version,
                    "--compressed",
                    upload,
                    at,
                    "-w",
                    "%{size_download}",
                    http))
            .hasSizeBetween(LARGE + 3, LARGE + 5);
      }
      assertThat(run("curl", "-sSk", upload, at, https)).hasSize(LARGE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void clientOfTheJdkSpeaksBothVersions(ServerMode mode) throws Exception {
    try (RunningServer clear = conformance(mode);
        RunningServer secured = http2(mode)) {
      HttpClient client =
          HttpClient.newBuilder()
              .sslContext(TlsClient.context())
              .connectTimeout(Duration.ofSeconds(30))
              .build();
      for (HttpClient.Version version : HttpClient.Version.values()) {
        for (String url :
            new String[] {
              "http://127.0.0.1:" + clear.port() + "/echo-body",
              "https://localhost:" + secured.port() + "/"
            }) {
          HttpRequest request =
              HttpRequest.newBuilder(URI.create(url))
                  .version(version)
                  .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[LARGE]))
                  .build();
          HttpResponse<byte[]> reply =
              client.send(request, HttpResponse.BodyHandlers.ofByteArray());

          assertThat(reply.statusCode()).isEqualTo(200);
          assertThat(reply.body()).hasSize(LARGE);
          // A body is not sent again on a connection in the clear that changes its protocol.
          if (url.startsWith("https")) {
            assertThat(reply.version()).isEqualTo(version);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void nghttpAndH2loadLoseNothing(ServerMode mode) {
    assumeInstalled("nghttp");
    assumeInstalled("h2load");
    try (RunningServer clear = conformance(mode);
        RunningServer secured = http2(mode)) {
      String http = "http://127.0.0.1:" + clear.port() + "/plaintext";
      String https = "https://127.0.0.1:" + secured.port() + "/";

      assertThat(run("nghttp", http)).contains("Hello, World!");
      assertThat(run("nghttp", https)).contains("Hello over HTTP/2, stream ");
      for (String url : new String[] {http, https}) {
        assertThat(run("h2load", "-n1000", "-c2", "-m32", url))
            .contains("1000 succeeded, 0 failed, 0 errored, 0 timeout")
            .contains("1000 2xx, 0 3xx, 0 4xx, 0 5xx");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void apacheBenchLosesNothing(ServerMode mode) {
    assumeInstalled("ab");
    try (RunningServer running = conformance(mode)) {
      String url = "http://127.0.0.1:" + running.port() + "/plaintext";

      String closing = run("ab", "-q", "-n", "200", "-c", "8", url);
      String keeping = run("ab", "-q", "-k", "-n", "1000", "-c", "8", url);

      assertThat(closing)
          .containsPattern("Complete requests: +200\n")
          .containsPattern("Failed requests: +0\n")
          .containsPattern("HTML transferred: +2600 bytes");
      assertThat(keeping)
          .containsPattern("Complete requests: +1000\n")
          .containsPattern("Failed requests: +0\n")
          .containsPattern("Keep-Alive requests: +1000\n")
          .doesNotContain("Non-2xx");
    }
  }

  @Test
  void wrkLosesNothing() {
    assumeInstalled("wrk");
    try (RunningServer running = conformance(ServerMode.PROCESS)) {
      String url = "http://127.0.0.1:" + running.port() + "/plaintext";

      // A machine that is busy may answer nothing within a second, but then within another one.
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                String told = run("wrk", "-t1", "-c8", "-d1s", "--timeout", "20s", url);
                assertThat(told)
                    .containsPattern("\n +[0-9]+ requests in ")
                    .doesNotContain("Socket errors", "Non-2xx");
                return !told.contains("\n  0 requests in ");
              });
    }
  }
}
