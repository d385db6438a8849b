// SPDX-License-Identifier: Apache-2.0
/** Timers on workers and outside of them. */
@NullMarked
package io.swoole4j.timer;

import org.jspecify.annotations.NullMarked;
