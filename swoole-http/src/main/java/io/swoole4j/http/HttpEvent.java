// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import io.swoole4j.server.Event;
import io.swoole4j.setting.Scope;
import java.util.List;

/** The events of HTTP. */
public final class HttpEvent {
  /** A request has arrived. */
  public static final Event<RequestHandler> REQUEST =
      Event.of("request", RequestHandler.class, Scope.PORT, "A request has arrived.");

  private HttpEvent() {}

  /**
   * The events of HTTP.
   *
   * @return all constants of this class
   */
  public static List<Event<?>> all() {
    return List.of(REQUEST);
  }
}
