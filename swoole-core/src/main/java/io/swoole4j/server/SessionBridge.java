// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.util.ReferenceCountUtil;
import io.swoole4j.error.ErrorCode;
import io.swoole4j.internal.net.Connection;
import io.swoole4j.internal.net.OutboundFile;
import io.swoole4j.internal.net.PipelineSlots;
import io.swoole4j.internal.tls.TlsSession;
import io.swoole4j.spi.PortProtocol;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A connection as its protocol sees it. */
final class SessionBridge implements PortProtocol.Session {
  /**
   * What a worker gets from a protocol.
   *
   * @param event what it is to users
   * @param callback what to run
   */
  record Message(Event<?> event, PortProtocol.Callback callback) {}

  private final Server server;
  private final Connection connection;
  private final PortProtocol.PortSession port;
  private volatile @Nullable Object attachment;

  SessionBridge(Server server, Connection connection, PortProtocol.PortSession port) {
    this.server = server;
    this.connection = connection;
    this.port = port;
  }

  @Override
  public long fd() {
    return connection.fd();
  }

  @Override
  public boolean isOpen() {
    return connection.isOpen();
  }

  @Override
  public boolean mayExpire() {
    return connection.mayExpire();
  }

  @Override
  public boolean isTls() {
    return connection.tls() != null;
  }

  @Override
  public Optional<String> applicationProtocol() {
    TlsSession tls = connection.tls();
    return tls == null ? Optional.empty() : Optional.ofNullable(tls.applicationProtocol());
  }

  @Override
  public void deliver(Event<?> event, int bytes, PortProtocol.Callback callback) {
    connection.deliver(new Message(event, callback), bytes);
  }

  @Override
  public boolean write(byte[] bytes) {
    if (!connection.isOpen()) {
      return fail(Sessions.whyNot(null, connection, fd()));
    }
    return connection.output().send(bytes) || fail(ErrorCode.OUTPUT_BUFFER_FULL);
  }

  @Override
  public boolean hasRoom(int bytes) {
    return connection.output().hasRoom(bytes);
  }

  @Override
  public int writeDroppable(byte[] bytes, boolean makeRoom) {
    if (!connection.isOpen()) {
      fail(Sessions.whyNot(null, connection, fd()));
      return -1;
    }
    int dropped = connection.output().sendDroppable(bytes, makeRoom);
    if (dropped < 0) {
      fail(ErrorCode.OUTPUT_BUFFER_FULL);
    }
    return dropped;
  }

  @Override
  public int drop() {
    return connection.output().drop();
  }

  @Override
  public boolean writeLast(byte[] bytes) {
    if (!connection.isOpen()) {
      return fail(Sessions.whyNot(null, connection, fd()));
    }
    connection.output().sendLast(bytes);
    return true;
  }

  @Override
  public boolean awaitRoom() {
    return server.parts().sending().awaitRoom(connection);
  }

  /**
   * A part of an open file.
   *
   * @param file the part
   * @param length how long it is
   */
  private record Part(OutboundFile file, long length) implements PortProtocol.FilePart {
    @Override
    public long remaining() {
      return file.remaining();
    }

    @Override
    public ByteBuf read(ByteBufAllocator allocator, int most) throws IOException {
      return file.read(allocator, most);
    }

    @Override
    public void close() {
      file.close();
    }
  }

  @Override
  public Optional<PortProtocol.FilePart> open(Path path, long offset, long length) {
    OutboundFile file = server.parts().sending().open(path, offset, length);
    if (file == null) {
      return Optional.empty();
    }
    if (!connection.output().admit(file)) {
      fail(ErrorCode.OUTPUT_BUFFER_FULL);
      return Optional.empty();
    }
    return Optional.of(new Part(file, file.remaining()));
  }

  @Override
  public void write(PortProtocol.FilePart part) {
    connection.output().sendAdmitted(((Part) part).file());
  }

  @Override
  public boolean reserve(int bytes) {
    if (!connection.isOpen()) {
      return fail(Sessions.whyNot(null, connection, fd()));
    }
    return connection.output().reserve(bytes) || fail(ErrorCode.OUTPUT_BUFFER_FULL);
  }

  @Override
  public void writeReserved(byte[] bytes) {
    connection.output().sendReserved(bytes);
  }

  @Override
  public boolean write(Object message, int bytes) {
    if (!connection.isOpen()) {
      ReferenceCountUtil.release(message);
      return fail(Sessions.whyNot(null, connection, fd()));
    }
    return connection.output().send(message, bytes) || fail(ErrorCode.OUTPUT_BUFFER_FULL);
  }

  @Override
  public boolean writeUnlimited(Object message, long bytes, int counted) {
    if (!connection.isOpen()) {
      ReferenceCountUtil.release(message);
      return fail(Sessions.whyNot(null, connection, fd()));
    }
    connection.output().sendUnlimited(message, bytes, counted);
    return true;
  }

  @Override
  public boolean carry(Channel channel, PortProtocol.Installer installer) {
    return connection.carry(
        channel,
        (within, carried) -> {
          SessionBridge bridge = new SessionBridge(server, carried, port);
          carried.attachment(bridge);
          installer.install(within.pipeline(), PipelineSlots.CONNECTION, bridge);
        });
  }

  @Override
  public boolean close(boolean reset) {
    return connection.close(reset);
  }

  @Override
  public void read(boolean wanted) {
    connection.readForProtocol(wanted);
  }

  @Override
  public void execute(Runnable task) {
    connection.execute(task);
  }

  @Override
  public boolean fail(ErrorCode code) {
    return server.fail(code);
  }

  @Override
  public Optional<Object> attachment() {
    return Optional.ofNullable(attachment);
  }

  @Override
  public void attach(Object value) {
    attachment = value;
  }

  /** Tells the protocol that bytes were sent past it. */
  void bypassed() {
    port.bypassed(this);
  }

  /** What the protocol tells about the connection. */
  Map<String, Object> clientInfo() {
    return port.clientInfo(this);
  }

  /** How its end is told when not by the close event. On the worker. */
  Optional<PortProtocol.Ending> ending(PortProtocol.Handlers handlers) {
    return port.ending(this, handlers);
  }

  /** Lets the protocol say goodbye. From any thread. */
  void goodbye() {
    connection.execute(
        () -> {
          if (connection.isOpen()) {
            port.goodbye(this);
          }
        });
  }
}
