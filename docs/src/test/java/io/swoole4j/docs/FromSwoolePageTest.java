// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Member;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/from-swoole.md names what there is, and leaves out nothing that the notes name. */
final class FromSwoolePageTest {
  private static final String PAGE = SourceTree.read(SourceTree.document("from-swoole.md"));
  private static final String PROSE =
      Pattern.compile("(?ms)^```.*?^```").matcher(PAGE).replaceAll("");

  private static final Pattern MEMBER = Pattern.compile("\\b([A-Z]\\w*[a-z]\\w*)\\.(\\w+)");
  private static final Pattern FIRST_CELL = Pattern.compile("(?m)^\\| (.*?) ?(?<!\\\\)\\|");

  private static final List<String> PACKAGES =
      List.of(
          "io.swoole4j.",
          "io.swoole4j.server.",
          "io.swoole4j.setting.",
          "io.swoole4j.timer.",
          "io.swoole4j.spi.",
          "io.swoole4j.http.",
          "io.swoole4j.websocket.",
          "io.swoole4j.process.",
          "java.lang.",
          "java.util.");

  private static final String FRAME =
      """
      import io.swoole4j.server.*;
      import java.util.*;

      final class FromSwoole%d {
        void run(CloseHandler chat) {
      %s
        }
      }
      """;

  @TempDir private Path classes;

  @Test
  void everyJavaSnippetCompilesWithoutAWarning() {
    assertThat(Snippets.framed(PAGE, FRAME))
        .isNotEmpty()
        .allSatisfy(source -> Snippets.compile(source, classes));
  }

  @Test
  void namesOnlyMembersThatExist() {
    assertThat(MEMBER.matcher(PROSE).results())
        .hasSizeGreaterThan(100)
        .allSatisfy(
            name -> assertThat(members(name.group(1))).as(name.group(1)).contains(name.group(2)));
  }

  @Test
  void namesEverythingThatTheNotesNameOrLeavesItToTheListOfSettings() throws IOException {
    Set<String> told =
        FIRST_CELL
            .matcher(PROSE)
            .results()
            .flatMap(cell -> Pattern.compile("\\w+").matcher(cell.group(1)).results())
            .map(word -> word.group())
            .collect(Collectors.toSet());
    String settings = SourceTree.read(SourceTree.document("settings.md"));

    assertThat(notes()).filteredOn(name -> !settings.contains("`" + name + "`")).isSubsetOf(told);
  }

  /** The names in the rows of parity.md, without the chapter in front and PHP's mark. */
  private static Stream<String> notes() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(FromSwoolePageTest.class.getResourceAsStream("/parity/notes.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .flatMap(line -> Stream.of(line.split(", ", -1)))
          .map(name -> name.replaceFirst("^(\\w+\\.)?\\$?", ""));
    }
  }

  private static Set<String> members(String className) {
    return PACKAGES.stream()
        .flatMap(name -> find(name + className))
        .flatMap(
            type ->
                Stream.<Member>concat(
                    Arrays.stream(type.getMethods()), Arrays.stream(type.getFields())))
        .map(Member::getName)
        .collect(Collectors.toSet());
  }

  private static Stream<Class<?>> find(String name) {
    try {
      return Stream.of(Class.forName(name));
    } catch (ClassNotFoundException e) {
      return Stream.empty();
    }
  }
}
