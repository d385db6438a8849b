// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The blocks of code on a page. */
final class Snippets {
  private static final Pattern CLASS_NAME = Pattern.compile("final class (\\w+)");
  private static final String CLASS_PATH = System.getProperty("java.class.path");

  private Snippets() {}

  /** The blocks of a language, in their order. */
  static List<String> of(String page, String language) {
    return Pattern.compile("(?ms)^```" + language + "\n(.*?)^```$")
        .matcher(page)
        .results()
        .map(snippet -> snippet.group(1))
        .toList();
  }

  /** The blocks of Java: whole programs, others in a frame that takes their number and text. */
  static List<String> framed(String page, String frame) {
    List<String> sources = new ArrayList<>();
    for (String snippet : of(page, "java")) {
      boolean whole = snippet.contains("public final class");
      sources.add(whole ? snippet : frame.formatted(sources.size(), snippet));
    }
    return sources;
  }

  /** Compiles as a user's build may, with every warning an error, and answers the class's name. */
  static String compile(String source, Path classes) {
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
    assertThat(compiled).as("%s%n%s", messages, source).isTrue();
    return className;
  }
}
