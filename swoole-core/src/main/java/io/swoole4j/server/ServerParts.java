// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.swoole4j.internal.lifecycle.Engine;

/**
 * What {@link ServerStart} has made for a server that starts, and what its methods are done by from
 * then on. Any thread.
 *
 * @param engine the running parts
 * @param sending sends to connections
 * @param timers the timers of workers
 * @param tasks submits tasks
 * @param messages carries messages between workers
 * @param commands runs commands
 * @param workers tells about workers
 * @param logs the files of lines
 * @param startSeconds when it was made, in seconds since the epoch
 */
record ServerParts(
    Engine engine,
    Sending sending,
    WorkerTimers timers,
    Tasks tasks,
    Messages messages,
    Commands commands,
    Workers workers,
    LogFiles logs,
    long startSeconds) {}
