// SPDX-License-Identifier: Apache-2.0
/** Child processes, pools of them, and what a process may do with itself: signals, priority, CPUs. */
@NullMarked
package io.swoole4j.process;

import org.jspecify.annotations.NullMarked;
