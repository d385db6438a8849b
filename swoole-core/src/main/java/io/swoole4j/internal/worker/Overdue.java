// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

/**
 * A callback that has taken too long.
 *
 * @param thread where it runs
 * @param nanos for how long it was seen to
 */
public record Overdue(Thread thread, long nanos) {}
