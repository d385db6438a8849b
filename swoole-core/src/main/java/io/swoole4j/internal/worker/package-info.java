// SPDX-License-Identifier: Apache-2.0

/** Workers: the threads (or event loops) on which callbacks run, and their mailboxes. */
@NullMarked
package io.swoole4j.internal.worker;

import org.jspecify.annotations.NullMarked;
