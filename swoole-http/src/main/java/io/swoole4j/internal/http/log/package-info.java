// SPDX-License-Identifier: Apache-2.0
/** The access log: one line for each request. */
@NullMarked
package io.swoole4j.internal.http.log;

import org.jspecify.annotations.NullMarked;
