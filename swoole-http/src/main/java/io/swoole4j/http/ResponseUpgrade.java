// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.internal.http.message.Exchange;
import io.swoole4j.internal.http.message.ResponseHead;
import io.swoole4j.spi.PortProtocol;
import io.swoole4j.spi.http.Upgrade;
import io.swoole4j.spi.http.UpgradePort;
import io.swoole4j.spi.http.UpgradedConnection;
import java.util.Map;
import java.util.Optional;

/** The way out of HTTP for a request that asks for it. Owned by its response. */
final class ResponseUpgrade {
  private final PortProtocol.Session session;
  private final Exchange exchange;
  private final PortServices services;
  private final Request request;

  ResponseUpgrade(
      PortProtocol.Session session, Exchange exchange, PortServices services, Request request) {
    this.session = session;
    this.exchange = exchange;
    this.services = services;
    this.request = request;
  }

  /** The status that says so. */
  int status() {
    return exchange.upgradeStatus();
  }

  /** Has the protocol answer; false if it does not agree, or the answer cannot be sent. */
  boolean run(Response response, ResponseHead head) {
    UpgradePort to = services.upgrade();
    return to == null
        ? exchange.fail(ErrorCode.WRONG_OPERATION)
        : to.upgrade(request, response, new Agreed(head));
  }

  /** What the protocol calls when it agrees. */
  private final class Agreed implements Upgrade {
    private final ResponseHead head;

    Agreed(ResponseHead head) {
      this.head = head;
    }

    @Override
    public PortProtocol.Session session() {
      return session;
    }

    @Override
    public Optional<String> header(String name) {
      return Optional.ofNullable(head.fields().first(name));
    }

    @Override
    public boolean accept(Map<String, String> headers, UpgradedConnection connection) {
      headers.forEach(
          (name, value) -> {
            if (value.isEmpty()) {
              head.fields().remove(name);
            } else {
              head.fields().set(name, value);
            }
          });
      return exchange.upgrade(head, connection);
    }
  }
}
