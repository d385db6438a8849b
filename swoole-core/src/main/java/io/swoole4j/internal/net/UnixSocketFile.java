// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file of one Unix socket: takes the place of one that a dead server left behind, never of a
 * live one's or of another file, and is removed with the socket. Used by the life cycle's threads.
 */
final class UnixSocketFile {
  private final Path path;
  private @Nullable Object identity;

  /**
   * Makes room for a socket.
   *
   * @param path where it is to be bound
   * @throws IOException if something is there that may not be removed
   */
  UnixSocketFile(Path path) throws IOException {
    this.path = path;
    BasicFileAttributes there = attributes();
    if (there != null) {
      if (!there.isOther() || isLive()) {
        throw new BindException("Address already in use");
      }
      Files.deleteIfExists(path);
    }
  }

  private @Nullable BasicFileAttributes attributes() throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Only a refusal proves that nobody is there: a datagram socket, for one, fails otherwise. */
  private boolean isLive() throws IOException {
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      // Not blocking: a live server whose backlog is full would hold the start up.
      probe.configureBlocking(false);
      probe.connect(UnixDomainSocketAddress.of(path));
      return true;
    } catch (ConnectException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  /**
   * The socket is bound.
   *
   * @param mode the file's permissions, -1 to leave them to the umask
   * @throws IOException if they cannot be set
   */
  void bound(int mode) throws IOException {
    BasicFileAttributes made = attributes();
    identity = made == null ? null : identityOf(made);
    if (mode >= 0) {
      Files.setAttribute(path, "unix:mode", mode);
    }
  }

  /** With its time: the number of a file that was deleted is soon given to another one. */
  private static Object identityOf(BasicFileAttributes file) {
    return List.of(String.valueOf(file.fileKey()), file.lastModifiedTime());
  }

  /** Removes the file, unless it is another server's by now. */
  void remove() throws IOException {
    Object mine = identity;
    identity = null;
    BasicFileAttributes there = mine == null ? null : attributes();
    if (there != null && mine.equals(identityOf(there))) {
      Files.deleteIfExists(path);
    }
  }
}
