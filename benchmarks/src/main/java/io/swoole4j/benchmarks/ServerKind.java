// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/** The servers that are compared; the first is the baseline. */
enum ServerKind {
  NETTY,
  BASE,
  PROCESS;

  /** The kind with this name, in any letter case. */
  static ServerKind of(String name) {
    for (ServerKind kind : values()) {
      if (kind.label().equals(name.toLowerCase(Locale.ROOT))) {
        return kind;
      }
    }
    throw new UsageException(
        "server: "
            + name
            + " (expected: one of "
            + Arrays.stream(values()).map(ServerKind::label).toList()
            + ")");
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Starts a length-framed echo server of this kind on a free port of the loopback address.
   *
   * @param loops event loops, and in PROCESS mode workers
   * @param maxFrameBytes longest frame accepted, header included
   */
  EchoServer start(int loops, int maxFrameBytes) throws InterruptedException {
    return switch (this) {
      case NETTY -> NettyEchoServer.start(loops, maxFrameBytes);
      case BASE -> SwooleEchoServer.startBase(loops, maxFrameBytes);
      case PROCESS -> SwooleEchoServer.startProcess(loops, maxFrameBytes);
    };
  }
}
