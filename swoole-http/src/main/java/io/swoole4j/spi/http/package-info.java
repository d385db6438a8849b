// SPDX-License-Identifier: Apache-2.0
/** Where protocols plug in that HTTP connections can change to. */
@NullMarked
package io.swoole4j.spi.http;

import org.jspecify.annotations.NullMarked;
