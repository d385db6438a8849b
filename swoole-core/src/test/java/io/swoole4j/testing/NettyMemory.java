// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.util.internal.PlatformDependent;

/**
 * How much memory Netty holds at one moment, in bytes, pools included.
 *
 * <p>Pools keep what they have: compare after a warm-up, and with a margin of some chunks.
 *
 * @param direct all direct memory that Netty has reserved, -1 if it does not count
 * @param allocatorDirect direct memory of the default allocator
 * @param allocatorHeap heap memory of the default allocator
 */
public record NettyMemory(long direct, long allocatorDirect, long allocatorHeap) {

  /** What is held now. */
  public static NettyMemory snapshot() {
    ByteBufAllocatorMetric metric =
        ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
    return new NettyMemory(
        PlatformDependent.usedDirectMemory(), metric.usedDirectMemory(), metric.usedHeapMemory());
  }

  /** By how many bytes the default allocator, direct and heap, has grown since; may be negative. */
  public long growthSince() {
    NettyMemory now = snapshot();
    return now.allocatorDirect + now.allocatorHeap - allocatorDirect - allocatorHeap;
  }
}
