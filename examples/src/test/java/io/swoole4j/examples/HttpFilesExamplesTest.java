// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.swoole4j.http.HttpSettings;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.testing.PythonClient;
import io.swoole4j.testing.RunningServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The HTTP examples that have to do with files keep their contract, as curl and Chromium see it.
 */
final class HttpFilesExamplesTest {
  private static final String CURL =
      """
      import subprocess, sys
      base = "http://127.0.0.1:" + sys.argv[1]
      def curl(path, *options):
          command = ["curl", "-sS", "--max-time", "25", "--path-as-is", *options, base + path]
          return subprocess.run(command, capture_output=True, check=True).stdout.decode()
      """;

  private static RunningServer serving(ServerMode mode, Path directory) {
    Server server = new HttpStatic().server("127.0.0.1", 0, mode, SocketType.TCP);
    server.set(HttpSettings.DOCUMENT_ROOT, directory.toString());
    return RunningServer.start(server);
  }

  private static RunningServer takingUploads(ServerMode mode) {
    return RunningServer.start(new HttpUpload().server("127.0.0.1", 0, mode, SocketType.TCP));
  }

  @ParameterizedTest
  @EnumSource
  void staticServesADirectory(ServerMode mode, @TempDir Path directory) throws IOException {
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

    try (RunningServer server = serving(mode, directory)) {
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
      assertThat(server.stderr()).contains("none");
    }
  }

  @ParameterizedTest
  @EnumSource
  void uploadShowsAFormAndTellsWhatItGot(ServerMode mode, @TempDir Path directory)
      throws IOException {
    Path large = directory.resolve("large.bin");
    Files.write(large, new byte[5 << 20]);
    Path small = Files.writeString(directory.resolve("small.txt"), "abc");
    String script =
        """
        print('type="file" name="files[]"' in curl("/"))
        print(curl("/", "-F", "comment=hi", "-F", "files[]=@" + sys.argv[2], "-F", "files[]=@" + sys.argv[3]))
        """;

    try (RunningServer server = takingUploads(mode)) {
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
  void pagesLoadInChromium(@TempDir Path directory) throws IOException {
    Optional<Path> program = Browser.find();
    assumeTrue(program.isPresent(), "no Chromium on this machine: no page is loaded in it");
    Files.writeString(
        directory.resolve("index.html"), "<p id=\"p\">nothing</p><script src=\"a.js\"></script>");
    Files.writeString(directory.resolve("a.js"), "p.textContent = 'script ' + (1 + 1);");

    try (RunningServer files = serving(ServerMode.PROCESS, directory);
        RunningServer uploads = takingUploads(ServerMode.BASE);
        Browser browser = Browser.start(program.orElseThrow())) {
      Browser.Page page = browser.open("http://127.0.0.1:" + files.port() + "/");
      page.awaitValue("document.body.innerText", "script 2");

      Browser.Page form = browser.open("http://127.0.0.1:" + uploads.port() + "/");
      form.awaitValue("document.readyState + document.title", "completeUpload");
      form.evaluate("document.querySelector('[name=comment]').value = 'gr\u00fc\u00df'");
      form.evaluate(
          "(() => { const chosen = new DataTransfer();"
              + " chosen.items.add(new File(['abc'], 'a b.txt', {type: 'text/plain'}));"
              + " document.querySelector('[type=file]').files = chosen.files;"
              + " document.querySelector('button').click(); })()");
      form.awaitValue(
          "document.body.innerText.trim().replace('gr\u00fc\u00df', 'greetings')",
          "comment: greetings\na b.txt: 3 bytes of text/plain, SHA-256"
              + " ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
  }
}
