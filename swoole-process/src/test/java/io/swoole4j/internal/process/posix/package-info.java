// SPDX-License-Identifier: Apache-2.0
/** The C library of Linux, with real programs, sockets and queues. */
@NullMarked
package io.swoole4j.internal.process.posix;

import org.jspecify.annotations.NullMarked;
