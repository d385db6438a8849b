// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.testing.RawClient;
import java.io.BufferedReader;
import java.io.File;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README.md tells a newcomer to type works. */
final class ReadmeTest {

  private static final String README = SourceTree.read(SourceTree.path("README.md"));
  private static final Pattern CLASS_NAME = Pattern.compile("public final class (\\w+)");
  private static final String CLASS_PATH = System.getProperty("java.class.path");

  @TempDir private Path classes;

  @Test
  void everyJavaSnippetCompilesWithoutAWarning() {
    assertThat(snippets("java")).isNotEmpty().allSatisfy(this::compile);
  }

  @Test
  void theFirstServerHasFifteenLinesAtMostAndServesAClient() throws Exception {
    String source = snippets("java").get(0);
    assertThat(source.lines().count()).isLessThanOrEqualTo(15);
    String mainClass = compile(source.replace("9501", "0"));

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
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void theFirstCommandBuildsAndStartsAnExampleAsTheBuildMakesIt() {
    String command = snippets("sh").get(0);
    String build = "mvn -q -pl examples -am package -DskipTests";
    String jar = find("<runnable.jar>(.*)</runnable.jar>", "examples/pom.xml");

    assertThat(command.strip().lines())
        .containsExactly(build + " && java -jar examples/target/" + jar + " chat --port 9501");
    assertThat(SourceTree.read(SourceTree.path("CONTRIBUTING.md"))).contains(build);
  }

  @Test
  void theSecondCommandIsTheOneThatContinuousIntegrationRuns() {
    assertThat(snippets("sh").get(1).strip()).isEqualTo("mvn verify");
    assertThat(find("(?m)^mvn -B (verify)$", ".ci/run")).isEqualTo("verify");
    assertThat(SourceTree.read(SourceTree.path("CONTRIBUTING.md"))).contains("`mvn verify`");
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

  private static List<String> snippets(String language) {
    return Pattern.compile("(?ms)^```" + language + "\n(.*?)^```$")
        .matcher(README)
        .results()
        .map(snippet -> snippet.group(1))
        .toList();
  }

  private static String find(String pattern, String file) {
    Matcher matcher = Pattern.compile(pattern).matcher(SourceTree.read(SourceTree.path(file)));
    assertThat(matcher.find()).as("%s in %s", pattern, file).isTrue();
    return matcher.group(1);
  }

  /** Compiles as a user's build may, with every warning an error, and answers the class's name. */
  private String compile(String source) {
    Matcher matcher = CLASS_NAME.matcher(source);
    assertThat(matcher.find()).as("a class in: %s", source).isTrue();
    String className = matcher.group(1);
    JavaFileObject file =
        new SimpleJavaFileObject(
            URI.create("string:///" + className + ".java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    StringWriter messages = new StringWriter();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options =
        List.of("--release", "17", "-Xlint:all", "-Werror", "-cp", CLASS_PATH, "-d", "" + classes);
    boolean compiled = compiler.getTask(messages, null, null, options, null, List.of(file)).call();
    assertThat(compiled).as("%s", messages).isTrue();
    return className;
  }
}
