// SPDX-License-Identifier: Apache-2.0
/** The C library of Linux, through JNA, loaded when it is first needed. */
@NullMarked
package io.swoole4j.internal.process.posix;

import org.jspecify.annotations.NullMarked;
