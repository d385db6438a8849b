// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.dispatch;

import java.util.OptionalLong;

/** A connection of which a dispatcher sees what the test has set. */
final class StubRoute implements Route {

  private final long fd;
  private long addressKey;
  private OptionalLong uid = OptionalLong.empty();
  private int pinnedWorker = -1;

  StubRoute(long fd) {
    this.fd = fd;
  }

  StubRoute addressKey(long key) {
    addressKey = key;
    return this;
  }

  StubRoute bind(long userId) {
    uid = OptionalLong.of(userId);
    return this;
  }

  @Override
  public long fd() {
    return fd;
  }

  @Override
  public long addressKey() {
    return addressKey;
  }

  @Override
  public boolean hasUid() {
    return uid.isPresent();
  }

  @Override
  public long uid() {
    return uid.orElse(0);
  }

  @Override
  public int pinnedWorker() {
    return pinnedWorker;
  }

  @Override
  public int pinTo(int workerId) {
    if (pinnedWorker < 0) {
      pinnedWorker = workerId;
    }
    return pinnedWorker;
  }
}
