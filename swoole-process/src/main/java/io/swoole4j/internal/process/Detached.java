// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

import io.swoole4j.internal.process.posix.ErrnoException;
import io.swoole4j.internal.process.posix.Posix;
import io.swoole4j.internal.process.posix.Spawn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/**
 * This JVM once more, with the same arguments, in a session of its own: what takes the place of a
 * second {@code fork}. Owned by the thread that builds it.
 */
public final class Detached {
  /** Tells the second JVM what it is. */
  private static final String MARK = "SWOOLE4J_DETACHED";

  private static final int STANDARD_STREAMS = 3;

  private final Spawn spawn;

  private Detached(Spawn spawn) {
    this.spawn = spawn;
  }

  /** Whether this JVM is one. */
  public static boolean isThis() {
    String leader = System.getenv(MARK);
    return leader != null && Posix.getsid(0) == Posix.getpid();
  }

  /**
   * Prepares it.
   *
   * @param noclose whether it keeps the standard streams instead of the null device
   * @throws IOException if this JVM's command line cannot be read
   */
  public static Detached again(boolean noclose) throws IOException {
    String text = new String(ProcessTitle.commandLine(), StandardCharsets.ISO_8859_1);
    List<String> command = new ArrayList<>(Arrays.asList(text.split("\0", -1)));
    command.remove(command.size() - 1);
    String program = Files.readSymbolicLink(Path.of("/proc/self/exe")).toString();
    Spawn spawn =
        new Spawn(
            program,
            command.stream()
                .skip(1)
                .map(
                    argument ->
                        new String(
                            argument.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                .toList());
    spawn.newSession().environment(MARK, "1");
    for (int fd = 0; !noclose && fd < STANDARD_STREAMS; fd++) {
      spawn.nullDevice(fd);
    }
    return new Detached(spawn);
  }

  /** Lets it have a descriptor of this JVM under the same number. */
  public void keep(int fd) {
    spawn.descriptor(fd, fd);
  }

  /** Starts it as a program. */
  public void start() throws ErrnoException {
    spawn.start();
  }

  /** Starts it as a child, which is told the same. */
  public Child startChild(Boot boot, ThreadFactory threads) throws ErrnoException {
    return Child.start(spawn, boot, threads, made -> {});
  }

  /**
   * Goes to the root, in the second JVM: before its start its class path might be one below the
   * directory of the first.
   */
  public static void changeDirectory() throws ErrnoException {
    Posix.check("chdir", Posix.chdir("/"));
  }
}
