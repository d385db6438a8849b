// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.websocket.frame;

/**
 * What a peer may send. Immutable.
 *
 * @param messageBytes bytes of a message, inflated or not
 * @param fragments frames of one message
 * @param controlFrames control frames in one second
 */
public record FrameLimits(int messageBytes, int fragments, int controlFrames) {}
