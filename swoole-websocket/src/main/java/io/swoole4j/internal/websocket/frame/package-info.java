// SPDX-License-Identifier: Apache-2.0
/** Frames of RFC 6455: bytes to messages and back. */
@NullMarked
package io.swoole4j.internal.websocket.frame;

import org.jspecify.annotations.NullMarked;
