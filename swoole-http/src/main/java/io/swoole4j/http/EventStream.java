// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events on one response: what a browser's {@code EventSource} listens to. Not in
 * Swoole, whose handlers write the lines themselves. From any thread; events of several threads do
 * not mix.
 *
 * <pre>{@code
 * http.on(HttpEvent.REQUEST, (request, response) ->
 *     EventStream.open(response).ifPresent(stream -> {
 *       stream.send("hello");
 *       Timer.tick(1000, id -> {
 *         if (!stream.send("tick", String.valueOf(System.currentTimeMillis()))) {
 *           Timer.clear(id);   // the client is gone, or takes nothing
 *         }
 *       });
 *     }));
 * }</pre>
 */
public final class EventStream {
  private static final String LAST_EVENT_ID = "Last-Event-ID";

  private final Response response;

  private EventStream(Response response) {
    this.response = response;
  }

  /**
   * Begins a stream. The response is {@linkplain Response#detach detached}: it goes on when the
   * handler has returned, until {@link #close} or until the client has gone. Headers that the
   * handler has set are sent too.
   *
   * @param response a response that has not begun
   * @return empty if it has ended or begun, was detached already, or the client is gone; {@code
   *     Server.getLastError} tells which
   */
  public static Optional<EventStream> open(Response response) {
    boolean begun =
        response.header("Content-Type", "text/event-stream; charset=utf-8")
            && response.header("Cache-Control", "no-cache")
            && response.detach()
            // Clients see that the stream is open before there is an event.
            && response.write(":\n\n");
    return begun ? Optional.of(new EventStream(response)) : Optional.empty();
  }

  /**
   * The last event that a client has got which connects again.
   *
   * @param request its request
   * @return the id of that event, empty if it begins
   */
  public static Optional<String> lastEventId(Request request) {
    return request.header(LAST_EVENT_ID);
  }

  /**
   * Sends an event without a name; a browser calls {@code onmessage}.
   *
   * @param data its text, of any number of lines
   * @return whether it was accepted; false, with the reasons of {@link Response#write(byte[])}, if
   *     the client is gone or takes nothing
   */
  public boolean send(String data) {
    return send(null, data, null);
  }

  /**
   * Sends an event.
   *
   * @param event its name, of one line
   * @param data its text, of any number of lines
   * @return as {@link #send(String)}
   * @throws IllegalArgumentException if the name has a line break
   */
  public boolean send(String event, String data) {
    return send(event, data, null);
  }

  /**
   * Sends an event that a client names when it connects again.
   *
   * @param event its name, of one line; null for none
   * @param data its text, of any number of lines
   * @param id its id, of one line; null for none
   * @return as {@link #send(String)}
   * @throws IllegalArgumentException if name or id have a line break, or the id a NUL
   */
  public boolean send(@Nullable String event, String data, @Nullable String id) {
    StringBuilder lines = new StringBuilder(data.length() + 32);
    if (id != null) {
      field(lines, "id", id);
    }
    if (event != null) {
      field(lines, "event", event);
    }
    for (String line : data.split("\r\n|\r|\n", -1)) {
      lines.append("data: ").append(line).append('\n');
    }
    return write(lines.append('\n'));
  }

  /**
   * Tells the client how long to wait before it connects again.
   *
   * @param millis milliseconds
   * @return as {@link #send(String)}
   * @throws IllegalArgumentException if it is negative
   */
  public boolean retry(long millis) {
    if (millis < 0) {
      throw new IllegalArgumentException("retry: " + millis + " (expected: 0 or more)");
    }
    return write(new StringBuilder("retry: ").append(millis).append("\n\n"));
  }

  /**
   * Sends a line that clients ignore, so that nobody on the way takes the connection for dead.
   *
   * @param text of one line
   * @return as {@link #send(String)}
   * @throws IllegalArgumentException if it has a line break
   */
  public boolean comment(String text) {
    return write(new StringBuilder(": ").append(oneLine("comment", text)).append("\n\n"));
  }

  /**
   * Ends the stream. The client connects again unless it was told not to.
   *
   * @return as {@link Response#end()}
   */
  public boolean close() {
    synchronized (this) {
      return response.end();
    }
  }

  /**
   * Whether the client is there.
   *
   * @return false once it has gone or the stream was closed
   */
  public boolean isOpen() {
    return response.isWritable();
  }

  private synchronized boolean write(StringBuilder lines) {
    return response.write(lines.toString());
  }

  private static void field(StringBuilder lines, String name, String value) {
    lines.append(name).append(": ").append(oneLine(name, value)).append('\n');
  }

  private static String oneLine(String what, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n' || c == '\r' || c == 0) {
        throw new IllegalArgumentException(what + ": a line break or NUL (expected: one line)");
      }
    }
    return text;
  }
}
