// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Profiles one run of a server process: a flight recording, and thread times at both ends. */
final class ServerProfiler implements Meter {
  private final ServerProcess server;
  private Instant from = Instant.MAX;
  private Instant to = Instant.MIN;
  private List<ThreadTimes> before = List.of();
  private List<ThreadTimes> after = List.of();

  private ServerProfiler(ServerProcess server) {
    this.server = server;
  }

  /** Starts the recording, which so covers the warm-up as well. */
  static ServerProfiler attach(ServerProcess server) throws IOException {
    server.startRecording();
    return new ServerProfiler(server);
  }

  @Override
  public synchronized void start() throws IOException {
    before = server.threadTimes();
    from = Instant.now();
  }

  @Override
  public synchronized void stop() throws IOException {
    after = server.threadTimes();
    to = Instant.now();
  }

  /** Ends the recording and adds what lies in the measured time to a profile. */
  synchronized void finish(Path file, Profile profile) throws IOException {
    server.dumpRecording(file);
    if (from.isBefore(to)) {
      profile.addTimes(before, after, Duration.between(from, to));
      profile.addSamples(file, from, to);
    }
  }
}
