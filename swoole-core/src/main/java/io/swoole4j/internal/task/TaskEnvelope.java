// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.task;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * What a queue's message says about its task, ahead of the task itself. Immutable.
 *
 * @param run which run of a server put it there
 * @param token which task of that run it is
 * @param id its number among the tasks of its source
 * @param sourceWorker the worker that submitted it, -1 if none did
 * @param dispatchTime when it was submitted, in seconds since the epoch
 * @param flags Swoole's flags
 * @param inFile whether the content is a file's name
 * @param content the task's data, or the name of the file that holds it
 */
@SuppressWarnings("ArrayRecordComponent")
record TaskEnvelope(
    long run,
    long token,
    long id,
    int sourceWorker,
    double dispatchTime,
    int flags,
    boolean inFile,
    byte[] content) {
  /** Changes with the layout, so that no version takes another one's messages for its own. */
  private static final int MAGIC = 0x53_34_4a_01;

  /** Bytes in front of the content. */
  static final int HEADER = 4 + 8 + 8 + 8 + 4 + 8 + 4 + 1;

  byte[] toBytes() {
    return ByteBuffer.allocate(HEADER + content.length)
        .putInt(MAGIC)
        .putLong(run)
        .putLong(token)
        .putLong(id)
        .putInt(sourceWorker)
        .putDouble(dispatchTime)
        .putInt(flags)
        .put((byte) (inFile ? 1 : 0))
        .put(content)
        .array();
  }

  static TaskEnvelope of(byte[] message) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(message);
    try {
      if (in.getInt() != MAGIC) {
        throw new IOException("task message: not of this version");
      }
      long run = in.getLong();
      long token = in.getLong();
      long id = in.getLong();
      int sourceWorker = in.getInt();
      double dispatchTime = in.getDouble();
      int flags = in.getInt();
      boolean inFile = in.get() != 0;
      byte[] content = new byte[in.remaining()];
      in.get(content);
      return new TaskEnvelope(run, token, id, sourceWorker, dispatchTime, flags, inFile, content);
    } catch (BufferUnderflowException e) {
      throw new IOException("task message: " + message.length + " bytes", e);
    }
  }
}
