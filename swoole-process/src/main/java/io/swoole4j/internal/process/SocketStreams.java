// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process;

import io.swoole4j.internal.process.posix.Socket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A stream socket as Java's streams. */
final class SocketStreams {
  private SocketStreams() {}

  static InputStream in(Socket socket) {
    return new In(socket);
  }

  static OutputStream out(Socket socket) {
    return new Out(socket);
  }

  private static final class In extends InputStream {
    private final Socket socket;

    In(Socket socket) {
      this.socket = socket;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      byte[] buffer = offset == 0 && length == target.length ? target : new byte[length];
      int received = socket.receive(buffer, true);
      if (buffer != target) {
        System.arraycopy(buffer, 0, target, offset, received);
      }
      return received == 0 ? -1 : received;
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  private static final class Out extends OutputStream {
    private final Socket socket;

    Out(Socket socket) {
      this.socket = socket;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] data, int offset, int length) throws IOException {
      byte[] part = new byte[length];
      System.arraycopy(data, offset, part, 0, length);
      int sent = 0;
      while (sent < length) {
        sent += socket.send(part, sent, true);
      }
    }

    @Override
    public void close() {
      socket.close();
    }
  }
}
