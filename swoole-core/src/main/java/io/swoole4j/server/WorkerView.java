// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The handlers as one worker sees them: the shared ones, and over them those of its private object.
 * Immutable; a worker that begins again gets a new one.
 *
 * @param server the server's own events
 * @param ports the events of each port
 */
record WorkerView(HandlerTable server, List<PortHandlers> ports) {
  static WorkerView of(
      HandlerTable server,
      List<HandlerTable> ports,
      @Nullable EventHandler own,
      List<Event<?>> events) {
    HandlerTable mine = new HandlerTable();
    if (own != null) {
      mine.bindAll(events, own);
    }
    List<PortHandlers> resolved =
        ports.stream().map(port -> PortHandlers.of(mine.over(port))).toList();
    return new WorkerView(mine.over(server), resolved);
  }
}
