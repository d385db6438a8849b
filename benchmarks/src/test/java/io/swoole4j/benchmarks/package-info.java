// SPDX-License-Identifier: Apache-2.0

/** Tests of the benchmark harness; none of them judges a time. */
@NullMarked
package io.swoole4j.benchmarks;

import org.jspecify.annotations.NullMarked;
