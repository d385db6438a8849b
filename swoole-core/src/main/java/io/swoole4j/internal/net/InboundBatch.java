// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.swoole4j.internal.worker.Callback;
import io.swoole4j.internal.worker.Delivery;
import io.swoole4j.internal.worker.Wakeable;
import io.swoole4j.internal.worker.Worker;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one event loop iteration read for one worker, over all its connections. Filled by a reactor,
 * then handed over and run by the worker.
 */
final class InboundBatch implements Delivery {
  private static final int INITIAL_CAPACITY = 16;
  private static final int MAX_KEPT_CAPACITY = 1024;

  private final Reactor reactor;
  private final Inbound inbound;
  private Connection[] connections = new Connection[INITIAL_CAPACITY];
  private Object[] messages = new Object[INITIAL_CAPACITY];
  private int size;
  private int packets;

  // Written by the worker: bytes of the last connection that have been handled and not credited.
  private @Nullable Connection owing;
  private long owed;

  InboundBatch(Reactor reactor) {
    this.reactor = reactor;
    this.inbound = reactor.inbound();
  }

  void add(Connection connection, Object message) {
    if (size == messages.length) {
      connections = Arrays.copyOf(connections, size * 2);
      messages = Arrays.copyOf(messages, size * 2);
    }
    connections[size] = connection;
    messages[size++] = message;
    if (!(message instanceof Signal)) {
      packets++;
    }
  }

  /** Makes it fit for use again once it has run; an exceptionally large one lets go of its room. */
  void clear() {
    if (messages.length > MAX_KEPT_CAPACITY) {
      connections = new Connection[INITIAL_CAPACITY];
      messages = new Object[INITIAL_CAPACITY];
    } else {
      Arrays.fill(connections, 0, size, null);
      Arrays.fill(messages, 0, size, null);
    }
    size = 0;
    packets = 0;
  }

  /** Keeps its connections from being read until a worker has caught up. On the event loop. */
  void stallOn(Worker worker) {
    Connection last = null;
    for (int i = 0; i < size; i++) {
      if (connections[i] != last) {
        last = connections[i];
        last.stallOn(worker);
      }
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Wakeable origin() {
    return reactor;
  }

  /** How many of the messages are packets, not signals. */
  int packets() {
    return packets;
  }

  @Override
  public boolean isRequest(int index) {
    return !(messages[index] instanceof Signal);
  }

  @Override
  public void run(int index) {
    Connection connection = connections[index];
    Object message = messages[index];
    if (connection != owing) {
      credit();
      owing = connection;
    }
    owed += Inbound.bytesOf(message);
    inbound.run(connection, message);
  }

  /** On its own, as this batch may be filled again before it runs. */
  @Override
  public @Nullable Callback callback(int index) {
    return InboundCallback.of(inbound, connections[index], messages[index]);
  }

  @Override
  public void finished() {
    credit();
    owing = null;
    inbound.finished(packets);
  }

  private void credit() {
    Connection connection = owing;
    if (connection != null && owed > 0) {
      connection.inboundHandled(owed);
    }
    owed = 0;
  }
}
