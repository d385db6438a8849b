// SPDX-License-Identifier: Apache-2.0
/** The operating-system services of a server, on Linux. */
@NullMarked
package io.swoole4j.internal.process.os;

import org.jspecify.annotations.NullMarked;
