// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/**
 * A result of a task; Swoole's {@code TaskResult}.
 *
 * @param taskId what {@link Server#task} answered
 * @param taskWorkerId the worker id of the task worker that finished it
 * @param dispatchTime when the task was submitted, in seconds since the epoch
 * @param data the result, the same object
 */
public record TaskResult(long taskId, int taskWorkerId, double dispatchTime, Object data) {}
