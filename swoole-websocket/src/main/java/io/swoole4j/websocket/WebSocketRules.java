// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.websocket;

import io.swoole4j.internal.websocket.frame.FrameLimits;
import java.util.List;

/**
 * What the settings of one port say. Immutable.
 *
 * @param enabled whether it is a WebSocket port
 * @param onStreams whether streams of HTTP/2 may become WebSocket connections
 * @param subprotocols what is offered, the preferred first
 * @param compression whether compression is agreed to
 * @param closeFrames whether close frames come to the message handler
 * @param pingFrames whether pings do
 * @param pongFrames whether pongs do
 * @param maxOutput the most bytes of one push
 * @param limits what clients may send
 * @param slowClient what a push does when there is no room
 * @param messageNanos how long a message may take besides a second for each KiB of it, 0 for ever
 * @param pingNanos how long a client may be silent before it is pinged, 0 for ever
 * @param idleNanos how long it may be silent before it is given up, 0 for ever
 */
record WebSocketRules(
    boolean enabled,
    boolean onStreams,
    List<String> subprotocols,
    boolean compression,
    boolean closeFrames,
    boolean pingFrames,
    boolean pongFrames,
    int maxOutput,
    FrameLimits limits,
    SlowClient slowClient,
    long messageNanos,
    long pingNanos,
    long idleNanos) {}
