// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.posix;

import com.sun.jna.Memory;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/** Sockets that listen and can be given to children, which take turns in accepting. Any thread. */
public final class Listener {
  private static final int SOCK_NONBLOCK = 0x800;
  private static final int PORT_OFFSET = 2;
  private static final int IPV4_OFFSET = 4;
  private static final int IPV6_OFFSET = 8;
  private static final int IPV4_BYTES = 16;
  private static final int IPV6_BYTES = 28;
  private static final int UNIX_BYTES = 110;
  private static final int TYPE = Posix.SOCK_STREAM | Posix.SOCK_CLOEXEC | SOCK_NONBLOCK;

  private Listener() {}

  /**
   * Listens on a port.
   *
   * @param host an address of this machine, or a name of one
   * @param port 0 for any
   * @param backlog how many may wait to be accepted
   * @throws ErrnoException if the port cannot be had
   * @throws UnknownHostException if there is no such name
   */
  public static Socket tcp(String host, int port, int backlog)
      throws ErrnoException, UnknownHostException {
    InetAddress address = InetAddress.getByName(host);
    boolean six = address instanceof Inet6Address;
    int family = six ? Posix.AF_INET6 : Posix.AF_INET;
    try (Memory socketAddress = new Memory(IPV6_BYTES)) {
      socketAddress.clear();
      socketAddress.setShort(0, (short) family);
      socketAddress.setByte(PORT_OFFSET, (byte) (port >> 8));
      socketAddress.setByte(PORT_OFFSET + 1, (byte) port);
      byte[] bytes = address.getAddress();
      socketAddress.write(six ? IPV6_OFFSET : IPV4_OFFSET, bytes, 0, bytes.length);
      return listen(
          "bind " + host + ':' + port,
          family,
          socketAddress,
          six ? IPV6_BYTES : IPV4_BYTES,
          backlog);
    }
  }

  /** Listens on a path. */
  public static Socket unix(String path, int backlog) throws ErrnoException {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    if (bytes.length >= UNIX_BYTES - PORT_OFFSET) {
      throw new IllegalArgumentException("path: " + path + " (expected: up to 107 bytes)");
    }
    try (Memory socketAddress = new Memory(UNIX_BYTES)) {
      socketAddress.clear();
      socketAddress.setShort(0, (short) Posix.AF_UNIX);
      socketAddress.write(PORT_OFFSET, bytes, 0, bytes.length);
      return listen("bind " + path, Posix.AF_UNIX, socketAddress, UNIX_BYTES, backlog);
    }
  }

  private static Socket listen(String name, int family, Memory address, int length, int backlog)
      throws ErrnoException {
    int fd = Posix.check("socket", Posix.socket(family, TYPE, 0));
    try (Memory one = new Memory(Integer.BYTES)) {
      one.setInt(0, 1);
      Posix.setsockopt(fd, Posix.SOL_SOCKET, Posix.SO_REUSEADDR, one, Integer.BYTES);
      Posix.check(name, Posix.bind(fd, address, length));
      Posix.check("listen", Posix.listen(fd, backlog));
      return new Socket(fd);
    } catch (ErrnoException e) {
      Posix.close(fd);
      throw e;
    }
  }

  /** The port that it listens on. */
  public static int port(Socket listener) throws ErrnoException {
    try (Memory address = new Memory(UNIX_BYTES);
        Memory length = new Memory(Integer.BYTES)) {
      length.setInt(0, UNIX_BYTES);
      Posix.check("getsockname", Posix.getsockname(listener.fd(), address, length));
      return (address.getByte(PORT_OFFSET) & 0xff) << 8 | (address.getByte(PORT_OFFSET + 1) & 0xff);
    }
  }

  /**
   * Accepts a connection that waits.
   *
   * @throws ErrnoException {@code EAGAIN} if none waits, or another process was faster
   */
  public static Socket accept(Socket listener) throws ErrnoException {
    return new Socket(
        Posix.check("accept", Posix.accept4(listener.fd(), null, null, Posix.SOCK_CLOEXEC)));
  }
}
