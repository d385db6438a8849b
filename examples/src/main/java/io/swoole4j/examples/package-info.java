// SPDX-License-Identifier: Apache-2.0
/** Small servers to read and to try, each started by its name; {@link Main} starts them. */
@NullMarked
package io.swoole4j.examples;

import org.jspecify.annotations.NullMarked;
