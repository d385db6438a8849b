// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.testing.PythonClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file of 100 MB comes back from length-echo as it was, to a client in another language. */
@Timeout(300)
final class LengthEchoFileTest {
  private static final int SIZE = 100_000_000;
  private static final Duration LIMIT = Duration.ofSeconds(270);

  @TempDir private static Path directory;
  private static Path file = Path.of("");
  private static String sha256 = "";

  @BeforeAll
  static void writeTheFile() throws IOException, NoSuchAlgorithmException {
    file = directory.resolve("file");
    Random random = new Random(42);
    byte[] chunk = new byte[1_000_000];
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
      for (int written = 0; written < SIZE; written += chunk.length) {
        random.nextBytes(chunk);
        out.write(chunk);
      }
    }
    sha256 = HexFormat.of().formatHex(digest.digest());
  }

  @ParameterizedTest
  @CsvSource({"base, 1", "base, 64", "process, 1", "process, 64"})
  void returnsAFileInFrames(String mode, int connections) throws IOException {
    try (ExampleProcess server =
        ExampleProcess.run("length-echo", "--port", "0", "--mode", mode).awaitListening()) {

      String returned = send(server, connections, "meanwhile");

      assertThat(returned).isEqualTo(sha256);
    }
  }

  @Test
  void returnsAFileToAClientThatReadsAfterItHasSentEverything() throws IOException {
    try (ExampleProcess server =
        ExampleProcess.run("length-echo", "--port", "0").awaitListening()) {

      String returned = send(server, 1, "afterwards");

      assertThat(returned).isEqualTo(sha256);
    }
  }

  private static String send(ExampleProcess server, int connections, String when)
      throws IOException {
    return PythonClient.run(LIMIT, script(), file, server.port(), connections, when)
        .requireSuccess();
  }

  private static String script() throws IOException {
    try (InputStream script =
        Objects.requireNonNull(LengthEchoFileTest.class.getResourceAsStream("length_echo.py"))) {
      return new String(script.readAllBytes(), UTF_8);
    }
  }
}
