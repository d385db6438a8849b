// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.http.HttpEvent;
import io.swoole4j.http.HttpServer;
import io.swoole4j.http.HttpSettings;
import io.swoole4j.http.Request;
import io.swoole4j.http.Response;
import io.swoole4j.http.UploadedFile;
import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerPort;
import io.swoole4j.setting.Settings;
import io.swoole4j.websocket.WebSocketSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds docs/parity.md to the tests and members that it names, and to the lists it has to cover.
 */
final class ParityTest {

  private static final Pattern TEST_NAME = Pattern.compile("`(\\w+(?:Test|IT)\\.\\w+)`");

  private static final List<Class<?>> MEMBER_OWNERS =
      List.of(
          Server.class,
          ServerPort.class,
          Event.class,
          Settings.class,
          HttpServer.class,
          HttpEvent.class,
          HttpSettings.class,
          Request.class,
          Response.class,
          UploadedFile.class,
          WebSocketSettings.class);

  private static final Pattern MEMBER_NAME =
      Pattern.compile(
          MEMBER_OWNERS.stream()
              .map(Class::getSimpleName)
              .collect(Collectors.joining("|", "`((?:", ")\\.\\w+)`")));

  private static final String ONE_STATUS =
      "(tested: `\\w+\\.\\w+`(, `\\w+\\.\\w+`)*|open: [^;]+|not applicable: [^;]+)";

  private static final Pattern STATUS = Pattern.compile(ONE_STATUS + "(; " + ONE_STATUS + ")*");

  private final List<String> rows = rows();

  private static List<String> rows() {
    return SourceTree.read(SourceTree.document("parity.md"))
        .lines()
        .filter(
            line -> line.startsWith("| T") || line.startsWith("| `") || line.startsWith("| ours: "))
        .toList();
  }

  @Test
  void namesOnlyTestsThatExist() {
    assertThat(TestIndex.ofAllModules()).containsAll(found(TEST_NAME));
  }

  @Test
  void namesOnlyMembersThatExist() {
    Set<String> members =
        MEMBER_OWNERS.stream().flatMap(ParityTest::members).collect(Collectors.toSet());

    assertThat(members).containsAll(found(MEMBER_NAME));
  }

  @Test
  void givesEveryRowAStatus() {
    assertThat(rows)
        .isNotEmpty()
        .allSatisfy(row -> assertThat(cells(row).get(cells(row).size() - 1)).matches(STATUS));
  }

  @Test
  void hasOneRowForEveryBehaviour() throws IOException {
    List<String> listed =
        rows.stream()
            .filter(row -> row.startsWith("| T"))
            .map(row -> cells(row).get(0) + " " + cells(row).get(1))
            .toList();

    assertThat(listed).containsExactlyElementsOf(resource("behaviours.txt"));
  }

  @Test
  void hasOneRowForEverythingTheNotesName() throws IOException {
    List<String> listed =
        rows.stream()
            .filter(row -> row.startsWith("| `"))
            .map(row -> cells(row).get(0).replace("`", ""))
            .toList();

    assertThat(listed).containsExactlyElementsOf(resource("notes.txt"));
  }

  private Set<String> found(Pattern name) {
    return rows.stream()
        .flatMap(row -> name.matcher(row).results())
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> members(Class<?> type) {
    Stream<String> methods = Arrays.stream(type.getMethods()).map(method -> method.getName());
    Stream<String> constants = Arrays.stream(type.getFields()).map(field -> field.getName());
    return Stream.concat(methods, constants).map(member -> type.getSimpleName() + "." + member);
  }

  /** The cells of a row, without the empty texts before the first bar and after the last. */
  private static List<String> cells(String row) {
    String[] parts = row.split("(?<!\\\\)\\|", -1);
    return Arrays.stream(parts).skip(1).limit(parts.length - 2L).map(String::strip).toList();
  }

  private static List<String> resource(String name) throws IOException {
    try (InputStream in = ParityTest.class.getResourceAsStream("/parity/" + name)) {
      assertThat(in).as(name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
