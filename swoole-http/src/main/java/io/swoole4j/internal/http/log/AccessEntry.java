// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.log;

import io.swoole4j.internal.http.message.RequestHead;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is logged of one request. Immutable.
 *
 * @param fd the session id of its connection
 * @param remote the client's address
 * @param head the request, null if it could not be understood
 * @param epochMillis when it had arrived
 * @param nanos how long the answer took
 * @param status what it was answered with
 * @param bytes how much content was sent
 */
public record AccessEntry(
    long fd,
    @Nullable SocketAddress remote,
    @Nullable RequestHead head,
    long epochMillis,
    long nanos,
    int status,
    long bytes) {}
