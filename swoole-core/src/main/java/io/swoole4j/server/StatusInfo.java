// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/**
 * How a worker has ended, see {@link Event#WORKER_ERROR_OBJECT}; Swoole's {@code
 * Server\StatusInfo}.
 *
 * @param workerId the worker's id, from 0
 * @param workerPid the process id of the JVM
 * @param status exit code and signal in one, as {@code wait} of POSIX tells it
 * @param exitCode 255: a handler threw an {@link Error}
 * @param signal 0: threads are not killed by signals
 */
public record StatusInfo(int workerId, long workerPid, int status, int exitCode, int signal) {}
