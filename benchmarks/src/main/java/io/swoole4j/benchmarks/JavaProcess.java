// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Builds the command lines of child JVMs that run this class path with the JDK at hand. */
final class JavaProcess {
  private JavaProcess() {}

  /**
   * A command line for {@link Main}.
   *
   * @param jvmOptions options before the class name
   * @param arguments arguments of {@link Main#main}
   */
  static List<String> command(List<String> jvmOptions, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(arguments);
    return command;
  }
}
