// SPDX-License-Identifier: Apache-2.0

/**
 * The server: {@link io.swoole4j.server.Server}, its events and what it tells about its
 * connections.
 */
@NullMarked
package io.swoole4j.server;

import org.jspecify.annotations.NullMarked;
