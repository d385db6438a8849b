// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.swoole4j.testing.PythonClient;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP examples that have to do with files keep their contract, as curl sees it. */
final class HttpFilesExamplesTest {
  private static final int CHROMIUM_SECONDS = 60;
  private static final String CURL =
      """
      import subprocess, sys
      base = "http://127.0.0.1:" + sys.argv[1]
      def curl(path, *options):
          command = ["curl", "-sS", "--max-time", "20", "--path-as-is", *options, base + path]
          return subprocess.run(command, capture_output=True, check=True).stdout.decode()
      """;

  @ParameterizedTest
  @ValueSource(strings = {"base", "process"})
  void staticServesADirectory(String mode, @TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("a.txt"), "0123456789");
    Files.createDirectory(directory.resolve("empty"));
    String script =
        """
        print(curl("/a.txt"))
        print(curl("/a.txt", "-r", "2-4"))
        print(curl("/a.txt", "-I", "-o", "/dev/null", "-w", "%{http_code} %{content_type}"))
        print("a.txt" in curl("/"), "a.txt" in curl("/empty/"))
        print(curl("/../../../../etc/passwd"))
        """;

    try (ExampleProcess server =
        ExampleProcess.run("http-static", directory.toString(), "--port", "0", "--mode", mode)
            .awaitListening()) {
      assertThat(PythonClient.run(CURL + script, server.port()).requireSuccess().lines())
          .containsExactly(
              "0123456789", "234", "200 text/plain", "True False", "<h1>Not found</h1>");
    }
  }

  @Test
  void staticSaysWhichDirectoryIsMissing(@TempDir Path directory) {
    try (ExampleProcess server =
        ExampleProcess.run("http-static", directory.resolve("none").toString(), "--port", "0")) {
      assertThat(server.awaitExit()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "process"})
  void uploadShowsAFormAndTellsWhatItGot(String mode, @TempDir Path directory) throws IOException {
    Path large = directory.resolve("large.bin");
    Files.write(large, new byte[5 << 20]);
    Path small = Files.writeString(directory.resolve("small.txt"), "abc");
    String script =
        """
        print('type="file" name="files[]"' in curl("/"))
        print(curl("/", "-F", "comment=hi", "-F", "files[]=@" + sys.argv[2], "-F", "files[]=@" + sys.argv[3]))
        """;

    try (ExampleProcess server =
        ExampleProcess.run("http-upload", "--port", "0", "--mode", mode).awaitListening()) {
      assertThat(
              PythonClient.run(CURL + script, server.port(), large, small).requireSuccess().lines())
          .containsExactly(
              "True",
              "comment: hi",
              "large.bin: 5242880 bytes of application/octet-stream, SHA-256"
                  + " c036cbb7553a909f8b8877d4461924307f27ecb66cff928eeeafd569c3887e29",
              "small.txt: 3 bytes of text/plain, SHA-256"
                  + " ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
  }

  @Test
  void staticPageLoadsInChromium(@TempDir Path directory, @TempDir Path profile)
      throws IOException, InterruptedException {
    Optional<String> browser =
        Stream.of("chromium", "chromium-browser", "google-chrome")
            .filter(HttpFilesExamplesTest::isInstalled)
            .findFirst();
    assumeTrue(browser.isPresent(), "no Chromium is installed");
    Files.writeString(
        directory.resolve("index.html"), "<p id=\"p\">nothing</p><script src=\"a.js\"></script>");
    Files.writeString(directory.resolve("a.js"), "p.textContent = 'script ' + (1 + 1);");

    try (ExampleProcess server =
        ExampleProcess.run("http-static", directory.toString(), "--port", "0").awaitListening()) {
      Path page = profile.resolve("page");
      Process process =
          new ProcessBuilder(
                  browser.get(),
                  "--headless",
                  "--disable-gpu",
                  "--no-sandbox",
                  "--user-data-dir=" + profile,
                  "--dump-dom",
                  "http://127.0.0.1:" + server.port() + "/index.html")
              .redirectOutput(page.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        assertThat(process.waitFor(CHROMIUM_SECONDS, TimeUnit.SECONDS)).isTrue();
      } finally {
        process.destroyForcibly().waitFor();
      }
      assertThat(Files.readString(page)).contains("<p id=\"p\">script 2</p>");
    }
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }
}
