// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.spi.PortProtocol;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The events of one server, its own and those of its protocols. Any thread. */
final class ServerEvents {
  private final List<Event<?>> events;

  ServerEvents(List<PortProtocol> protocols) {
    this.events =
        Stream.concat(
                Event.all().stream(),
                protocols.stream().flatMap(protocol -> protocol.events().stream()))
            .distinct()
            .toList();
  }

  List<Event<?>> all() {
    return events;
  }

  /**
   * The forms of the event of a name.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  List<Event<?>> named(String name) {
    List<Event<?>> forms =
        events.stream().filter(event -> event.name().equalsIgnoreCase(name)).toList();
    if (forms.isEmpty()) {
      throw new IllegalArgumentException(
          "event: " + name + " (expected: one of " + names(events) + ")");
    }
    return forms;
  }

  /**
   * The form of the event of a name that a handler is made for.
   *
   * @throws IllegalArgumentException if there is none
   */
  Event<?> of(String name, @Nullable EventHandler handler) {
    List<Event<?>> forms = named(name);
    return forms.stream()
        .filter(form -> form.handlerType().isInstance(handler))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    forms.get(0).name()
                        + ": "
                        + (handler == null ? "null" : handler.getClass().getName())
                        + forms.stream()
                            .map(form -> form.handlerType().getSimpleName())
                            .collect(Collectors.joining(" or ", " (expected: ", ")"))));
  }

  void require(Event<?> event) {
    if (!events.contains(event)) {
      throw new IllegalArgumentException(
          "event: " + event + " (expected: one of " + names(events) + ")");
    }
  }

  /** The names of events, once where an event has two forms. */
  static List<String> names(List<Event<?>> events) {
    return events.stream().map(Event::name).distinct().toList();
  }
}
