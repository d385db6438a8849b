// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.internal.worker.WorkerContext;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;

/** What is done when a handler throws: one ERROR line, then the error event. Any thread. */
final class Failures {
  private final Server server;
  private final Logger logger;
  private final Supplier<Optional<ErrorHandler>> handler;

  /**
   * Reports for one server.
   *
   * @param server the server
   * @param logger where the lines go
   * @param handler finds the handler of errors as the calling thread sees it
   */
  Failures(Server server, Logger logger, Supplier<Optional<ErrorHandler>> handler) {
    this.server = server;
    this.logger = logger;
    this.handler = handler;
  }

  /**
   * Reports what a handler threw, and nothing else comes of it unless it is an error: that goes on,
   * and ends the worker.
   */
  void thrown(Event<?> event, long fd, Throwable cause) {
    report(event, fd, cause);
    if (cause instanceof Error error) {
      throw error;
    }
  }

  /** Reports what a handler threw. An error of the error handler itself ends a worker too. */
  void report(Event<?> event, long fd, Throwable cause) {
    WorkerContext context = WorkerContext.current();
    int workerId = context == null ? -1 : context.worker().id();
    logger.error("handler of {} threw: fd {}, worker {}", event, fd, workerId, cause);
    try {
      ErrorHandler ofErrors = handler.get().orElse(null);
      if (ofErrors != null) {
        ofErrors.onError(server, event, fd, workerId, cause);
      }
    } catch (Exception e) {
      logger.error("handler of error threw: fd {}, worker {}", fd, workerId, e);
    } catch (Error e) {
      logger.error("handler of error threw: fd {}, worker {}", fd, workerId, e);
      if (context != null) {
        throw e;
      }
    }
  }
}
