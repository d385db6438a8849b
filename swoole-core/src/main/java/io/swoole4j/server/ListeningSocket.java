// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import java.net.SocketAddress;

/**
 * A socket that a server listens on.
 *
 * @param descriptor its file descriptor, -1 where the transport does not tell
 * @param address the address it is bound to: a {@link java.net.InetSocketAddress}, or a {@link
 *     java.net.UnixDomainSocketAddress}
 */
public record ListeningSocket(int descriptor, SocketAddress address) {}
