// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.server.ClientInfo;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What is known about a connection, on its way to a child. */
final class ClientInfoCodec {
  private ClientInfoCodec() {}

  static void write(ClientInfo info, DataOutputStream out) throws IOException {
    out.writeInt(info.serverPort());
    out.writeInt(info.serverFd());
    out.writeInt(info.socketFd());
    out.writeInt(info.socketType());
    out.writeUTF(info.remoteIp());
    out.writeInt(info.remotePort());
    out.writeInt(info.reactorId());
    out.writeLong(info.connectTime());
    out.writeLong(info.lastTime());
    out.writeDouble(info.lastRecvTime());
    out.writeDouble(info.lastSendTime());
    out.writeDouble(info.lastDispatchTime());
    out.writeInt(info.closeErrno());
    out.writeLong(info.recvQueuedBytes());
    out.writeLong(info.sendQueuedBytes());
    out.writeBoolean(info.uid().isPresent());
    out.writeLong(info.uid().orElse(0));
    out.writeBoolean(info.workerId().isPresent());
    out.writeInt(info.workerId().orElse(0));
    // longer than writeUTF takes, maybe
    byte[] certificate = info.sslClientCert().orElse("").getBytes(StandardCharsets.US_ASCII);
    out.writeInt(certificate.length);
    out.write(certificate);
    out.writeInt(info.protocol().size());
    for (Map.Entry<String, Object> told : info.protocol().entrySet()) {
      out.writeUTF(told.getKey());
      out.writeBoolean(told.getValue() instanceof Integer);
      out.writeUTF(String.valueOf(told.getValue()));
    }
  }

  static ClientInfo read(DataInputStream in) throws IOException {
    return new ClientInfo(
        in.readInt(),
        in.readInt(),
        in.readInt(),
        in.readInt(),
        in.readUTF(),
        in.readInt(),
        in.readInt(),
        in.readLong(),
        in.readLong(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readInt(),
        in.readLong(),
        in.readLong(),
        optionalLong(in),
        optionalInt(in),
        optionalText(in),
        protocol(in));
  }

  /** What a protocol tells: numbers, and texts. */
  private static Map<String, Object> protocol(DataInputStream in) throws IOException {
    Map<String, Object> told = new LinkedHashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      String name = in.readUTF();
      boolean number = in.readBoolean();
      String value = in.readUTF();
      told.put(name, number ? (Object) Integer.valueOf(value) : value);
    }
    return told;
  }

  private static OptionalLong optionalLong(DataInputStream in) throws IOException {
    boolean present = in.readBoolean();
    long value = in.readLong();
    return present ? OptionalLong.of(value) : OptionalLong.empty();
  }

  private static OptionalInt optionalInt(DataInputStream in) throws IOException {
    boolean present = in.readBoolean();
    int value = in.readInt();
    return present ? OptionalInt.of(value) : OptionalInt.empty();
  }

  private static Optional<String> optionalText(DataInputStream in) throws IOException {
    String text = new String(in.readNBytes(in.readInt()), StandardCharsets.US_ASCII);
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }
}
