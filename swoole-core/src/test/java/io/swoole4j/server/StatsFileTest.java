// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.setting.Settings;
import io.swoole4j.testing.PythonClient;
import io.swoole4j.testing.RunningServer;
import io.swoole4j.testing.ServerMatrix;
import io.swoole4j.testing.ServerVariant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The statistics are in a file, in the format that its name asks for. */
class StatsFileTest {

  @TempDir private Path directory;

  /** A server whose one client has been answered. */
  private static RunningServer answering(ServerVariant variant, Path file) {
    Server server = variant.newServer().set(Settings.WORKER_NUM, 2);
    server.set("stats_file", file.toString()).set("stats_timer_interval", 20);
    server.on(Event.RECEIVE, (s, fd, reactorId, data) -> s.send(fd, data));
    RunningServer running = RunningServer.start(server);
    assertThat(running.client().send("ab").readText(2)).isEqualTo("ab");
    return running;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private void awaitContent(Path file, String text) {
    Traffic.until(() -> Files.readString(file).contains(text));
  }

  @ServerMatrix(transports = "nio")
  void holdsLinesOfKeyAndValueWhileTheServerRuns(ServerVariant variant) throws IOException {
    Path file = directory.resolve("stats");

    try (RunningServer running = answering(variant, file)) {
      awaitContent(file, "request_count: 1\n");
      assertThat(Files.readAllLines(file))
          .allMatch(line -> line.matches("[a-z_]+: -?\\d+"))
          .contains("connection_num: 1", "accept_count: 1", "worker_num: 2");
      running.client();
      awaitContent(file, "connection_num: 2\n");
    }

    // The server does not wait for a disk that is too slow.
    awaitContent(file, "connection_num: 0\n");
    awaitContent(file, "close_count: 2\n");
    Traffic.until(() -> files().equals(List.of(file)));
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void holdsAnObjectOfJsonThatAnotherLanguageReads(ServerVariant variant) throws IOException {
    Path file = directory.resolve("stats.json");

    try (RunningServer running = answering(variant, file)) {
      awaitContent(file, "\"request_count\": 1,");
      String read =
          PythonClient.run(
                  Duration.ofSeconds(60),
                  """
                  import json, sys
                  stats = json.load(open(sys.argv[1]))
                  print(stats['connection_num'], stats['request_count'])
                  """,
                  file)
              .requireSuccess();
      assertThat(read.strip()).isEqualTo("1 1");
      assertThat(running.server().stats()).containsEntry("request_count", 1L);
    }
  }

  @ServerMatrix(modes = ServerMode.PROCESS, transports = "nio")
  void holdsAnArrayOfPhp(ServerVariant variant) throws IOException {
    Path file = directory.resolve("stats.php");

    try (RunningServer running = answering(variant, file)) {
      awaitContent(file, "  'request_count' => 1,\n");
      assertThat(running.server().stats()).isNotEmpty();
      assertThat(Files.readString(file))
          .startsWith("<?php\nreturn array (\n  'start_time' => ")
          .endsWith(",\n);\n");
    }
  }

  @Test
  void quotesWhatIsNoNumber() {
    Map<String, Object> stats = new LinkedHashMap<>();
    stats.put("a", "say \"it's\"\\\n");
    stats.put("b", true);

    assertThat(StatsFile.text(Path.of("s.JSON"), stats))
        .isEqualTo("{\n  \"a\": \"say \\\"it's\\\"\\\\\\u000a\",\n  \"b\": true\n}\n");
    assertThat(StatsFile.text(Path.of("s.php"), stats))
        .isEqualTo("<?php\nreturn array (\n  'a' => 'say \"it\\'s\"\\\\\n',\n  'b' => true,\n);\n");
  }
}
