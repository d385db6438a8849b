// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Follows the links between the project's files in its Markdown. */
final class LinksTest {

  private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```");

  /** Inline, or the definition of a link that is used by its name. */
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)|(?m)^\\[[^]]+]: (\\S+)$");

  private static final Pattern NAMED = Pattern.compile("(?m)\\[([A-Z]\\w+)](?!\\(|: \\S+$)");
  private static final Pattern DEFINITION = Pattern.compile("(?m)^\\[([A-Z]\\w+)]: \\S+$");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

  @Test
  void everyRelativeLinkLeadsToAFileAndASectionOfIt() {
    List<String> broken = new ArrayList<>();
    for (Path document : SourceTree.documents()) {
      LINK.matcher(text(document))
          .results()
          .map(link -> link.group(1) == null ? link.group(2) : link.group(1))
          .filter(target -> !target.matches("[a-z]+:.*"))
          .filter(target -> !leadsSomewhere(document, target))
          .forEach(target -> broken.add(document.getFileName() + " -> " + target));
    }

    assertThat(broken).isEmpty();
  }

  @Test
  void everyLinkByNameIsDefinedAndUsed() {
    for (Path document : SourceTree.documents()) {
      String text = text(document);
      Set<String> defined = found(DEFINITION, text);
      if (!defined.isEmpty()) {
        assertThat(defined).as("%s", document).isEqualTo(found(NAMED, text));
      }
    }
  }

  private static Set<String> found(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String text(Path document) {
    return FENCE.matcher(SourceTree.read(document)).replaceAll("");
  }

  private static boolean leadsSomewhere(Path document, String target) {
    int hash = target.indexOf('#');
    String path = hash < 0 ? target : target.substring(0, hash);
    Path file = path.isEmpty() ? document : document.resolveSibling(path);
    if (!Files.exists(file)) {
      return false;
    }
    return hash < 0 || sections(file).contains(target.substring(hash + 1));
  }

  /** The names that a Markdown viewer gives to headings. */
  private static List<String> sections(Path document) {
    return HEADING
        .matcher(text(document))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
        .toList();
  }
}
