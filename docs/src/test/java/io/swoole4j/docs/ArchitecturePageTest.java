// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.http.HttpSettings;
import io.swoole4j.server.Server;
import io.swoole4j.setting.Setting;
import io.swoole4j.setting.Settings;
import io.swoole4j.websocket.WebSocketSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/architecture.md to the names in the code that it mentions. */
final class ArchitecturePageTest {

  private static final Pattern CONSTANT = Pattern.compile("`(\\w+)\\.([A-Z][A-Z_]+)`");
  private static final Pattern SETTING = Pattern.compile("`([a-z]+(?:_[a-z]+)+)`");

  private final String page = SourceTree.read(SourceTree.document("architecture.md"));

  @Test
  void namesOnlyConstantsThatExist() throws IOException {
    List<String> missing = new ArrayList<>();
    List<MatchResult> names = CONSTANT.matcher(page).results().toList();
    for (MatchResult name : names) {
      String declared = "\\b" + name.group(2) + "\\b( =|\\()";
      if (!Pattern.compile(declared).matcher(source(name.group(1))).find()) {
        missing.add(name.group());
      }
    }

    assertThat(names).isNotEmpty();
    assertThat(missing).isEmpty();
  }

  @Test
  void namesOnlySettingsThatExist() {
    Set<String> settings =
        Stream.of(
                Settings.all(),
                List.of(Server.DISPATCH_FUNC),
                HttpSettings.all(),
                WebSocketSettings.all())
            .flatMap(List::stream)
            .map(Setting::name)
            .collect(Collectors.toSet());

    assertThat(SETTING.matcher(page).results().map(name -> name.group(1)))
        .isNotEmpty()
        .isSubsetOf(settings);
  }

  /** The source of every class of that name; two modules may have one. */
  private static String source(String className) throws IOException {
    StringBuilder sources = new StringBuilder();
    for (String module :
        List.of("swoole-core", "swoole-http", "swoole-websocket", "swoole-process")) {
      try (Stream<Path> files = Files.walk(SourceTree.path(module + "/src/main/java"))) {
        files
            .filter(file -> file.endsWith(className + ".java"))
            .forEach(file -> sources.append(SourceTree.read(file)));
      }
    }
    return sources.toString();
  }
}
