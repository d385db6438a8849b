// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.worker;

/**
 * What holds for every worker of a kind. Immutable.
 *
 * @param events told when an incarnation begins and ends
 * @param supervisor told when one dies, leaves or has to be replaced
 * @param runner how messages are run
 * @param limit after how many requests one leaves
 * @param waits whether one that leaves for that reason finishes its timers first
 */
public record WorkerDuties(
    WorkerEvents events,
    WorkerSupervisor supervisor,
    CallbackRunner runner,
    RequestLimit limit,
    boolean waits) {}
