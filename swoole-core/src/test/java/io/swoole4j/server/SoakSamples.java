// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.testing.Descriptors;
import io.swoole4j.testing.NettyMemory;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** What a process holds at some moments, and whether that grows. Used by one thread. */
final class SoakSamples {
  private static final long MIB = 1 << 20;

  private final List<Sample> samples = new ArrayList<>();

  /**
   * What the process holds.
   *
   * @param heap bytes of live objects
   * @param direct bytes of direct memory that Netty has reserved
   * @param threads threads
   * @param descriptors open files and sockets
   */
  record Sample(long heap, long direct, long threads, long descriptors) {
    /** Taken behind a collection of garbage. */
    static Sample now() {
      System.gc();
      return new Sample(
          ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
          NettyMemory.snapshot().direct(),
          ManagementFactory.getThreadMXBean().getThreadCount(),
          Descriptors.count());
    }
  }

  void add(Sample sample) {
    samples.add(sample);
  }

  /**
   * What has grown: the middle of the last third against that of the second, which is behind the
   * warm-up, by more than what comes and goes.
   *
   * @return one line for each, empty if all is flat
   */
  List<String> rising() {
    if (samples.size() < 9) {
      throw new IllegalStateException("samples: " + samples.size() + " (expected: 9 at least)");
    }
    Map<String, ToLongFunction<Sample>> gauges = new LinkedHashMap<>();
    gauges.put("heap", Sample::heap);
    gauges.put("direct memory", Sample::direct);
    gauges.put("threads", Sample::threads);
    gauges.put("descriptors", Sample::descriptors);
    Map<String, Long> slack =
        Map.of("heap", 4 * MIB, "direct memory", 4 * MIB, "threads", 2L, "descriptors", 8L);
    List<String> rising = new ArrayList<>();
    gauges.forEach(
        (name, gauge) -> {
          int third = samples.size() / 3;
          long before = middle(samples.subList(third, 2 * third), gauge);
          long after = middle(samples.subList(samples.size() - third, samples.size()), gauge);
          // What lives in memory varies with the load; of the others every one counts.
          long share = name.endsWith("s") ? 0 : before / 10;
          if (after - before > Math.max(slack.get(name), share)) {
            rising.add(name + ": " + before + ", then " + after);
          }
        });
    return rising;
  }

  private static long middle(List<Sample> part, ToLongFunction<Sample> gauge) {
    return part.stream().mapToLong(gauge).sorted().toArray()[part.size() / 2];
  }

  @Override
  public String toString() {
    return samples.toString();
  }
}
