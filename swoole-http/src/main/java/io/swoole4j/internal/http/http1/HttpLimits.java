// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

/**
 * What a client may send, and how long it may take over it. Immutable.
 *
 * @param headBytes bytes of request line and headers together
 * @param headers number of headers
 * @param messageBytes bytes of head and body together
 * @param pipeline requests of one connection that are not answered yet
 * @param headNanos time from a request's first byte to the end of its headers
 * @param bodyNanos time from the end of the headers to the end of the body, if it is small
 * @param bodyBytesPerSecond how much body earns another second
 * @param idleNanos time between requests
 * @param writeNanos time in which a client takes nothing of what is sent to it
 */
public record HttpLimits(
    int headBytes,
    int headers,
    int messageBytes,
    int pipeline,
    long headNanos,
    long bodyNanos,
    int bodyBytesPerSecond,
    long idleNanos,
    long writeNanos) {}
