// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import io.swoole4j.server.Event;
import io.swoole4j.setting.Setting;
import io.swoole4j.spi.PortProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** HTTP as a protocol of ports; what {@link HttpServer} brings along and plain servers find. */
public final class HttpProtocol implements PortProtocol {
  private final MimeTypes mimeTypes = new MimeTypes();

  private final AccessLogs logs = new AccessLogs();
  private final List<HttpPort> ports = new ArrayList<>();

  private @Nullable Admission admission;

  /** The protocol for the ports of one server. */
  public HttpProtocol() {}

  /**
   * The media types of the server's static files.
   *
   * @return the types, which may be changed at any time
   */
  public MimeTypes mimeTypes() {
    return mimeTypes;
  }

  @Override
  public String name() {
    return "http";
  }

  @Override
  public List<Setting<?>> settings() {
    return HttpSettings.all();
  }

  @Override
  public List<Event<?>> events() {
    return HttpEvent.all();
  }

  @Override
  public Optional<PortSession> open(Port port) {
    if (!port.find(HttpSettings.OPEN_HTTP_PROTOCOL).orElse(false)
        && !port.find(HttpSettings.OPEN_HTTP2_PROTOCOL).orElse(false)) {
      return Optional.empty();
    }
    HttpPort opened = new HttpPort(port, mimeTypes, admission(port), logs.of(port));
    ports.add(opened);
    return Optional.of(opened);
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
    return admission == null ? Map.of() : admission.stats(workerId);
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
