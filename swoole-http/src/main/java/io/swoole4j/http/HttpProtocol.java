// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import io.swoole4j.server.Event;
import io.swoole4j.setting.Setting;
import io.swoole4j.spi.PortProtocol;
import io.swoole4j.spi.http.UpgradePort;
import io.swoole4j.spi.http.UpgradeProtocol;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** HTTP as a protocol of ports; what {@link HttpServer} brings along and plain servers find. */
public final class HttpProtocol implements PortProtocol {
  private final MimeTypes mimeTypes = new MimeTypes();
  private final List<UpgradeProtocol> upgrades;

  private final AccessLogs logs = new AccessLogs();
  private final List<HttpPort> ports = new ArrayList<>();

  private @Nullable Admission admission;

  /** The protocol for the ports of one server, with the upgrades that are on the class path. */
  public HttpProtocol() {
    this(
        ServiceLoader.load(UpgradeProtocol.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList());
  }

  /**
   * The protocol for the ports of one server, and what connections can change to.
   *
   * @param upgrades those protocols; of two for one port the first wins
   */
  public HttpProtocol(List<UpgradeProtocol> upgrades) {
    this.upgrades = List.copyOf(upgrades);
  }

  /**
   * The media types of the server's static files.
   *
   * @return the types, which may be changed at any time
   */
  public MimeTypes mimeTypes() {
    return mimeTypes;
  }

  /**
   * The protocol of a class that connections can change to, with what it keeps for the server.
   *
   * @param type the protocol's class
   * @param <U> the same
   * @return empty if there is none
   */
  public <U extends UpgradeProtocol> Optional<U> upgrade(Class<U> type) {
    return upgrades.stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  @Override
  public String name() {
    return "http";
  }

  @Override
  public List<Setting<?>> settings() {
    return Stream.concat(
            HttpSettings.all().stream(),
            upgrades.stream().flatMap(each -> each.settings().stream()))
        .toList();
  }

  @Override
  public List<Event<?>> events() {
    return Stream.concat(
            HttpEvent.all().stream(), upgrades.stream().flatMap(each -> each.events().stream()))
        .toList();
  }

  @Override
  public Optional<PortSession> open(Port port) {
    List<UpgradePort> opened = upgrades.stream().map(upgrade -> upgrade.open(port)).toList();
    int enabled = 0;
    while (enabled < opened.size() && !opened.get(enabled).isEnabled()) {
      enabled++;
    }
    boolean upgraded = enabled < opened.size();
    if (!upgraded
        && !port.find(HttpSettings.OPEN_HTTP_PROTOCOL).orElse(false)
        && !port.find(HttpSettings.OPEN_HTTP2_PROTOCOL).orElse(false)) {
      return Optional.empty();
    }
    int chosen = upgraded ? enabled : 0;
    HttpPort made =
        new HttpPort(
            port,
            mimeTypes,
            admission(port),
            logs.of(port),
            opened.isEmpty() ? null : opened.get(chosen),
            opened.isEmpty() ? "" : upgrades.get(chosen).name());
    ports.add(made);
    return Optional.of(made);
  }

  /** One for all ports of the server. */
  private synchronized Admission admission(Port port) {
    Admission known = admission;
    if (known == null) {
      int max = port.find(HttpSettings.MAX_CONCURRENCY).orElse(Integer.MAX_VALUE);
      int workerMax = port.find(HttpSettings.WORKER_MAX_CONCURRENCY).orElse(max);
      admission = known = new Admission(max, Math.min(max, workerMax));
    }
    return known;
  }

  @Override
  public synchronized Map<String, Object> stats(int workerId) {
    Map<String, Object> all = new LinkedHashMap<>();
    if (admission != null) {
      all.putAll(admission.stats(workerId));
    }
    upgrades.forEach(upgrade -> all.putAll(upgrade.stats()));
    return all;
  }

  @Override
  public synchronized boolean isAwaited() {
    return admission != null && admission.isAwaited();
  }

  @Override
  public void ended() {
    ports.forEach(HttpPort::ended);
    logs.close();
  }

  @Override
  public synchronized void workerStopped(int workerId) {
    if (admission != null) {
      admission.workerStopped(workerId);
    }
  }

  /** How many requests wait for a worker. */
  synchronized int waiting(int workerId) {
    return admission == null ? 0 : admission.gate(workerId).waiting();
  }
}
