// SPDX-License-Identifier: Apache-2.0
/** Microbenchmarks of the hot inner pieces, run by JMH. */
@NullMarked
package io.swoole4j.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
