// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import io.swoole4j.server.Server;
import io.swoole4j.server.ServerMode;
import io.swoole4j.server.SocketType;
import io.swoole4j.setting.Setting;
import java.util.List;
import java.util.Optional;

/** One small server that can be started by its name. */
interface Example {
  /** What it is called on the command line. */
  String name();

  /** What it does, in one line. */
  String summary();

  /** The setting that a word without a name is for, as in {@code http-static DIRECTORY}. */
  default Optional<Setting<String>> argument() {
    return Optional.empty();
  }

  /**
   * Makes the server, ready to be started; the parameters are those of Server's constructor.
   * Settings from the command line are put over those made here.
   */
  Server server(String host, int port, ServerMode mode, SocketType type);

  /**
   * Runs an example that is no server to its end.
   *
   * @param words what is behind its name
   * @return false for one that is a server
   */
  default boolean runs(List<String> words) throws Exception {
    return false;
  }

  /** Tells that the server listens, in one line that says where. */
  default void listening(Server server, String where) {
    System.out.println(where);
  }
}
