// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import io.swoole4j.server.Event;
import io.swoole4j.setting.Setting;
import io.swoole4j.spi.PortProtocol;
import java.util.List;
import java.util.Optional;

/** HTTP as a protocol of ports; what {@link HttpServer} brings along and plain servers find. */
public final class HttpProtocol implements PortProtocol {
  private final MimeTypes mimeTypes = new MimeTypes();

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
    return port.find(HttpSettings.OPEN_HTTP_PROTOCOL).orElse(false)
        ? Optional.of(new HttpPort(port, mimeTypes))
        : Optional.empty();
  }
}
