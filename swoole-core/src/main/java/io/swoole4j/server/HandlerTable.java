// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which handler is bound to which event, for a server or a port. Guarded by its owner. */
final class HandlerTable {
  private final Map<Event<?>, EventHandler> handlers = new LinkedHashMap<>();

  <H extends EventHandler> void bind(Event<H> event, @Nullable EventHandler handler) {
    if (handler == null || !event.handlerType().isInstance(handler)) {
      throw new IllegalArgumentException(
          event.name()
              + ": "
              + (handler == null ? "null" : handler.getClass().getName())
              + " (expected: "
              + event.handlerType().getSimpleName()
              + ")");
    }
    put(event, handler);
  }

  /** Two events of one name are two forms of the same: the last one holds. */
  private void put(Event<?> event, EventHandler handler) {
    handlers.keySet().removeIf(bound -> bound.name().equals(event.name()));
    handlers.put(event, handler);
  }

  /** Binds an object to every event whose interface it implements; answers whether there is one. */
  boolean bindAll(List<Event<?>> events, EventHandler handler) {
    boolean bound = false;
    for (Event<?> event : events) {
      if (event.handlerType().isInstance(handler)) {
        put(event, handler);
        bound = true;
      }
    }
    return bound;
  }

  <H extends EventHandler> Optional<H> find(Event<H> event) {
    return Optional.ofNullable(event.handlerType().cast(handlers.get(event)));
  }

  /** What is bound to the first of some events to which anything is. */
  @Nullable EventHandler findAny(List<? extends Event<?>> events) {
    return events.stream().map(handlers::get).filter(Objects::nonNull).findFirst().orElse(null);
  }

  /** Whether something is bound to an event of that name, in whichever form. */
  boolean binds(String name) {
    return handlers.keySet().stream().anyMatch(event -> event.name().equals(name));
  }

  /** A copy in which the handlers of this table win over those of the other. */
  HandlerTable over(HandlerTable other) {
    HandlerTable merged = new HandlerTable();
    merged.handlers.putAll(other.handlers);
    handlers.forEach(merged::put);
    return merged;
  }
}
