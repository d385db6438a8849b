// SPDX-License-Identifier: Apache-2.0

/** Starting and stopping a server as declared steps. */
@NullMarked
package io.swoole4j.internal.lifecycle;

import org.jspecify.annotations.NullMarked;
