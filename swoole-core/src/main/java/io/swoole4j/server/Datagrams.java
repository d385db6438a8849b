// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

import io.netty.util.NetUtil;
import io.swoole4j.error.ErrorCode;
import io.swoole4j.internal.net.DatagramPort;
import io.swoole4j.spi.Arguments;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ways to send a datagram: by which port, to whom. Any thread. */
final class Datagrams {
  /** The first port of the right kind. */
  static final int ANY_SOCKET = -1;

  private static final int MAX_PORT = 65535;

  private static final int PORT_BITS = 16;

  /** What fits into the kernel's address of a Unix socket, its final NUL left out. */
  private static final int MAX_PATH = 107;

  private final List<ServerPort> ports;
  private final LastError lastError;

  Datagrams(List<ServerPort> ports, LastError lastError) {
    this.ports = ports;
    this.lastError = lastError;
  }

  /** An IPv4 address as a number, 0 for other addresses. */
  static long number(String address) {
    return NetUtil.isValidIpV4Address(address)
        ? Integer.toUnsignedLong(
            ByteBuffer.wrap(NetUtil.createByteArrayFromIpAddressString(address)).getInt())
        : 0;
  }

  /** The handle by which users choose a socket. */
  static int socketNumber(DatagramPort port) {
    int descriptor = port.descriptor();
    return descriptor < 0 ? port.spec().index() : descriptor;
  }

  /** To an address or, where that begins with a slash, to a Unix socket. */
  boolean send(String address, int port, byte[] data, int serverSocket) {
    Arguments.require("address", address, "an address or a path");
    Arguments.require("data", data, "bytes");
    return address.startsWith("/")
        ? sendToPath(address, data, serverSocket)
        : sendToAddress(parsed(address), port, data, serverSocket);
  }

  /** Swoole's old form: the address as a number, socket and port in another. */
  boolean send(long fd, byte[] data, int extraData) {
    Arguments.require("data", data, "bytes");
    if (fd <= 0 || fd >> Integer.SIZE != 0) {
      return lastError.fail(ErrorCode.INVALID_PARAMS);
    }
    InetAddress address;
    try {
      address =
          InetAddress.getByAddress(ByteBuffer.allocate(Integer.BYTES).putInt((int) fd).array());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("address: " + fd + " (expected: four bytes)", e);
    }
    return sendToAddress(address, extraData & MAX_PORT, data, extraData >>> PORT_BITS);
  }

  /** By one port. */
  boolean send(ServerPort by, String address, int port, byte[] data) {
    DatagramPort socket = by.datagrams();
    return socket == null
        ? lastError.fail(ErrorCode.OPERATION_NOT_SUPPORTED)
        : send(address, port, data, socketNumber(socket));
  }

  private boolean sendToAddress(
      @Nullable InetAddress address, int port, byte[] data, int serverSocket) {
    if (address == null || port < 1 || port > MAX_PORT) {
      return lastError.fail(ErrorCode.INVALID_PARAMS);
    }
    DatagramPort by = chosen(serverSocket, kind(address));
    if (by == null && serverSocket == ANY_SOCKET && address instanceof Inet4Address) {
      by = dualStack();
    }
    // An IPv4 peer is reached by an IPv6 socket too, where the system maps its address; not so the
    // other way round.
    boolean fits =
        by != null
            && !by.spec().type().isUnix()
            && (by.spec().type().isIpv6() || address instanceof Inet4Address);
    if (by == null || !fits) {
      return lastError.fail(ErrorCode.OPERATION_NOT_SUPPORTED);
    }
    return isShort(data) && done(by.send(data, new InetSocketAddress(address, port)));
  }

  /** The first IPv6 port that takes datagrams over IPv4 too, as one bound to {@code ::} does. */
  private @Nullable DatagramPort dualStack() {
    for (ServerPort candidate : ports) {
      DatagramPort port = candidate.datagrams();
      InetAddress bound = parsed(candidate.host());
      if (port != null
          && candidate.type() == SocketType.UDP6
          && bound != null
          && bound.isAnyLocalAddress()) {
        return port;
      }
    }
    return null;
  }

  private static SocketType kind(InetAddress address) {
    return address instanceof Inet6Address ? SocketType.UDP6 : SocketType.UDP;
  }

  boolean sendToPath(String path, byte[] data, int serverSocket) {
    Arguments.require("path", path, "the path of a socket");
    Arguments.require("data", data, "bytes");
    if (path.getBytes(StandardCharsets.UTF_8).length > MAX_PATH || path.indexOf('\0') >= 0) {
      return lastError.fail(ErrorCode.INVALID_PARAMS);
    }
    DatagramPort by = chosen(serverSocket, SocketType.UNIX_DGRAM);
    if (by == null || !by.spec().type().isUnix()) {
      return lastError.fail(ErrorCode.OPERATION_NOT_SUPPORTED);
    }
    return isShort(data) && done(by.send(data, path));
  }

  private @Nullable DatagramPort chosen(int serverSocket, SocketType type) {
    for (ServerPort candidate : ports) {
      DatagramPort port = candidate.datagrams();
      if (port != null
          && (serverSocket == ANY_SOCKET
              ? candidate.type() == type
              : socketNumber(port) == serverSocket)) {
        return port;
      }
    }
    return null;
  }

  private boolean isShort(byte[] data) {
    return Arguments.require("data", data, "bytes").length <= DatagramPort.MAX_SENT
        || lastError.fail(ErrorCode.OUTPUT_TOO_LARGE);
  }

  private boolean done(int result) {
    return result == 0 || lastError.fail(result);
  }

  /** A literal address; names are not looked up, which could take long. */
  private static @Nullable InetAddress parsed(String address) {
    try {
      if (NetUtil.isValidIpV4Address(address)) {
        return InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(address));
      }
      // With its scope, if it has one: a link-local address means nothing without.
      return NetUtil.isValidIpV6Address(address) ? InetAddress.getByName(address) : null;
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
