// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import io.swoole4j.internal.http.log.AccessFormat;
import io.swoole4j.internal.http.log.AccessLog;
import io.swoole4j.spi.PortProtocol;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The access logs of one server: ports that name the same file share it. Any thread. */
final class AccessLogs {
  // Guarded by this.
  private final Map<String, AccessLog> byName = new HashMap<>();

  /** The log of a port, null if it has none. */
  synchronized @Nullable AccessLog of(PortProtocol.Port port) {
    String name = port.find(HttpSettings.HTTP_ACCESS_LOG).orElse("");
    if (name.isEmpty()) {
      return null;
    }
    AccessLog known = byName.get(name);
    if (known == null) {
      String format = port.find(HttpSettings.HTTP_ACCESS_LOG_FORMAT).orElseThrow();
      known =
          AccessLog.open(
              HttpSettings.HTTP_ACCESS_LOG.name(),
              name,
              AccessFormat.valueOf(format.toUpperCase(Locale.ROOT)));
      byName.put(name, known);
    }
    return known;
  }

  /** Writes what waits, and ends. */
  synchronized void close() {
    byName.values().forEach(AccessLog::close);
    byName.clear();
  }
}
