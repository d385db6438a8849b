// SPDX-License-Identifier: Apache-2.0
/** HTTP/2 on a connection: requests out of frames, and responses into frames. */
@NullMarked
package io.swoole4j.internal.http.http2;

import org.jspecify.annotations.NullMarked;
