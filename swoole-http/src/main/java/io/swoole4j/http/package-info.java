// SPDX-License-Identifier: Apache-2.0
/** The HTTP server. */
@NullMarked
package io.swoole4j.http;

import org.jspecify.annotations.NullMarked;
