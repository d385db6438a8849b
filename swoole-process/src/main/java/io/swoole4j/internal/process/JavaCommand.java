// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

import io.swoole4j.internal.process.posix.Spawn;
import java.io.File;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The command line of a JVM with the same class path or module path as this one. Any thread. */
public final class JavaCommand {
  private static final String MODULE = "io.swoole4j.process";

  /** Before this release there is no such option, or it is of an incubator. */
  private static final int NATIVE_ACCESS_SINCE = 22;

  private JavaCommand() {}

  /**
   * A JVM to start.
   *
   * @param main the class with {@code main}, of this module
   * @param options more options of the JVM, which may override those it gets anyway
   */
  static Spawn of(String main, List<String> options) {
    List<String> arguments = new ArrayList<>();
    boolean modular = JavaCommand.class.getModule().isNamed();
    String target = modular ? MODULE : "ALL-UNNAMED";
    // the pipe is a descriptor that is there already, and the JDK has no public way to read it
    arguments.add("--add-opens=java.base/java.io=" + target);
    if (Runtime.version().feature() >= NATIVE_ACCESS_SINCE) {
      arguments.add("--enable-native-access=" + (modular ? "com.sun.jna" : target));
    }
    arguments.add("-XX:-UsePerfData");
    if (options.stream().noneMatch(option -> option.matches("-XX:[+]Use\\w+GC"))) {
      arguments.add("-XX:+UseSerialGC");
    }
    arguments.addAll(options);
    addPath(arguments, "-cp", System.getProperty("java.class.path"));
    if (modular) {
      addPath(arguments, "-p", System.getProperty("jdk.module.path"));
      arguments.add("--add-modules=" + programModules());
      arguments.add("-m");
      arguments.add(MODULE + '/' + main);
    } else {
      arguments.add(main);
    }
    return new Spawn(program().toString(), arguments);
  }

  /** The JVM itself. */
  public static Path program() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  private static void addPath(List<String> arguments, String option, @Nullable String path) {
    if (path != null && !path.isEmpty()) {
      arguments.add(option);
      arguments.add(
          Arrays.stream(path.split(File.pathSeparator))
              .map(entry -> Path.of(entry).toAbsolutePath().toString())
              .collect(Collectors.joining(File.pathSeparator)));
    }
  }

  /** What the program consists of, beside the JDK: a child starts with another module. */
  private static String programModules() {
    return ModuleLayer.boot().configuration().modules().stream()
        .filter(JavaCommand::isOfProgram)
        .map(ResolvedModule::name)
        .collect(Collectors.joining(","));
  }

  private static boolean isOfProgram(ResolvedModule module) {
    ModuleReference reference = module.reference();
    return reference.location().map(uri -> !"jrt".equals(uri.getScheme())).orElse(false);
  }
}
