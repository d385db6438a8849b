// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import io.swoole4j.server.ServerMode;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/** The servers that are compared; the first is the baseline. */
enum ServerKind {
  NETTY,
  BASE,
  PROCESS;

  private static final int LEAST_MAX_FRAME = 2 << 20;

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
   * Starts a server of this kind on a free port of the loopback address.
   *
   * @param workload what it has to do
   * @param loops event loops, and in PROCESS mode workers
   * @param payload bytes of a frame or of the file
   */
  TestedServer start(Workload workload, int loops, int payload)
      throws InterruptedException, IOException {
    if (workload == Workload.ECHO) {
      return startEcho(loops, Math.max(LEAST_MAX_FRAME, Integer.BYTES + payload));
    }
    if (workload.isWebSocket()) {
      return startWebSocket(workload, loops, payload);
    }
    if (this == NETTY && workload.isHttp2()) {
      return workload == Workload.HTTP2
          ? NettyHttp2Server.startStreams(loops)
          : NettyHttp2Server.startFrames(loops);
    }
    WebRoot root = WebRoot.create(payload);
    TestedServer server =
        this == NETTY
            ? NettyHttpServer.start(loops, root.file())
            : SwooleHttpServer.start(mode(), workload, loops, root.directory());
    return new AccompaniedServer(server, root::close);
  }

  private ServerMode mode() {
    return this == BASE ? ServerMode.BASE : ServerMode.PROCESS;
  }

  private TestedServer startEcho(int loops, int maxFrameBytes) throws InterruptedException {
    return switch (this) {
      case NETTY -> NettyEchoServer.start(loops, maxFrameBytes);
      case BASE, PROCESS -> SwooleEchoServer.start(mode(), loops, maxFrameBytes);
    };
  }

  private TestedServer startWebSocket(Workload workload, int loops, int payload)
      throws InterruptedException {
    return switch (this) {
      case NETTY -> NettyWebSocketServer.start(workload, loops, payload);
      case BASE, PROCESS -> SwooleWebSocketServer.start(mode(), workload, loops, payload);
    };
  }
}
