// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.task;

/**
 * One task on its way to a task worker. Immutable; what it carries is handed over by reference.
 *
 * @param id its number among the tasks of its source
 * @param sourceWorker the worker that submitted it, -1 if none did
 * @param data what the task is about
 * @param dispatchTime when it was submitted, in seconds since the epoch
 * @param flags Swoole's flags
 * @param reply where results go
 */
public record TaskRequest(
    long id, int sourceWorker, Object data, double dispatchTime, int flags, TaskReply reply) {}
