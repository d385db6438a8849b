// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.swoole4j.testing.ClientCommand;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;

/** The conformance tests of h2spec, whose program comes in the jar of a Maven plugin. */
final class H2Spec {
  private static final String ARCHIVE = "/h2spec/2.2.0/h2spec_linux_amd64.tar.gz";
  private static final Duration LIMIT = Duration.ofSeconds(270);

  private H2Spec() {}

  /** Runs all of it, and answers what it prints; skips the test on other machines than its own. */
  static String run(Path directory, String... options) throws IOException {
    Assumptions.assumeTrue(
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64"),
        "h2spec is a program for Linux on amd64");
    Path archive = directory.resolve("h2spec.tar.gz");
    try (InputStream in = Objects.requireNonNull(H2Spec.class.getResourceAsStream(ARCHIVE))) {
      Files.copy(in, archive);
    }
    ClientCommand.run(List.of("tar", "xzf", archive.toString(), "-C", directory.toString()), UTF_8);
    List<String> command = new ArrayList<>();
    command.add(directory.resolve("h2spec").toString());
    command.addAll(List.of(options));
    return ClientCommand.end(command, UTF_8, LIMIT).output();
  }
}
