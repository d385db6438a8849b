// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import io.netty.util.NetUtil;
import io.swoole4j.server.SocketType;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A bound socket that this process was started with. Servers serve it by a descriptor of their own,
 * so that the inherited one is as it was when they end. Used by the threads that make and start
 * servers.
 *
 * @param descriptor its number in this process
 * @param type its kind, without TLS, which a socket knows nothing of
 * @param host the address that it is bound to, or the path of a Unix socket
 * @param port the port, 0 for a Unix socket
 */
public record InheritedSocket(int descriptor, SocketType type, String host, int port) {
  /** Where systemd's sockets begin, behind the standard streams. */
  private static final int FIRST = 3;

  // Linux's numbers, on all machines that Netty's library is made for.
  private static final int SOL_SOCKET = 1;
  private static final int SO_TYPE = 3;
  private static final int SO_DOMAIN = 39;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int AF_UNIX = 1;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;

  /**
   * The sockets that systemd, or a parent that acts like it, has passed to a process.
   *
   * @param environment LISTEN_PID, the process they are for; LISTEN_FDS, how many there are; and,
   *     as in Swoole, LISTEN_FDS_START, the first descriptor, 3 unless it is set
   * @param pid this process
   * @return at least one, in the order of their descriptors
   * @throws IllegalStateException if there are none for this process or one is not a bound socket
   *     of a kind that servers have; none has changed then
   */
  public static List<InheritedSocket> ofSystemd(
      Function<String, @Nullable String> environment, long pid) {
    String owner = environment.apply("LISTEN_PID");
    if (!Long.toString(pid).equals(owner)) {
      throw new IllegalStateException(
          "LISTEN_PID: " + owner + " (expected: " + pid + ", the process that has the sockets)");
    }
    int count = number(environment, "LISTEN_FDS", 1);
    int first =
        environment.apply("LISTEN_FDS_START") == null
            ? FIRST
            : number(environment, "LISTEN_FDS_START", 0);
    if (!Epoll.isAvailable()) {
      throw new IllegalStateException(
          "inherited sockets: not without epoll (expected: Linux, and Netty's native library)",
          Epoll.unavailabilityCause());
    }
    List<InheritedSocket> found = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      found.add(examine(first + i));
    }
    return found;
  }

  private static int number(
      Function<String, @Nullable String> environment, String name, int least) {
    String value = environment.apply(name);
    try {
      int number = Integer.parseInt(String.valueOf(value));
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      // As wrong as a number that is too small.
    }
    throw new IllegalStateException(
        name + ": " + value + " (expected: a number of at least " + least + ")");
  }

  private static InheritedSocket examine(int descriptor) {
    try {
      Socket socket = new Socket(descriptor);
      int family = socket.getIntOpt(SOL_SOCKET, SO_DOMAIN);
      int kind = socket.getIntOpt(SOL_SOCKET, SO_TYPE);
      if (kind != SOCK_STREAM && kind != SOCK_DGRAM) {
        throw refused(descriptor, null);
      }
      boolean stream = kind == SOCK_STREAM;
      return switch (family) {
        case AF_INET -> internet(socket, stream ? SocketType.TCP : SocketType.UDP);
        case AF_INET6 -> internet(socket, stream ? SocketType.TCP6 : SocketType.UDP6);
        case AF_UNIX -> unix(socket, stream ? SocketType.UNIX_STREAM : SocketType.UNIX_DGRAM);
        default -> throw refused(descriptor, null);
      };
    } catch (IOException | ChannelException e) {
      throw refused(descriptor, e);
    }
  }

  private static InheritedSocket internet(Socket socket, SocketType type) {
    InetSocketAddress bound = socket.localAddress();
    if (bound == null || bound.getPort() == 0) {
      throw refused(socket.intValue(), null);
    }
    String host = NetUtil.toAddressString(bound.getAddress());
    return new InheritedSocket(socket.intValue(), type, host, bound.getPort());
  }

  private static InheritedSocket unix(Socket socket, SocketType type) {
    DomainSocketAddress bound = socket.localDomainSocketAddress();
    if (bound == null || bound.path().isEmpty() || bound.path().charAt(0) == '\0') {
      throw refused(socket.intValue(), null);
    }
    return new InheritedSocket(socket.intValue(), type, bound.path(), 0);
  }

  private static IllegalStateException refused(int descriptor, @Nullable Throwable cause) {
    return new IllegalStateException(
        "descriptor "
            + descriptor
            + ": not to be served (expected: a TCP or UDP socket bound to a port, or a Unix socket"
            + " bound to a path)",
        cause);
  }

  /** The channel that accepts from it, with as many waiting as asked for. */
  ServerChannel serverChannel(int backlog) {
    int own = duplicate(backlog);
    return type.isUnix()
        ? new EpollServerDomainSocketChannel(own, true)
        : new EpollServerSocketChannel(own);
  }

  /** The channel that reads its datagrams. */
  Channel datagramChannel() {
    int own = duplicate(0);
    return type.isUnix() ? new EpollDomainDatagramChannel(own) : new EpollDatagramChannel(own);
  }

  /** Another descriptor of the same socket, which does not block and, for a stream, listens. */
  private int duplicate(int backlog) {
    try {
      Socket own = new Socket(sentToOneself());
      try {
        if (type.isStream()) {
          own.listen(backlog);
        }
        return own.intValue();
      } catch (IOException e) {
        own.close();
        throw e;
      }
    } catch (IOException e) {
      throw new ChannelException(this + ": cannot be taken over", e);
    }
  }

  /**
   * Sends the descriptor through a socket that is connected to itself. Whoever passes sockets on
   * may leave them blocking, which would stop an event loop; neither Java nor Netty can change that
   * but in a descriptor that arrives this way.
   */
  private int sentToOneself() throws IOException {
    Socket loop = Socket.newSocketDomainDgram();
    try {
      // The NUL makes it a name that needs no file. Once connected nobody else can send to it.
      DomainSocketAddress name = new DomainSocketAddress("\0swoole4j-" + UUID.randomUUID());
      loop.bind(name);
      if (!loop.connect(name) || loop.sendFd(descriptor) < 0) {
        throw new IOException("descriptor " + descriptor + ": not sent");
      }
      int received = loop.recvFd();
      if (received <= 0) {
        throw new IOException("descriptor " + descriptor + ": not received");
      }
      return received;
    } finally {
      loop.close();
    }
  }
}
