// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

/**
 * Something a protocol hands to a worker in place of a packet.
 *
 * @param bytes what it counts towards the connection's queue limit
 * @param content what the layer above makes of it
 */
record ProtocolMessage(int bytes, Object content) {}
