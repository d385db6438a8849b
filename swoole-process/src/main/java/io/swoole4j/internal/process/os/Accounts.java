// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.process.os;

import com.sun.jna.Pointer;
import io.swoole4j.internal.process.posix.Posix;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Users and groups by their names, or by numbers that have none. Used by the starting thread. */
final class Accounts {
  /** Where {@code struct passwd} and {@code struct group} of 64-bit Linux have their numbers. */
  private static final long ID_OFFSET = 16;

  private static final long GROUP_OFFSET = 20;

  private Accounts() {}

  /**
   * A user.
   *
   * @param name empty for one that the system does not know
   * @param id its number
   * @param group its own group; for one that the system does not know the group of the same number
   */
  record User(Optional<String> name, int id, int group) {}

  /** The user of that name or number. */
  static User user(String name) {
    Pointer found = Posix.getpwnam(name);
    if (found != null) {
      return new User(Optional.of(name), found.getInt(ID_OFFSET), found.getInt(GROUP_OFFSET));
    }
    Integer id = number(name);
    if (id == null) {
      throw new IllegalStateException("user: " + name + " (expected: a user of this system)");
    }
    return new User(Optional.empty(), id, id);
  }

  /** The group of that name or number. */
  static int group(String name) {
    Pointer found = Posix.getgrnam(name);
    if (found != null) {
      return found.getInt(ID_OFFSET);
    }
    Integer id = number(name);
    if (id == null) {
      throw new IllegalStateException("group: " + name + " (expected: a group of this system)");
    }
    return id;
  }

  private static @Nullable Integer number(String text) {
    try {
      int number = Integer.parseInt(text);
      return number >= 0 && Character.isDigit(text.charAt(0)) ? number : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
