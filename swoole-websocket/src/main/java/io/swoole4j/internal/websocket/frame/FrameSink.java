// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.websocket.frame;

/** Where messages and control frames go. Called by the thread that decodes. */
public interface FrameSink {
  /**
   * A message is complete.
   *
   * @param opcode {@link Op#TEXT}, and then the data is UTF-8, or {@link Op#BINARY}
   * @param data the message, for the sink to keep
   * @param compressed whether it was sent compressed
   */
  void message(int opcode, byte[] data, boolean compressed);

  /**
   * A control frame has come, maybe between two frames of a message.
   *
   * @param opcode its opcode
   * @param payload at most 125 bytes; of a close frame, one that is allowed
   */
  void control(int opcode, byte[] payload);

  /**
   * Whether nothing more is wanted.
   *
   * @return true to have the rest left alone
   */
  boolean isDone();
}
