// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.modular;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.swoole4j.Swoole;
import io.swoole4j.process.SwooleProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Children of a program that has the library on its module path. */
class ModulePathTest {
  private static final String LIBRARIES = ".*/(netty-(?!all)|slf4j-api|jspecify|jna)[^/]*\\.jar";

  private static Path locationOf(Class<?> type) {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath());
  }

  @Test
  void haveTheSameModulesAsTheirParent() throws IOException, InterruptedException {
    Path library = locationOf(SwooleProcess.class);
    Path core = locationOf(Swoole.class);
    assumeThat(Files.isDirectory(library) && !Files.exists(library.resolve("module-info.class")))
        .as("needs the library compiled as modules")
        .isFalse();
    String modulePath =
        Stream.concat(
                Stream.of(library, core).map(Path::toString),
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                    .filter(entry -> entry.matches(LIBRARIES)))
            .collect(Collectors.joining(File.pathSeparator));

    Process program =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-p",
                    modulePath,
                    "--add-modules",
                    "io.swoole4j.process",
                    "-cp",
                    locationOf(ModularParent.class).toString(),
                    ModularParent.class.getName()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();

    assertThat(program.inputReader(UTF_8).lines())
        .containsExactly(
            "captured false io.swoole4j.process", "0", "added false io.swoole4j.process 1");
    assertThat(program.waitFor()).isZero();
  }
}
