// SPDX-License-Identifier: Apache-2.0
/** A program on the class path that uses the library as modules. */
@NullMarked
package io.swoole4j.modular;

import org.jspecify.annotations.NullMarked;
