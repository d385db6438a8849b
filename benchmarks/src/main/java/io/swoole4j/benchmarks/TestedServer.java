// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

/** A running server that a load client is pointed at. */
interface TestedServer extends AutoCloseable {
  int port();

  /** One line on transport and threads, for the head of the report. */
  String description();

  @Override
  void close();
}
