// SPDX-License-Identifier: Apache-2.0

/** Sockets: reactors, listeners, connections, the way in to the workers and back out. */
@NullMarked
package io.swoole4j.internal.net;

import org.jspecify.annotations.NullMarked;
