// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

import java.util.concurrent.CompletableFuture;

/**
 * One request to a worker to end in good order and begin again with fresh state. Both futures are
 * done sooner or later and never fail.
 *
 * @param begun the next incarnation has run workerStart, or there will be none
 * @param ended the one that was asked has run workerStop, was abandoned or has died
 */
public record Renewal(CompletableFuture<Void> begun, CompletableFuture<Void> ended) {
  /**
   * What a worker answers that ends for good anyway.
   *
   * @return a renewal that is over
   */
  static Renewal over() {
    return new Renewal(
        CompletableFuture.completedFuture(null), CompletableFuture.completedFuture(null));
  }
}
