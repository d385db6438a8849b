// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;

/**
 * The server process: starts one server, prints {@code LISTENING <port>} and ends when its standard
 * input does, so that it never outlives the process that started it.
 *
 * <p>Commands are read from standard input: {@code RECORD} starts a flight recording, {@code DUMP
 * <path>} writes it to a file, {@code THREADS} prints the processor time of each thread, {@code
 * MEMORY} collects garbage and prints how many bytes of the heap are in use; each answer ends with
 * {@code DONE}.
 */
final class ServeCommand {
  static final String LISTENING = "LISTENING ";
  static final String RECORD = "RECORD";
  static final String DUMP = "DUMP ";
  static final String THREADS = "THREADS";
  static final String MEMORY = "MEMORY";
  static final String DONE = "DONE";

  static final String USAGE =
      """
      serve options: --server netty|base|process (netty)  --loops N (1)
                     --workload echo|plaintext|file|http2|http2_frames|websocket|broadcast|stalled (echo)
                     --payload BYTES (64; of the file)
      """;

  private @Nullable Recording recording;

  private ServeCommand() {}

  static void run(List<String> words) throws IOException, InterruptedException {
    Arguments arguments =
        Arguments.parse(words, Set.of("server", "workload", "loops", "payload"), Set.of());
    ServerKind kind = ServerKind.of(arguments.text("server", "netty"));
    int loops = arguments.integer("loops", 1, 1, 1024);
    int payload = arguments.integer("payload", 64, 0, 64 << 20);
    Workload workload = Workload.of(arguments.text("workload", "echo"));
    try (TestedServer server = kind.start(workload, loops, payload)) {
      System.err.println(server.description());
      System.out.println(LISTENING + server.port());
      new ServeCommand().obey();
    }
  }

  private void obey() throws IOException {
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line; (line = commands.readLine()) != null; ) {
      if (line.equals(RECORD)) {
        recording = Profile.startRecording();
      } else if (line.startsWith(DUMP) && recording != null) {
        recording.stop();
        recording.dump(Path.of(line.substring(DUMP.length())));
        recording.close();
        recording = null;
      } else if (line.equals(THREADS)) {
        ThreadTimes.ofThisJvm().forEach(times -> System.out.println(times.toLine()));
      } else if (line.equals(MEMORY)) {
        System.gc();
        System.out.println(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
      } else {
        throw new UsageException(
            "command: " + line + " (expected: RECORD, DUMP path, THREADS, MEMORY)");
      }
      System.out.println(DONE);
    }
  }
}
