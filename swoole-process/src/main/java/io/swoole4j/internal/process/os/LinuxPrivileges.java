// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.os;

import com.sun.jna.Memory;
import io.swoole4j.internal.process.posix.ErrnoException;
import io.swoole4j.internal.process.posix.Posix;
import io.swoole4j.spi.Privileges;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Gives up being root. The C library changes every thread of the process at once; this looks
 * whether it did. Used by the starting thread.
 */
public final class LinuxPrivileges implements Privileges {
  private static final int ROOT = 0;

  @Override
  public void check(Optional<String> user, Optional<String> group, Optional<String> root) {
    String what =
        user.map(name -> "user: " + name)
            .or(() -> group.map(name -> "group: " + name))
            .or(() -> root.map(name -> "chroot: " + name))
            .orElseThrow();
    try {
      if (Posix.geteuid() != ROOT) {
        throw new IllegalStateException(
            what + " (expected: to be started by root, not by user " + Posix.geteuid() + ")");
      }
    } catch (LinkageError | UnsupportedOperationException e) {
      throw new IllegalStateException(what + ", not available, " + e.getMessage(), e);
    }
    user.ifPresent(name -> Accounts.user(name));
    group.ifPresent(name -> Accounts.group(name));
    root.ifPresent(LinuxPrivileges::requireDirectory);
  }

  private static void requireDirectory(String root) {
    if (!root.startsWith("/") || !Files.isDirectory(Path.of(root))) {
      throw new IllegalStateException(
          "chroot: " + root + " (expected: the absolute path of a directory)");
    }
  }

  @Override
  public void drop(Optional<String> user, Optional<String> group, Optional<String> root) {
    Optional<Accounts.User> newUser = user.map(Accounts::user);
    Optional<Integer> newGroup =
        group.map(Accounts::group).or(() -> newUser.map(Accounts.User::group));
    if (root.isPresent()) {
      ChrootPreload.all();
    } else {
      ChrootPreload.openForOthers();
    }
    try {
      if (newGroup.isPresent()) {
        dropGroups(newUser, newGroup.get());
      }
      if (root.isPresent()) {
        Posix.check("chroot " + root.get(), Posix.chroot(root.get()));
        Posix.check("chdir /", Posix.chdir("/"));
      }
      if (newGroup.isPresent()) {
        Posix.check("setgid " + newGroup.get(), Posix.setgid(newGroup.get()));
      }
      if (newUser.isPresent()) {
        int uid = newUser.get().id();
        Posix.check("setuid " + uid, Posix.setuid(uid));
      }
      requireDropped(newUser.map(Accounts.User::id), newGroup, root.isPresent());
    } catch (IOException e) {
      throw new IllegalStateException(
          "user " + user + ", group " + group + ", chroot " + root + ": " + e.getMessage(), e);
    }
  }

  /** While names can still be looked up. */
  private static void dropGroups(Optional<Accounts.User> user, int group) throws ErrnoException {
    if (user.isPresent() && user.get().name().isPresent()) {
      String name = user.get().name().get();
      Posix.check("initgroups " + name, Posix.initgroups(name, group));
      return;
    }
    try (Memory one = new Memory(Integer.BYTES)) {
      one.setInt(0, group);
      Posix.check("setgroups " + group, Posix.setgroups(1, one));
    }
  }

  /** Of a process without a root directory of its own, for every thread. */
  static void requireDropped(Optional<Integer> uid, Optional<Integer> gid, boolean confined)
      throws IOException {
    boolean dropped =
        uid.map(id -> Posix.getuid() == id && Posix.geteuid() == id).orElse(true)
            && gid.map(id -> Posix.getgid() == id).orElse(true);
    boolean back = uid.isPresent() && uid.get() != ROOT && Posix.setuid(ROOT) == 0;
    if (!dropped || back || !(confined || everyThreadIs(uid, gid))) {
      throw new IOException(
          "not every thread has"
              + uid.map(id -> " user " + id).orElse("")
              + gid.map(id -> " group " + id).orElse(""));
    }
  }

  private static boolean everyThreadIs(Optional<Integer> uid, Optional<Integer> gid)
      throws IOException {
    List<String> wanted =
        Stream.concat(
                uid.stream().map(id -> String.format("Uid:\t%1$d\t%1$d\t%1$d\t%1$d", id)),
                gid.stream().map(id -> String.format("Gid:\t%1$d\t%1$d\t%1$d\t%1$d", id)))
            .toList();
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path thread : threads) {
        Path status = thread.resolve("status");
        try {
          if (!Files.readAllLines(status).containsAll(wanted)) {
            return false;
          }
        } catch (IOException e) {
          // A thread that has ended meanwhile.
          if (Files.exists(status)) {
            throw e;
          }
        }
      }
    }
    return true;
  }
}
