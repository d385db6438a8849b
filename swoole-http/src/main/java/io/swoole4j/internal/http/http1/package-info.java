// SPDX-License-Identifier: Apache-2.0
/** HTTP/1.0 and HTTP/1.1: from bytes to requests, from responses to bytes. */
@NullMarked
package io.swoole4j.internal.http.http1;

import org.jspecify.annotations.NullMarked;
