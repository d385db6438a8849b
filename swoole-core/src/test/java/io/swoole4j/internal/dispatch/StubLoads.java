// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.dispatch;

/** Workers that are as busy as the test says. */
final class StubLoads implements WorkerLoads {

  private final int[] inFlight;
  private final int[] connections;

  StubLoads(int workers) {
    inFlight = new int[workers];
    connections = new int[workers];
  }

  StubLoads inFlight(int... messages) {
    System.arraycopy(messages, 0, inFlight, 0, messages.length);
    return this;
  }

  StubLoads connections(int... numbers) {
    System.arraycopy(numbers, 0, connections, 0, numbers.length);
    return this;
  }

  @Override
  public int workers() {
    return inFlight.length;
  }

  @Override
  public int inFlight(int workerId) {
    return inFlight[workerId];
  }

  @Override
  public int connections(int workerId) {
    return connections[workerId];
  }
}
