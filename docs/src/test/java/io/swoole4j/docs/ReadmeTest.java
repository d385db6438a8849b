// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.testing.RawClient;
import java.io.BufferedReader;
import java.io.File;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README.md tells a newcomer to type works. */
final class ReadmeTest {

  private static final String README = SourceTree.read(SourceTree.path("README.md"));
  private static final String CLASS_PATH = System.getProperty("java.class.path");

  @TempDir private Path classes;

  @Test
  void everyJavaSnippetCompilesWithoutAWarning() {
    assertThat(Snippets.of(README, "java"))
        .isNotEmpty()
        .allSatisfy(source -> Snippets.compile(source, classes));
  }

  @Test
  void theFirstServerHasFifteenLinesAtMostAndServesAClient() throws Exception {
    String source = Snippets.of(README, "java").get(0);
    assertThat(source.lines().count()).isLessThanOrEqualTo(15);
    String mainClass = Snippets.compile(source.replace("9501", "0"), classes);

    Path errors = classes.resolve("stderr");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classes + File.pathSeparator + CLASS_PATH,
                mainClass)
            .redirectError(errors.toFile())
            .start();
    try (BufferedReader output = process.inputReader(UTF_8)) {
      String listening = output.readLine();
      assertThat(listening).as("%s", SourceTree.read(errors)).startsWith("listening on ");
      int port = Integer.parseInt(listening.replace("listening on ", ""));
      try (RawClient client = RawClient.connect(port)) {
        assertThat(client.send("one\ntwo\n").readUntil("two\n")).isEqualTo("one\ntwo\n");
      }

      assertThat(output.readLine()).isEqualTo("1 has left");
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void theFirstCommandBuildsAndStartsAnExampleAsTheBuildMakesIt() {
    String command = Snippets.of(README, "sh").get(0);
    String build = "mvn -q -pl examples -am package -DskipTests";
    String jar = find("<runnable.jar>(.*)</runnable.jar>", "examples/pom.xml");

    assertThat(command.strip().lines())
        .containsExactly(build + " && java -jar examples/target/" + jar + " chat --port 9501");
    assertThat(SourceTree.read(SourceTree.path("CONTRIBUTING.md"))).contains(build);
  }

  @Test
  void theSecondCommandChecksEverythingAndContributingSaysWhatContinuousIntegrationAdds() {
    assertThat(Snippets.of(README, "sh").get(1).strip()).isEqualTo("mvn verify");
    String first = find("(?m)^(mvn -B verify)$", ".ci/run");
    String mode = find("(?m)^conformance (\\w+) ", ".ci/run");
    assertThat(SourceTree.read(SourceTree.path("CONTRIBUTING.md")))
        .contains("| check everything | `mvn verify` |", "`.ci/run`: `" + first + "`")
        .contains("-Dautobahn.mode=" + mode);
  }

  @Test
  void namesEveryModuleOfTheBuild() {
    Matcher modules =
        Pattern.compile("<module>(.*)</module>")
            .matcher(SourceTree.read(SourceTree.path("pom.xml")));

    assertThat(modules.results().map(module -> "| `" + module.group(1) + "` |"))
        .isNotEmpty()
        .allSatisfy(row -> assertThat(README).contains(row));
  }

  @Test
  void namesEveryExample() {
    String main = "examples/src/main/java/io/swoole4j/examples/";
    Matcher examples =
        Pattern.compile("new (\\w+)\\(\\)")
            .matcher(find("(?s)List.of\\((.*?\\))\\);", main + "Examples.java"));

    assertThat(examples.results().map(example -> main + example.group(1) + ".java"))
        .isNotEmpty()
        .extracting(source -> "`" + find("String name\\(\\) \\{\\s+return \"(.*)\"", source) + "`")
        .allSatisfy(name -> assertThat(README).contains(name));
  }

  private static String find(String pattern, String file) {
    Matcher matcher = Pattern.compile(pattern).matcher(SourceTree.read(SourceTree.path(file)));
    assertThat(matcher.find()).as("%s in %s", pattern, file).isTrue();
    return matcher.group(1);
  }
}
