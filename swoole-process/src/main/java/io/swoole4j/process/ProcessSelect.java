// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.LastError;
import io.swoole4j.internal.process.posix.ErrnoException;
import io.swoole4j.internal.process.posix.Socket;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;

/** Waits for several pipes at once. Any thread. */
final class ProcessSelect {
  private ProcessSelect() {}

  static List<SwooleProcess> readable(List<SwooleProcess> processes, double seconds) {
    if (!(seconds >= 0)) {
      throw new IllegalArgumentException("seconds: " + seconds + " (expected: 0 or above)");
    }
    List<Socket> sockets =
        processes.stream().map(process -> process.requireWholePipe().socket()).toList();
    try {
      BitSet ready = Socket.readable(sockets, Duration.ofNanos((long) (seconds * 1e9)));
      return ready.stream().mapToObj(processes::get).toList();
    } catch (ErrnoException e) {
      LastError.set(e);
      return List.of();
    }
  }
}
