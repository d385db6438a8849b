// SPDX-License-Identifier: Apache-2.0

/** Tasks on their way to task workers, and their results on the way back. */
@NullMarked
package io.swoole4j.internal.task;

import org.jspecify.annotations.NullMarked;
