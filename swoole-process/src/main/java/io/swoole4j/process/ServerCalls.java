// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.Child;
import io.swoole4j.internal.process.Frames;
import io.swoole4j.server.ClientInfo;
import io.swoole4j.spi.ServerHandle;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * Calls of the server that come from a child, answered one after the other on the thread that reads
 * them. {@link RemoteServer} is the other side.
 */
final class ServerCalls implements Child.Listener {
  static final byte SEND = 1;
  static final byte CLOSE = 2;
  static final byte EXIST = 3;
  static final byte CLIENT_INFO = 4;
  static final byte CLIENT_LIST = 5;
  static final byte SEND_MESSAGE = 6;
  static final byte STATS = 7;
  static final byte RELOAD = 8;
  static final byte SHUTDOWN = 9;

  /** Begins an answer. */
  static final byte DONE = 0;

  /** Begins an answer that is the message of an exception. */
  static final byte REFUSED = 1;

  /** As many characters as {@code writeUTF} takes, whichever they are. */
  private static final int LONGEST_MESSAGE = 65_535 / 3;

  private final ServerHandle server;

  ServerCalls(ServerHandle server) {
    this.server = server;
  }

  @Override
  public void frame(Child child, Frames.Frame frame) throws IOException {
    if (frame.type() == Frames.CALL) {
      child.send(Frames.ANSWER, frame.number(), answer(frame.payload()));
    }
  }

  private byte[] answer(byte[] call) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeByte(DONE);
      run(new DataInputStream(new ByteArrayInputStream(call)), out);
    } catch (IOException | ClassNotFoundException | RuntimeException | Error e) {
      // whatever it is: the child waits for an answer, and this thread has other calls to answer
      bytes.reset();
      out.writeByte(REFUSED);
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

  private void run(DataInputStream in, DataOutputStream out)
      throws IOException, ClassNotFoundException {
    byte call = in.readByte();
    switch (call) {
      case SEND -> out.writeBoolean(server.send(in.readLong(), in.readAllBytes()));
      case CLOSE -> out.writeBoolean(server.close(in.readLong()));
      case EXIST -> out.writeBoolean(server.exist(in.readLong()));
      case CLIENT_INFO -> {
        Optional<ClientInfo> info = server.getClientInfo(in.readLong());
        out.writeBoolean(info.isPresent());
        if (info.isPresent()) {
          ClientInfoCodec.write(info.get(), out);
        }
      }
      case CLIENT_LIST -> {
        for (long fd : server.getClientList(in.readLong(), in.readInt())) {
          out.writeLong(fd);
        }
      }
      case SEND_MESSAGE -> {
        int workerId = in.readInt();
        Object message = new ObjectInputStream(in).readObject();
        out.writeBoolean(server.sendMessage(message, workerId));
      }
      case STATS -> {
        ObjectOutputStream objects = new ObjectOutputStream(out);
        objects.writeObject(new LinkedHashMap<>(server.stats()));
        objects.flush();
      }
      case RELOAD -> out.writeBoolean(server.reload(in.readBoolean()));
      case SHUTDOWN -> out.writeBoolean(server.shutdown());
      default -> throw new IllegalArgumentException("call: " + call + " (expected: 1 to 9)");
    }
  }
}
