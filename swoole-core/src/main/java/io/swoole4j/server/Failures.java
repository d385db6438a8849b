// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.internal.worker.WorkerContext;
import java.util.Optional;
import org.slf4j.Logger;

/** What is done when a handler throws: one ERROR line, then the error event. Any thread. */
final class Failures {
  private final Server server;
  private final Logger logger;
  private final Optional<ErrorHandler> handler;

  Failures(Server server, Logger logger, Optional<ErrorHandler> handler) {
    this.server = server;
    this.logger = logger;
    this.handler = handler;
  }

  /** Reports what a handler threw. */
  void report(Event<?> event, long fd, Throwable cause) {
    WorkerContext context = WorkerContext.current();
    int workerId = context == null ? -1 : context.worker().id();
    logger.error("handler of {} threw: fd {}, worker {}", event, fd, workerId, cause);
    handler.ifPresent(
        handlerOfErrors -> {
          try {
            handlerOfErrors.onError(server, event, fd, workerId, cause);
          } catch (Exception e) {
            logger.error("handler of error threw: fd {}, worker {}", fd, workerId, e);
          }
        });
  }
}
