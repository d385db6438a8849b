// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.docs;

import java.nio.file.Path;
import java.util.List;

/**
 * One published module of this build, and where the build has put its files.
 *
 * @param artifactId its artifact's name, which is also its directory
 */
record ReactorModule(String artifactId) {

  static final String GROUP_ID = "io.swoole4j";
  static final String VERSION = property("project.version");
  static final ReactorModule CORE = new ReactorModule("swoole-core");
  static final List<ReactorModule> LIBRARY =
      List.of(
          CORE,
          new ReactorModule("swoole-http"),
          new ReactorModule("swoole-websocket"),
          new ReactorModule("swoole-process"));

  private static final Path ROOT = Path.of(property("project.root"));

  /** The pom that a user gets: without a parent, every version filled in. */
  Path pom() {
    return ROOT.resolve(artifactId).resolve(".flattened-pom.xml");
  }

  Path jar() {
    return target(".jar");
  }

  Path sourcesJar() {
    return target("-sources.jar");
  }

  Path javadocJar() {
    return target("-javadoc.jar");
  }

  /** The name of its Java module. */
  String moduleName() {
    return artifactId.replace("swoole-", "io.swoole4j.");
  }

  private Path target(String suffix) {
    return ROOT.resolve(artifactId).resolve("target").resolve(artifactId + "-" + VERSION + suffix);
  }

  static String property(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      throw new IllegalStateException(name + ": absent (expected: set by the build)");
    }
    return value;
  }

  @Override
  public String toString() {
    return artifactId;
  }
}
