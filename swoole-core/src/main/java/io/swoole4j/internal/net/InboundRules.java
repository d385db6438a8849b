// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

/**
 * What the settings say about the way in.
 *
 * @param closeEvents whether connect and close reach the workers
 * @param discardLate whether packets of a connection that has closed are discarded, code 1007
 * @param maxQueuedBytes bytes of one connection that may wait for workers, 0 for no limit
 * @param closeStallMillis how long a closed connection may make no progress with its output
 * @param maxPerAddress connections that one client address may have open, 0 for any number
 * @param maxAcceptRate connections accepted in a second, 0 for any number
 */
public record InboundRules(
    boolean closeEvents,
    boolean discardLate,
    long maxQueuedBytes,
    long closeStallMillis,
    int maxPerAddress,
    int maxAcceptRate) {}
