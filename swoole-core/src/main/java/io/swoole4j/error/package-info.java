// SPDX-License-Identifier: Apache-2.0

/**
 * What can go wrong in a running server, by Swoole's numbers, and why a port could not be bound.
 */
@NullMarked
package io.swoole4j.error;

import org.jspecify.annotations.NullMarked;
