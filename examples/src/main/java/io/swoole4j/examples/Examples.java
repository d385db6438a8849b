// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import java.util.Comparator;
import java.util.List;

/** All examples, in the order in which they are best read. */
final class Examples {
  static final List<Example> ALL =
      List.of(
          new TcpEcho(),
          new LengthEcho(),
          new EofEcho(),
          new NotesProtocol(),
          new Subclass(),
          new EventLog(),
          new UdpEcho(),
          new MqttEcho(),
          new HttpHello(),
          new HttpConformance(),
          new HttpStatic(),
          new HttpUpload(),
          new HttpTasks(),
          new Http2(),
          new WebSocketEcho(),
          new Chat(),
          new BackgroundServer(),
          new ProcessPipe(),
          new ProcessExec(),
          new ProcessPoolQueue());

  private Examples() {}

  /** Finds an example by its name; for another name the closest one is suggested. */
  static Example named(String name) {
    return ALL.stream()
        .filter(example -> example.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new UsageException("example: " + name + " (" + closest(name) + ")"));
  }

  private static String closest(String name) {
    List<String> names = ALL.stream().map(Example::name).toList();
    String closest =
        names.stream().min(Comparator.comparingInt(each -> distance(name, each))).orElseThrow();
    // When more than half of it would have to change, another name was meant.
    return distance(name, closest) * 2 <= closest.length()
        ? "did you mean: " + closest
        : "expected: one of " + names;
  }

  /** Levenshtein distance: how many characters to insert, delete or replace. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
