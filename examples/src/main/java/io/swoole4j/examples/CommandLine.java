// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import io.swoole4j.http.HttpSettings;
import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Setting;
import io.swoole4j.setting.SettingRegistry;
import io.swoole4j.setting.SettingValues;
import io.swoole4j.setting.Settings;
import io.swoole4j.websocket.WebSocketSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The options of an example: {@code --name value} or {@code --name=value}, where the name is host,
 * port, mode or that of any setting.
 *
 * <p>The three are declared as settings too, so that one registry checks every value and finds the
 * closest name for every misspelling.
 */
final class CommandLine {
  static final Setting<String> HOST =
      Setting.string(
          "host", "127.0.0.1", "Address to listen on; an IPv6 one, such as ::1, makes a TCP6 port");
  static final Setting<Integer> PORT =
      Setting.intSetting("port", 0, 65_535, 9501, "Port to listen on; 0 takes any free one");
  static final Setting<String> MODE =
      Setting.choice(
          "mode",
          List.of("base", "process"),
          "process",
          "Where callbacks run: base on the event loops, process on worker threads");

  private static final List<Setting<?>> OWN = List.of(HOST, PORT, MODE);
  private static final String MARK = "--";

  private final SettingValues values;

  private CommandLine(SettingValues values) {
    this.values = values;
  }

  /** Reads the words behind the example's name. */
  static CommandLine parse(Example example, List<String> words) {
    SettingValues values =
        SettingValues.ofServer(
            SettingRegistry.of(
                OWN,
                Settings.all(),
                HttpSettings.all(),
                WebSocketSettings.all(),
                List.of(Server.DISPATCH_FUNC)));
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (!word.startsWith(MARK) && example.argument().isPresent()) {
        set(values, example.argument().get().name(), word);
        continue;
      }
      if (!word.startsWith(MARK)) {
        throw new UsageException("argument: " + word + " (expected: --name value)");
      }
      int equals = word.indexOf('=');
      if (equals >= 0) {
        set(values, word.substring(MARK.length(), equals), word.substring(equals + 1));
      } else if (++i == words.size()) {
        throw new UsageException(word + ": nothing (expected: a value)");
      } else {
        set(values, word.substring(MARK.length()), words.get(i));
      }
    }
    return new CommandLine(values);
  }

  private static void set(SettingValues values, String name, String value) {
    try {
      values.set(name, value);
    } catch (IllegalArgumentException e) {
      throw new UsageException(MARK + e.getMessage(), e);
    }
  }

  /** Makes the example's server and puts the settings of the command line over its own. */
  Server server(Example example) {
    example
        .argument()
        .filter(argument -> !values.asMap().containsKey(argument.name()))
        .ifPresent(
            argument -> {
              throw new UsageException(
                  argument.name() + ": nothing (expected: " + example.name() + " DIRECTORY)");
            });
    String host = values.get(HOST);
    SocketType type = host.contains(":") ? SocketType.TCP6 : SocketType.TCP;
    ServerMode mode = ServerMode.valueOf(values.get(MODE).toUpperCase(Locale.ROOT));
    Map<String, Object> settings = new LinkedHashMap<>(values.asMap());
    OWN.forEach(own -> settings.remove(own.name()));
    try {
      return example.server(host, values.get(PORT), mode, type).set(settings);
    } catch (IllegalArgumentException e) {
      throw new UsageException(MARK + e.getMessage(), e);
    }
  }

  /** One line for each option. */
  static String reference() {
    StringBuilder lines = new StringBuilder("options:\n");
    OWN.forEach(setting -> append(lines, setting));
    lines.append("settings:\n");
    Stream.of(Settings.all(), HttpSettings.all(), WebSocketSettings.all())
        .flatMap(List::stream)
        // A function cannot be written on a command line.
        .filter(setting -> !setting.typeName().equals("function"))
        .forEach(setting -> append(lines, setting));
    return lines.toString();
  }

  private static void append(StringBuilder lines, Setting<?> setting) {
    lines.append(
        String.format(
            "  --%-30s %s (default: %s)%n",
            setting.name(), setting.doc(), setting.documentedDefault()));
  }
}
