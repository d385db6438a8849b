// SPDX-License-Identifier: Apache-2.0
/** Tests of the examples: their own JVMs, and clients in another language. */
@NullMarked
package io.swoole4j.examples;

import org.jspecify.annotations.NullMarked;
