// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

/**
 * The load of one run: workload, connections, bytes of payload or of the file, requests
 * outstanding, threads and seconds.
 */
record LoadSettings(
    Workload workload,
    int connections,
    int payload,
    int depth,
    int threads,
    double warmupSeconds,
    double measuredSeconds) {

  /** The same with other connections, all of one thread. */
  LoadSettings withConnections(int count) {
    return new LoadSettings(workload, count, payload, depth, 1, warmupSeconds, measuredSeconds);
  }

  /** The same with another warm-up. */
  LoadSettings withWarmup(double seconds) {
    return new LoadSettings(
        workload, connections, payload, depth, threads, seconds, measuredSeconds);
  }

  /** What it is called in reports. */
  String label() {
    String size = payload == 0 ? "" : " of " + payload + " B";
    return workload == Workload.BROADCAST
        ? workload.label() + size + " to " + connections + " connections"
        : workload.label() + size + ", depth " + depth;
  }

  /** What a file about it is called. */
  String fileName() {
    return workload.label() + "-depth" + depth;
  }
}
