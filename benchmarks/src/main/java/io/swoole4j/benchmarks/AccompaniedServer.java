// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

/**
 * A server and something beside it that ends when it does.
 *
 * @param server the server
 * @param end ends what is beside it, before the server itself
 */
record AccompaniedServer(TestedServer server, Runnable end) implements TestedServer {
  @Override
  public int port() {
    return server.port();
  }

  @Override
  public String description() {
    return server.description();
  }

  @Override
  public void close() {
    try {
      end.run();
    } finally {
      server.close();
    }
  }
}
