// SPDX-License-Identifier: Apache-2.0
/** What belongs to no server. */
@NullMarked
package io.swoole4j;

import org.jspecify.annotations.NullMarked;
