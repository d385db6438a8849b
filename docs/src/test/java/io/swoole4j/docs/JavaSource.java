// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.docs;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The source of a class of the library, for what its Javadoc says and reflection does not. */
final class JavaSource {

  private static final Pattern INLINE_TAG = Pattern.compile("\\{@(code|link) ([^}]*)}");

  private final String className;
  private final String text;

  private JavaSource(String className, String text) {
    this.className = className;
    this.text = text;
  }

  /** The source of a class of swoole-core. */
  static JavaSource of(Class<?> type) {
    String module =
        Stream.of("http", "websocket")
            .filter(name -> type.getName().startsWith("io.swoole4j." + name + "."))
            .findFirst()
            .map(name -> "swoole-" + name)
            .orElse("swoole-core");
    String file = module + "/src/main/java/" + type.getName().replace('.', '/') + ".java";
    return new JavaSource(type.getSimpleName(), SourceTree.read(SourceTree.path(file)));
  }

  /** A member's Javadoc as Markdown on one line per paragraph, block tags left out. */
  String javadoc(Pattern declaration) {
    Matcher member =
        Pattern.compile("/\\*\\*((?:(?!\\*/).)*)\\*/\\s*" + declaration, Pattern.DOTALL)
            .matcher(text);
    if (!member.find()) {
      throw new IllegalStateException(className + ": no Javadoc of " + declaration);
    }
    String description =
        member.group(1).replaceAll("(?m)^\\s*\\* ?", "").replaceAll("(?s)\n@\\w+ .*", "").strip();
    return markdown(description);
  }

  /** A method's declaration as written, on one line. */
  String signature(String method) {
    Matcher declaration =
        Pattern.compile("\\b" + Pattern.quote(method) + "\\([^)]*\\)").matcher(text);
    return find(declaration)
        .orElseThrow(() -> new IllegalStateException(className + ": no method " + method));
  }

  private static Optional<String> find(Matcher matcher) {
    return matcher.find() ? Optional.of(matcher.group().replaceAll("\\s+", " ")) : Optional.empty();
  }

  private static String markdown(String description) {
    StringBuilder paragraphs = new StringBuilder();
    for (String paragraph : description.split("\\s*<p>", -1)) {
      paragraphs.append(paragraph.strip().replaceAll("\\s+", " ")).append('\n');
    }
    return INLINE_TAG
        .matcher(paragraphs.toString().strip())
        .replaceAll(tag -> Matcher.quoteReplacement("`" + member(tag.group(2)) + "`"));
  }

  private static String member(String reference) {
    return reference.replaceFirst("^#", "").replace('#', '.');
  }
}
