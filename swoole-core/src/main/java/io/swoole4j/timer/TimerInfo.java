// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.timer;

/**
 * What is known about a timer; Swoole's {@code Timer::info}.
 *
 * @param execMsec milliseconds until it is due next, 0 if it is due
 * @param execCount how often it has begun to run
 * @param interval milliseconds between two runs, 0 for one that runs once
 * @param round how many rounds of timers had begun on its thread when it was made
 * @param removed whether it was cleared, which is seen only by its own running callback
 */
public record TimerInfo(
    long execMsec, long execCount, long interval, long round, boolean removed) {}
