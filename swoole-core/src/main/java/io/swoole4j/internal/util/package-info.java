// SPDX-License-Identifier: Apache-2.0

/** Small things every internal package uses: the clock, threads, throttled logging. */
@NullMarked
package io.swoole4j.internal.util;

import org.jspecify.annotations.NullMarked;
