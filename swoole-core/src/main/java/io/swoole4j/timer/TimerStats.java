// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.timer;

/**
 * The timers of a thread together; Swoole's {@code Timer::stats}.
 *
 * @param initialized whether there ever was one
 * @param num how many there are
 * @param round how many rounds of timers have begun
 */
public record TimerStats(boolean initialized, int num, long round) {}
