// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;

/** Processor time that one thread has used so far, in nanoseconds. */
record ThreadTimes(String name, long userNanos, long systemNanos) {
  private static final String SEPARATOR = "\t";

  /** The times of all Java threads of this JVM. */
  static List<ThreadTimes> ofThisJvm() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    List<ThreadTimes> times = new ArrayList<>();
    for (ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (info != null) {
        long user = Math.max(0, threads.getThreadUserTime(info.getThreadId()));
        long total = Math.max(user, threads.getThreadCpuTime(info.getThreadId()));
        times.add(new ThreadTimes(info.getThreadName(), user, total - user));
      }
    }
    return times;
  }

  /** One line of text, which {@link #parse} reads. */
  String toLine() {
    return userNanos + SEPARATOR + systemNanos + SEPARATOR + name;
  }

  static ThreadTimes parse(String line) {
    List<String> fields = List.of(line.split(SEPARATOR, 3));
    return new ThreadTimes(
        fields.get(2), Long.parseLong(fields.get(0)), Long.parseLong(fields.get(1)));
  }
}
