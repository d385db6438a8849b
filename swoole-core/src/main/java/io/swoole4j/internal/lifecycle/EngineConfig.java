// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.lifecycle;

import io.swoole4j.internal.dispatch.Dispatcher;
import io.swoole4j.internal.net.InboundRules;
import io.swoole4j.internal.net.ListenerSpec;
import io.swoole4j.internal.net.TrafficCounters;
import io.swoole4j.internal.net.Transport;
import io.swoole4j.internal.util.Clock;
import io.swoole4j.internal.util.Logging;
import io.swoole4j.internal.worker.CallbackRunner;
import io.swoole4j.internal.worker.RequestLimit;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Everything the life cycle needs to know, resolved from settings at start.
 *
 * @param base whether workers are event loops (BASE) or threads of their own (PROCESS)
 * @param manager whether there is a manager to speak of
 * @param transport how sockets are waited for
 * @param reactors event loops; in BASE mode as many as workers
 * @param workers workers
 * @param taskWorkers workers behind those that run tasks only
 * @param listeners ports, the primary first
 * @param reusePort whether every event loop has a listening socket of its own
 * @param maxConnections sockets held at a time
 * @param startSessionId one less than the first session id
 * @param rules what holds on the way in
 * @param dispatcher makes the dispatcher, given the counters it reports to
 * @param maxWaitNanos how long the end may wait for handlers and for clients
 * @param limit after how many requests a worker is renewed
 * @param taskLimit after how many tasks a task worker is renewed
 * @param waits whether workers that are renewed finish their timers first
 * @param blockedNanos how long a callback may take before it is reported
 * @param threadSetup called first on each reactor and worker thread with its role and number
 * @param runners make what runs the callbacks of a worker or task worker
 * @param logging where lines go
 * @param clock the time
 */
public record EngineConfig(
    boolean base,
    boolean manager,
    Transport transport,
    int reactors,
    int workers,
    int taskWorkers,
    List<ListenerSpec> listeners,
    boolean reusePort,
    int maxConnections,
    long startSessionId,
    InboundRules rules,
    Function<TrafficCounters, Dispatcher> dispatcher,
    long maxWaitNanos,
    RequestLimit limit,
    RequestLimit taskLimit,
    boolean waits,
    long blockedNanos,
    BiConsumer<String, Integer> threadSetup,
    CallbackRunner.Factory runners,
    Logging logging,
    Clock clock) {}
