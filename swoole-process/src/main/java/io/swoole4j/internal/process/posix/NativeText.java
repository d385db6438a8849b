// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.posix;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** How paths and arguments are written for the operating system. */
final class NativeText {
  /** What the JDK uses for file names; absent in some JVMs. */
  static final Charset ENCODING =
      Charset.forName(System.getProperty("sun.jnu.encoding", StandardCharsets.UTF_8.name()));

  private NativeText() {}
}
