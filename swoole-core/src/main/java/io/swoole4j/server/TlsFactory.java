// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.internal.tls.TlsOptions;
import io.swoole4j.internal.tls.TlsPort;
import io.swoole4j.setting.Setting;
import io.swoole4j.setting.SettingRegistry;
import io.swoole4j.setting.SettingValues;
import io.swoole4j.setting.Settings;
import io.swoole4j.setting.SslProtocol;
import java.io.File;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Reads what the settings of a port say about TLS. Used by the starting thread. */
final class TlsFactory {
  private static final double MILLIS = 1000;

  private static final List<Setting<?>> ALL =
      Settings.all().stream().filter(setting -> setting.name().startsWith("ssl_")).toList();

  private final Server server;
  private final Logger logger;

  TlsFactory(Server server, Logger logger) {
    this.server = server;
    this.logger = logger;
  }

  /**
   * The TLS of a port, its files read and checked.
   *
   * @param offered what ALPN offers
   * @return null for a port without TLS
   * @throws IllegalStateException if something is wrong, naming the setting, the file and the
   *     reason
   */
  @Nullable TlsPort open(ServerPort port, List<String> offered) {
    SettingValues settings = port.settings();
    if (!port.type().isSsl()) {
      warnAboutUselessSettings(port);
      return null;
    }
    warnAboutSettingsWithoutEffect(settings);
    try {
      return new TlsPort(
          () -> "port " + port,
          options(settings, offered, names(settings, offered)),
          handshakeMillis(settings),
          logger);
    } catch (IllegalStateException e) {
      throw new IllegalStateException("port " + port + ": " + e.getMessage(), e);
    }
  }

  /**
   * Whoever does not even shake hands is silent, too, and gets no longer than the heartbeat gives.
   */
  private static long handshakeMillis(SettingValues settings) {
    double seconds = settings.get(Settings.SSL_HANDSHAKE_TIMEOUT);
    int interval = settings.get(Settings.HEARTBEAT_CHECK_INTERVAL);
    int idle = settings.get(Settings.HEARTBEAT_IDLE_TIME);
    if (interval > 0) {
      seconds = Math.min(seconds, interval + (idle > 0 ? idle : interval));
    }
    return (long) (seconds * MILLIS);
  }

  /** Puts the files of these ports in force anew: of all that speak TLS, or of none. */
  static void reload(List<ServerPort> ports) {
    List<TlsPort> found = ports.stream().map(ServerPort::tls).filter(Objects::nonNull).toList();
    if (found.isEmpty()) {
      throw new IllegalStateException(
          "reloadTls: ports " + ports + ": no port with TLS (expected: one at least)");
    }
    List<Runnable> renewed = found.stream().map(TlsPort::reload).toList();
    renewed.forEach(Runnable::run);
  }

  private static TlsOptions options(
      SettingValues settings, List<String> offered, Map<String, TlsOptions> names) {
    if (settings.get(Settings.SSL_CERT_FILE).isEmpty()) {
      throw new IllegalStateException(
          "ssl_cert_file: not set (expected: a PEM file, the port speaks TLS)");
    }
    return new TlsOptions(
        new TlsOptions.KeyFiles(
            settings.get(Settings.SSL_CERT_FILE),
            settings.get(Settings.SSL_KEY_FILE),
            settings.get(Settings.SSL_PASSPHRASE)),
        settings.get(Settings.SSL_PROVIDER),
        versions(settings),
        settings.get(Settings.SSL_CIPHERS),
        settings.get(Settings.SSL_PREFER_SERVER_CIPHERS),
        settings.get(Settings.SSL_ECDH_CURVE),
        settings.get(Settings.SSL_SESSION_TICKETS),
        new TlsOptions.Clients(
            settings.get(Settings.SSL_VERIFY_PEER),
            settings.get(Settings.SSL_ALLOW_SELF_SIGNED),
            settings.get(Settings.SSL_CLIENT_CERT_FILE),
            settings.get(Settings.SSL_CAFILE),
            settings.get(Settings.SSL_CAPATH),
            settings.get(Settings.SSL_VERIFY_DEPTH)),
        offered,
        names);
  }

  private static TlsOptions.Versions versions(SettingValues settings) {
    List<String> labels =
        settings.get(Settings.SSL_PROTOCOLS).stream().map(SslProtocol::label).toList();
    String method = settings.get(Settings.SSL_METHOD).protocol();
    return !labels.isEmpty() || method.isEmpty()
        ? new TlsOptions.Versions(Settings.SSL_PROTOCOLS.name(), labels)
        : new TlsOptions.Versions(Settings.SSL_METHOD.name(), List.of(method));
  }

  /** What each name has of its own over what the port has, but for certificate and key. */
  private static Map<String, TlsOptions> names(SettingValues settings, List<String> offered) {
    Map<String, TlsOptions> names = new LinkedHashMap<>();
    settings
        .get(Settings.SSL_SNI_CERTS)
        .forEach((name, own) -> names.put(name, named(settings, offered, name, own)));
    return names;
  }

  private static TlsOptions named(
      SettingValues settings, List<String> offered, String name, Object own) {
    SettingValues merged = SettingValues.ofServer(SettingRegistry.of(ALL));
    Map<String, Object> inherited = new LinkedHashMap<>();
    ALL.stream()
        .filter(settings::isSet)
        .forEach(setting -> inherited.put(setting.name(), settings.get(setting)));
    inherited
        .keySet()
        .removeAll(List.of("ssl_cert_file", "ssl_key_file", "ssl_passphrase", "ssl_sni_certs"));
    try {
      merged.setAll(inherited);
      if (!(own instanceof Map<?, ?> values)) {
        throw new IllegalArgumentException(own + " (expected: a map of ssl_* settings)");
      }
      values.forEach((key, value) -> merged.set(String.valueOf(key), value));
      return options(merged, offered, Map.of());
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new IllegalStateException("ssl_sni_certs: " + name + ": " + e.getMessage(), e);
    }
  }

  private void warnAboutSettingsWithoutEffect(SettingValues settings) {
    if (settings.get(Settings.SSL_COMPRESS)) {
      logger.warn("ssl_compress: true has no effect, compression would give secrets away");
    }
    String parameters = settings.get(Settings.SSL_DHPARAM);
    if (!parameters.isEmpty()) {
      File file = new File(parameters);
      if (!file.isFile() || !file.canRead()) {
        throw new IllegalStateException("ssl_dhparam: " + parameters + ": cannot be read");
      }
      logger.warn("ssl_dhparam: has no effect, the provider has parameters of its own");
    }
    if (settings.isSet(Settings.SSL_METHOD) && !settings.get(Settings.SSL_PROTOCOLS).isEmpty()) {
      logger.warn("ssl_method: has no effect, ssl_protocols wins");
    }
    if (settings.get(Settings.SSL_ALLOW_SELF_SIGNED) && !settings.get(Settings.SSL_VERIFY_PEER)) {
      logger.warn("ssl_allow_self_signed: has no effect without ssl_verify_peer");
    }
  }

  /** What the server has is for any of its ports; what a port has is for that one. */
  private void warnAboutUselessSettings(ServerPort port) {
    boolean primary = server.ports().get(0) == port;
    if (primary && server.ports().stream().anyMatch(other -> other.type().isSsl())) {
      return;
    }
    ALL.stream()
        .filter(
            setting ->
                port.settings().explicit(setting).isPresent()
                    || (primary && port.settings().isSet(setting)))
        .forEach(
            setting ->
                logger.warn(
                    "port {}: {}: has no effect on a port without TLS (SocketType.withSsl())",
                    port,
                    setting));
  }
}
