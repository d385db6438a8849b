// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.docs;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The test methods of all modules, read from their sources, as {@code Class.method}. */
final class TestIndex {

  /** A method that returns something or nothing, at the indentation of a member. */
  private static final Pattern METHOD =
      Pattern.compile("^ +(?:[a-z]+ )*(?:void|[A-Z][\\w<>?, ]*) (\\w+)\\(");

  private static final Pattern TEST_ANNOTATION =
      Pattern.compile("@(Test|ParameterizedTest|RepeatedTest|TestFactory|ServerMatrix)\\b");

  private TestIndex() {}

  static Set<String> ofAllModules() {
    Set<String> tests = new TreeSet<>();
    for (Path source : SourceTree.testSources()) {
      String className = source.getFileName().toString().replace(".java", "");
      collect(className, SourceTree.read(source), tests);
    }
    return tests;
  }

  /** Members are separated by blank lines: an annotation counts for the method of its own block. */
  private static void collect(String className, String source, Set<String> tests) {
    boolean annotated = false;
    for (String line : source.lines().toList()) {
      if (line.isBlank()) {
        annotated = false;
      } else if (TEST_ANNOTATION.matcher(line).find()) {
        annotated = true;
      } else if (annotated) {
        Matcher method = METHOD.matcher(line);
        if (method.find()) {
          tests.add(className + "." + method.group(1));
          annotated = false;
        }
      }
    }
  }
}
