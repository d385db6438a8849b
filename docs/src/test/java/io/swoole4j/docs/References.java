// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.docs;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.http.HttpEvent;
import io.swoole4j.http.HttpSettings;
import io.swoole4j.server.Event;
import io.swoole4j.server.Server;
import io.swoole4j.setting.Scope;
import io.swoole4j.setting.Setting;
import io.swoole4j.setting.Settings;
import io.swoole4j.setting.SettingsReference;
import io.swoole4j.websocket.WebSocketEvent;
import io.swoole4j.websocket.WebSocketSettings;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The pages of the documentation that are written by the code they describe. */
final class References {

  private static final Pattern RUNS_ON = Pattern.compile("Runs on ([^.]*)\\.");
  private static final String NOTE =
      "<!-- Written by the tests of the module docs, from the code. Do not edit: see GeneratedPagesTest. -->\n";

  private References() {}

  /** Every generated page by its file's name. */
  static Map<String, String> pages() {
    return Map.of("settings.md", settings(), "events.md", events(), "errors.md", errors());
  }

  private static String settings() {
    return NOTE
        + """
        # Settings

        Given before the start, as a map by name (`server.set(Map.of("worker_num", 4))`) or typed
        (`server.set(Settings.WORKER_NUM, 4)`); the constants are in `Settings`, those of HTTP in
        `HttpSettings`, of WebSocket in `WebSocketSettings`, and there is `Server.DISPATCH_FUNC`. Sizes are numbers of bytes or text such as `"2M"`, in powers of 1024. An
        unknown name is refused with the closest one, a value out of range with the range. CPU is the
        number of processors the JVM sees.

        ## Of the server

        """
        + table(Scope.SERVER)
        + """

        ## Of a port

        Given on the server they hold for its primary port, and for every other port that has none of its own.

        """
        + table(Scope.PORT)
        + """

        ## What a port speaks

        As above, but inherited as a whole: a port on which anything was set, be it an empty map, has none of
        the server's of these. So a port beside the primary one gets a protocol of its own with `port.set(...)`.

        """
        + table(Scope.PROTOCOL);
  }

  private static String table(Scope scope) {
    Stream<Setting<?>> all =
        Stream.of(
                Settings.all(),
                List.of(Server.DISPATCH_FUNC),
                HttpSettings.all(),
                WebSocketSettings.all())
            .flatMap(List::stream);
    return SettingsReference.toMarkdown(all.filter(setting -> setting.scope() == scope).toList());
  }

  private static String events() {
    StringBuilder page =
        new StringBuilder(NOTE)
            .append(
                """
                # Events

                Bound by constant (`server.on(Event.RECEIVE, handler)`), by name in any letter case
                (`server.on("Receive", handler)`), or by an object or subclass that implements the handler
                interfaces; the last binding wins. Events of a port can be bound to each port. What a handler
                throws is logged and reported to `error`; a thrown `Error` also ends its worker, which is
                replaced.

                | event | handler | of | runs on | when |
                |---|---|---|---|---|
                """);
    List<Event<?>> all =
        Stream.of(Event.all(), HttpEvent.all(), WebSocketEvent.all())
            .flatMap(List::stream)
            .toList();
    for (Event<?> event : all) {
      String method =
          "on" + event.name().substring(0, 1).toUpperCase(Locale.ROOT) + event.name().substring(1);
      JavaSource source = JavaSource.of(event.handlerType());
      String javadoc = source.javadoc(Pattern.compile("(?:@Nullable )?\\w+ " + method + "\\("));
      row(
          page,
          List.of(
              "`" + event.name() + "`",
              "`" + event.handlerType().getSimpleName() + "." + source.signature(method) + "`",
              event.scope().name().toLowerCase(Locale.ROOT),
              thread(event, javadoc),
              javadoc.lines().findFirst().orElseThrow()));
    }
    return page.toString();
  }

  private static String thread(Event<?> event, String javadoc) {
    Matcher sentence = RUNS_ON.matcher(javadoc);
    if (!sentence.find()) {
      throw new IllegalStateException(
          event + ": its handler's Javadoc names no thread (expected: \"Runs on ...\")");
    }
    return sentence.group(1).replaceAll("\\s+", " ");
  }

  private static String errors() {
    StringBuilder page =
        new StringBuilder(NOTE)
            .append(
                """
                # Error codes

                What `Server.getLastError()` answers on the thread whose call answered false, kept until that
                thread's next failure; 1007, 1014, 1015, 1018, 1201, 1204, 9007 and 9101 appear in log lines
                and counters only. Nothing answers 1006: every id without a connection is 1005.

                | code | constant of `ErrorCode` | meaning |
                |---|---|---|
                """);
    JavaSource source = JavaSource.of(ErrorCode.class);
    for (ErrorCode error : ErrorCode.values()) {
      String javadoc = source.javadoc(Pattern.compile(error.name() + "\\("));
      String meaning = javadoc.replaceFirst("^" + error.code() + ": ", "");
      row(page, List.of(Integer.toString(error.code()), "`" + error.name() + "`", meaning));
    }
    return page.toString();
  }

  private static void row(StringBuilder page, List<String> cells) {
    cells.forEach(cell -> page.append("| ").append(cell.replace("|", "\\|")).append(' '));
    page.append("|\n");
  }
}
