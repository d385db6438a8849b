// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.condition.OS.LINUX;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.aether.RepositoryException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.io.TempDir;

/**
 * A user's program, compiled and run against what the build publishes, by the JDK that runs the
 * tests. A warning of the compiler fails it: a user's build may not allow any.
 */
final class ConsumerIT {

  private static final String MAIN_CLASS = "io.example.consumer.Consumer";
  private static final String FALLBACK = "the epoll transport is not available";

  @TempDir private static Path repository;
  private static String libraries = "";

  @TempDir private Path work;

  /** Logback is there so that a warning of the library is seen. */
  @BeforeAll
  static void publishAndResolve() throws RepositoryException {
    try (LocalPublication publication = new LocalPublication(repository)) {
      publication.publishAll();
      libraries =
          Stream.concat(
                  publication.resolve(ReactorModule.CORE).stream(),
                  publication
                      .resolve(
                          "ch.qos.logback",
                          "logback-classic",
                          ReactorModule.property("logback.version"))
                      .stream())
              .distinct()
              .map(Path::toString)
              .collect(Collectors.joining(File.pathSeparator));
    }
  }

  @Test
  @EnabledOnOs(
      value = LINUX,
      architectures = {"amd64", "aarch64"})
  void usesEpollOnTheClassPath() throws Exception {
    compile("--class-path", libraries, source("io/example/consumer/Consumer.java"));

    String output = run("--class-path", work + File.pathSeparator + libraries, MAIN_CLASS, "auto");

    assertThat(output).doesNotContain(FALLBACK);
  }

  @Test
  @EnabledOnOs(
      value = LINUX,
      architectures = {"amd64", "aarch64"})
  void usesEpollOnTheModulePathWithItsNativeModule() throws Exception {
    compileModule();

    String output = runModule("auto", "--add-modules", nativeModule());

    assertThat(output).doesNotContain(FALLBACK);
  }

  @Test
  @EnabledOnOs(LINUX)
  void warnsOnTheModulePathWithoutTheNativeModule() throws Exception {
    compileModule();

    String output = runModule("auto");

    assertThat(output).contains(FALLBACK);
  }

  @Test
  void usesNioOnTheModulePathEverywhere() throws Exception {
    compileModule();

    String output = runModule("nio");

    assertThat(output).doesNotContain(FALLBACK);
  }

  private static String nativeModule() {
    String architecture = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch_64";
    return "io.netty.transport.epoll.linux." + architecture;
  }

  private void compileModule() throws URISyntaxException {
    compile(
        "--module-path",
        libraries,
        source("module-info.java"),
        source("io/example/consumer/Consumer.java"));
  }

  private void compile(String... arguments) {
    ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
    StringWriter output = new StringWriter();
    PrintWriter writer = new PrintWriter(output);
    List<String> all =
        new ArrayList<>(List.of("--release", "17", "-Xlint:all", "-Werror", "-d", work.toString()));
    all.addAll(List.of(arguments));

    int exitCode = javac.run(writer, writer, all.toArray(String[]::new));

    assertThat(exitCode).as("%s", output).isZero();
  }

  private static String source(String name) throws URISyntaxException {
    URL resource = Objects.requireNonNull(ConsumerIT.class.getResource("/consumer/" + name));
    return Path.of(resource.toURI()).toString();
  }

  private String runModule(String transport, String... options) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.addAll(List.of("--module-path", work + File.pathSeparator + libraries));
    arguments.addAll(List.of("--module", "io.example.consumer/" + MAIN_CLASS, transport));
    return run(arguments.toArray(String[]::new));
  }

  private String run(String... arguments) throws IOException, InterruptedException {
    Path output = work.resolve("output.txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();

    boolean ended = process.waitFor(100, TimeUnit.SECONDS);

    process.destroyForcibly();
    String printed = Files.readString(output);
    assertThat(ended).as("ended in time: %s", printed).isTrue();
    assertThat(process.exitValue()).as("%s", printed).isZero();
    assertThat(printed).contains("PROCESS answered hello", "BASE answered hello");
    return printed;
  }
}
