// SPDX-License-Identifier: Apache-2.0
/** Requests and responses as every version of HTTP has them. */
@NullMarked
package io.swoole4j.internal.http.message;

import org.jspecify.annotations.NullMarked;
