// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import java.util.Optional;

/**
 * Changes the user, group and root directory of this process: settings {@code user}, {@code group}
 * and {@code chroot}. Found by {@link java.util.ServiceLoader}.
 */
public interface Privileges {
  /**
   * Called before anything is bound, on the starting thread.
   *
   * @param user the user to become
   * @param group the group to become, the user's own if empty
   * @param root the directory to make the root
   * @throws IllegalStateException if one of them does not exist, or this process may not change
   *     them; the start fails
   */
  void check(Optional<String> user, Optional<String> group, Optional<String> root);

  /**
   * Called once at start, when every port is bound and before any handler runs, on the starting
   * thread.
   *
   * @param user the user to become
   * @param group the group to become, the user's own if empty
   * @param root the directory to make the root
   * @throws IllegalStateException if one of them cannot be had; the start fails and nothing may
   *     have been changed by halves
   */
  void drop(Optional<String> user, Optional<String> group, Optional<String> root);
}
