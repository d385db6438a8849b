// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

/**
 * The load of one run: connections, bytes of payload, requests outstanding, threads and seconds.
 */
record LoadSettings(
    int connections,
    int payload,
    int depth,
    int threads,
    double warmupSeconds,
    double measuredSeconds) {

  LoadSettings withDepth(int other) {
    return new LoadSettings(connections, payload, other, threads, warmupSeconds, measuredSeconds);
  }
}
