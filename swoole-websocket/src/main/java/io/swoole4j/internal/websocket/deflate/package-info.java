// SPDX-License-Identifier: Apache-2.0
/** The extension permessage-deflate of RFC 7692. */
@NullMarked
package io.swoole4j.internal.websocket.deflate;

import org.jspecify.annotations.NullMarked;
