// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.websocket.frame;

/** Inflates messages. Called by the thread that decodes. */
@FunctionalInterface
public interface Inflation {
  /**
   * Inflates a whole message.
   *
   * @param data where it is
   * @param length how many bytes it has
   * @param max the most bytes it may become
   * @return the message
   * @throws FrameException if it becomes larger, or cannot be inflated
   */
  byte[] inflate(byte[] data, int length, int max) throws FrameException;
}
