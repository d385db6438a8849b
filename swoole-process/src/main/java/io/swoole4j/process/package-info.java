// SPDX-License-Identifier: Apache-2.0
/** User processes that run in a JVM of their own. */
@NullMarked
package io.swoole4j.process;

import org.jspecify.annotations.NullMarked;
