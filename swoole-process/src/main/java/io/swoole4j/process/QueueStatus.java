// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

/**
 * What is in a message queue; what Swoole's {@code statQueue} answers.
 *
 * @param queueNum the number of messages
 * @param queueBytes their bytes together
 */
public record QueueStatus(long queueNum, long queueBytes) {}
