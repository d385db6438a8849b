// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where the threads of a server spent their time: processor time per thread, and the methods in
 * which the flight recorder saw them.
 *
 * <p>The recorder samples Java code and native methods at different rates, so the two are counted
 * apart; native samples include waiting for events.
 */
final class Profile {
  private static final String JAVA_SAMPLE = "jdk.ExecutionSample";
  private static final String NATIVE_SAMPLE = "jdk.NativeMethodSample";
  private static final Duration PERIOD = Duration.ofMillis(10);
  private static final double LEAST_PROCESSORS = 0.01;
  private static final int SHOWN = 12;

  private final Map<String, ThreadProfile> threads = new TreeMap<>();
  private double wallNanos;

  /** Starts sampling the stacks of this JVM. */
  static Recording startRecording() {
    Recording recording = new Recording();
    recording.enable(JAVA_SAMPLE).withPeriod(PERIOD);
    recording.enable(NATIVE_SAMPLE).withPeriod(PERIOD);
    recording.start();
    return recording;
  }

  /** Adds the processor times of one run, from the readings at its two ends. */
  void addTimes(List<ThreadTimes> before, List<ThreadTimes> after, Duration between) {
    wallNanos += between.toNanos();
    after.forEach(times -> thread(times.name()).addTimes(times, 1));
    before.forEach(times -> thread(times.name()).addTimes(times, -1));
  }

  /** Adds the samples that a recording holds from one moment to another. */
  void addSamples(Path file, Instant from, Instant to) throws IOException {
    try (RecordingFile recording = new RecordingFile(file)) {
      while (recording.hasMoreEvents()) {
        RecordedEvent event = recording.readEvent();
        Instant time = event.getStartTime();
        if (!time.isBefore(from) && !time.isAfter(to)) {
          addSample(event);
        }
      }
    }
  }

  private void addSample(RecordedEvent event) {
    String type = event.getEventType().getName();
    if (!type.equals(JAVA_SAMPLE) && !type.equals(NATIVE_SAMPLE)) {
      return;
    }
    RecordedThread thread = event.getThread("sampledThread");
    RecordedStackTrace stack = event.getStackTrace();
    if (thread != null && thread.getJavaName() != null && stack != null) {
      ThreadProfile profile = thread(thread.getJavaName());
      (type.equals(JAVA_SAMPLE) ? profile.java : profile.natives).add(stack);
    }
  }

  private ThreadProfile thread(String name) {
    return threads.computeIfAbsent(name, key -> new ThreadProfile());
  }

  /** Busy threads with the methods seen most often. */
  String summary() {
    StringBuilder text = new StringBuilder();
    threads.forEach(
        (name, thread) -> {
          double user = thread.userNanos / wallNanos;
          double system = thread.systemNanos / wallNanos;
          if (user + system >= LEAST_PROCESSORS) {
            text.append(
                String.format(
                    Locale.ROOT,
                    "%s: %.2f processors (%.2f user, %.2f system)%n",
                    name,
                    user + system,
                    user,
                    system));
            thread.java.append(text, "in Java code");
            thread.natives.append(text, "in native methods, waiting included");
          }
        });
    return text.toString();
  }

  /** What is known of one thread. */
  private static final class ThreadProfile {
    private final Samples java = new Samples();
    private final Samples natives = new Samples();
    private long userNanos;
    private long systemNanos;

    void addTimes(ThreadTimes times, int sign) {
      userNanos += sign * times.userNanos();
      systemNanos += sign * times.systemNanos();
    }
  }

  /** Counts of methods in sampled stacks. */
  private static final class Samples {
    private final Map<String, Integer> top = new HashMap<>();
    private final Map<String, Integer> anywhere = new HashMap<>();
    private int total;

    void add(RecordedStackTrace stack) {
      if (stack.getFrames().isEmpty()) {
        return;
      }
      total++;
      top.merge(nameOf(stack.getFrames().get(0)), 1, Integer::sum);
      Set<String> seen = new HashSet<>();
      stack.getFrames().stream()
          .map(Samples::nameOf)
          .filter(seen::add)
          .forEach(name -> anywhere.merge(name, 1, Integer::sum));
    }

    void append(StringBuilder text, String kind) {
      append(text, kind + ", top of the stack", top);
      anywhere.values().removeIf(count -> count == total); // the frames of the loop itself
      append(text, kind + ", anywhere on the stack", anywhere);
    }

    private void append(StringBuilder text, String title, Map<String, Integer> counts) {
      text.append("  ").append(title).append(" (").append(total).append(" samples)\n");
      counts.entrySet().stream()
          .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
          .limit(SHOWN)
          .forEach(
              entry ->
                  text.append(
                      String.format(
                          Locale.ROOT,
                          "    %5.1f %%  %s%n",
                          100.0 * entry.getValue() / total,
                          entry.getKey())));
    }

    private static String nameOf(RecordedFrame frame) {
      String type = frame.getMethod().getType().getName();
      return type.substring(type.lastIndexOf('.') + 1) + '.' + frame.getMethod().getName();
    }
  }
}
