// SPDX-License-Identifier: Apache-2.0
/** The WebSocket server. */
@NullMarked
package io.swoole4j.websocket;

import org.jspecify.annotations.NullMarked;
