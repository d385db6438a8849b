// SPDX-License-Identifier: Apache-2.0

/** Dispatch modes: which worker gets the next packet of a connection. */
@NullMarked
package io.swoole4j.internal.dispatch;

import org.jspecify.annotations.NullMarked;
