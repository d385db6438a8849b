// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What the workers of a pool are told.
 *
 * @param workerNum how many there are
 * @param ipc how messages reach them
 * @param maxPackageSize how long a message may be
 * @param workerStart what they begin with
 * @param workerStop what they end with
 * @param message what they do with messages
 */
record PoolSpec(
    int workerNum,
    IpcType ipc,
    int maxPackageSize,
    @Nullable PoolWorkerHandler workerStart,
    @Nullable PoolWorkerHandler workerStop,
    @Nullable PoolMessageHandler message)
    implements Serializable {}
