// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

/** A running server that answers each length-prefixed frame with the same frame. */
interface EchoServer extends AutoCloseable {
  int port();

  /** One line on transport and threads, for the head of the report. */
  String description();

  @Override
  void close();
}
