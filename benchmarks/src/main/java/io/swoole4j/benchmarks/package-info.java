// SPDX-License-Identifier: Apache-2.0

/**
 * Benchmarks of swoole4j against bare Netty: an echo benchmark over sockets with a load client of
 * its own, and JMH benchmarks of the hot inner pieces.
 */
@NullMarked
package io.swoole4j.benchmarks;

import org.jspecify.annotations.NullMarked;
