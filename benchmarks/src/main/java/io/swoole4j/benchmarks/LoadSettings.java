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

  /** What it is called in reports. */
  String label() {
    return workload.label()
        + (payload == 0 ? "" : " of " + payload + " B")
        + ", depth "
        + depth;
  }

  /** What a file about it is called. */
  String fileName() {
    return workload.label() + "-depth" + depth;
  }
}
