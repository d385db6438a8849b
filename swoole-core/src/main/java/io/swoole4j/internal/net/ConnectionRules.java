// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.swoole4j.internal.tls.TlsPort;
import org.jspecify.annotations.Nullable;

/**
 * What the settings of a port say about each of its connections.
 *
 * @param socketBufferSize bytes that may wait on the way out
 * @param highWatermark bytes waiting from which the output counts as full, {@link Long#MAX_VALUE}
 *     when nobody wants to know
 * @param lowWatermark bytes waiting up to which it counts as empty again
 * @param idleMillis how long a peer may be silent before a heartbeat finds it, 0 for ever
 * @param scanMillis how often silent peers are looked for, 0 for never
 * @param stallMillis how long neither side may get on before the connection is dropped, 0 for ever
 * @param delayed whether a connection is read only once it was confirmed
 * @param bindConfirms whether binding it to a user confirms it
 * @param proxies the peers that say first whom they speak for, or null if peers are the clients
 * @param tls the TLS that is spoken, or null
 */
public record ConnectionRules(
    long socketBufferSize,
    long highWatermark,
    long lowWatermark,
    long idleMillis,
    long scanMillis,
    long stallMillis,
    boolean delayed,
    boolean bindConfirms,
    @Nullable ProxyTrust proxies,
    @Nullable TlsPort tls) {}
