// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.swoole4j.internal.worker.Callback;
import io.swoole4j.internal.worker.Delivery;
import io.swoole4j.internal.worker.Wakeable;
import java.util.ArrayList;
import java.util.List;

/**
 * The datagrams that one event loop iteration read from one socket for one worker. Filled by the
 * reactor, then handed over and run by the worker.
 */
final class DatagramBatch implements Delivery {
  private final DatagramHandler source;
  private final List<Datagram> datagrams = new ArrayList<>();
  private long bytes;

  DatagramBatch(DatagramHandler source) {
    this.source = source;
  }

  void add(Datagram datagram) {
    datagrams.add(datagram);
    bytes += DatagramHandler.cost(datagram);
  }

  @Override
  public int size() {
    return datagrams.size();
  }

  @Override
  public void run(int index) {
    source.run(datagrams.get(index));
  }

  @Override
  public Callback callback(int index) {
    Datagram datagram = datagrams.get(index);
    return () -> {
      source.credit(DatagramHandler.cost(datagram));
      source.run(datagram);
    };
  }

  @Override
  public Wakeable origin() {
    return source.reactor();
  }

  @Override
  public void finished() {
    source.handled(datagrams.size(), bytes);
  }
}
