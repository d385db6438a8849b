// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import io.swoole4j.server.Event;
import io.swoole4j.setting.Setting;
import java.util.List;

/** A protocol that has a name, no settings and no events. */
abstract class BareProtocol implements PortProtocol {
  private final String name;

  BareProtocol(String name) {
    this.name = name;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public final List<Event<?>> events() {
    return List.of();
  }
}
