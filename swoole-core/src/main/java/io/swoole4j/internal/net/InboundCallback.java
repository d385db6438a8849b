// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.swoole4j.internal.worker.Callback;
import org.jspecify.annotations.Nullable;

/**
 * One message of a connection that runs apart from its batch: behind those of the same connection,
 * unless its protocol says otherwise. Made by the worker's thread, run by a virtual one.
 */
final class InboundCallback implements Callback {
  private final Inbound inbound;
  private final Connection connection;
  private final Object message;
  private final Object sequence;

  InboundCallback(Inbound inbound, Connection connection, Object message) {
    this.inbound = inbound;
    this.connection = connection;
    this.message = message;
    Object other =
        message instanceof ProtocolMessage protocol
            ? inbound.events().sequence(protocol.content())
            : null;
    this.sequence = other == null ? connection : other;
  }

  @Override
  public Object sequence() {
    return sequence;
  }

  /**
   * Bytes count as waiting until they are handled, so that the end of the input comes behind them.
   * Those of messages that do not wait for each other count until their turn: how many there are is
   * for their protocol to bound, which also waits with the end for them.
   */
  @Override
  public void run() {
    if (sequence != connection) {
      credit();
      inbound.run(connection, message);
      return;
    }
    try {
      inbound.run(connection, message);
    } finally {
      credit();
    }
  }

  private void credit() {
    if (!(message instanceof Signal)) {
      connection.inboundHandledApart(Inbound.bytesOf(message));
    }
  }

  @Override
  public boolean refused() {
    boolean refused =
        message instanceof ProtocolMessage protocol
            && inbound.events().protocolMessageRefused(connection, protocol.content());
    if (refused) {
      credit();
    }
    return refused;
  }

  /** A connection ends once. */
  @Override
  public boolean isExempt() {
    return message == Signal.CLOSE;
  }

  /** What a message runs as; null if it can run where it is, as it calls no handler. */
  static @Nullable InboundCallback of(Inbound inbound, Connection connection, Object message) {
    return message == Signal.CONNECT && !inbound.events().handlesConnect(connection)
        ? null
        : new InboundCallback(inbound, connection, message);
  }
}
