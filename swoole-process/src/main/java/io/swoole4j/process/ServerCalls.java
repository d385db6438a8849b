// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.Child;
import io.swoole4j.internal.process.Frames;
import io.swoole4j.spi.ServerHandle;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.concurrent.ThreadFactory;

/**
 * Calls of the server that come from a child, answered one after the other on the thread that reads
 * them; what waits for others has a thread of its own meanwhile, of which there are as many as the
 * child has threads that wait. {@link RemoteServer} is the other side.
 */
final class ServerCalls implements Child.Listener {
  /** Begins an answer; then comes why the call failed, 0 if it did not, and the result. */
  static final byte DONE = 0;

  /** Begins an answer that is the message of an exception. */
  static final byte REFUSED = 1;

  /** The same for an argument that is wrong. */
  static final byte WRONG_ARGUMENT = 2;

  /** As many characters as {@code writeUTF} takes, whichever they are. */
  private static final int LONGEST_MESSAGE = 65_535 / 3;

  private final ServerHandle server;
  private final ThreadFactory threads;

  ServerCalls(ServerHandle server, ThreadFactory threads) {
    this.server = server;
    this.threads = threads;
  }

  @Override
  public void frame(Child child, Frames.Frame frame) throws IOException {
    if (frame.type() != Frames.CALL) {
      return;
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(frame.payload()));
    ServerCall call = ServerCall.valueOf(in.readUTF());
    if (call.waits()) {
      threads
          .newThread(
              () -> {
                try {
                  child.send(Frames.ANSWER, frame.number(), answer(call, in));
                } catch (IOException e) {
                  // the child has ended meanwhile
                }
              })
          .start();
    } else {
      child.send(Frames.ANSWER, frame.number(), answer(call, in));
    }
  }

  private byte[] answer(ServerCall call, DataInputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    ByteArrayOutputStream result = new ByteArrayOutputStream();
    try {
      boolean done = call.run(server, in, new DataOutputStream(result));
      out.writeByte(DONE);
      out.writeInt(done ? 0 : server.getLastError());
      result.writeTo(out);
    } catch (IOException | ClassNotFoundException | RuntimeException | Error e) {
      // whatever it is: the child waits for an answer, and this thread has other calls to answer
      bytes.reset();
      out.writeByte(e instanceof IllegalArgumentException ? WRONG_ARGUMENT : REFUSED);
      out.writeUTF(reason(e));
    }
    return bytes.toByteArray();
  }

  /** What was misused is told by the message alone. */
  private static String reason(Throwable e) {
    boolean misuse = e instanceof IllegalArgumentException || e instanceof IllegalStateException;
    String message = e.getMessage();
    String reason = misuse && message != null ? message : e.toString();
    return reason.length() > LONGEST_MESSAGE ? reason.substring(0, LONGEST_MESSAGE) : reason;
  }
}
