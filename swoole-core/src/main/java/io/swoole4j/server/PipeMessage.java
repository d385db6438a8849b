// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/**
 * A message from one worker to another; Swoole's {@code PipeMessage}.
 *
 * @param sourceWorkerId the id of the worker or user process that sent it, -1 for other threads
 * @param workerId the id of the worker it was sent to
 * @param dispatchTime when it was sent, in seconds since the epoch
 * @param data the message, the same object
 */
public record PipeMessage(int sourceWorkerId, int workerId, double dispatchTime, Object data) {}
