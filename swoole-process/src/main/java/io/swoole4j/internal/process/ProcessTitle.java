// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What {@code ps} and {@code top} call this process. Any thread. */
public final class ProcessTitle {
  private static final Path COMMAND = Path.of("/proc/self/comm");
  private static final Path ARGUMENTS = Path.of("/proc/self/cmdline");
  private static final Path STATE = Path.of("/proc/self/stat");

  /** Which fields of {@code /proc/self/stat}, counted from the one behind the name, tell where. */
  private static final int ARGUMENTS_START = 48 - 3;

  private static final int ARGUMENTS_END = 49 - 3;

  private static byte @Nullable [] original;

  private ProcessTitle() {}

  /** The arguments this process was started with, each with a NUL behind it. */
  public static synchronized byte[] commandLine() throws IOException {
    byte[] kept = original;
    return kept == null ? Files.readAllBytes(ARGUMENTS) : kept;
  }

  /**
   * Sets it.
   *
   * @param title the first 15 bytes are shown as the name, as much as there was room for the
   *     command line as that
   * @throws IOException if the operating system does not allow it
   */
  public static synchronized void set(String title) throws IOException {
    original = commandLine();
    byte[] bytes = title.getBytes(UTF_8);
    Files.write(COMMAND, bytes);
    String state = Files.readString(STATE);
    String[] fields = state.substring(state.lastIndexOf(')') + 2).split(" ", -1);
    long start = Long.parseLong(fields[ARGUMENTS_START]);
    long end = Long.parseLong(fields[ARGUMENTS_END]);
    byte[] area = new byte[(int) (end - start)];
    System.arraycopy(bytes, 0, area, 0, Math.min(bytes.length, area.length - 1));
    try (RandomAccessFile memory = new RandomAccessFile("/proc/self/mem", "rw")) {
      memory.seek(start);
      memory.write(area);
    }
  }
}
