// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.setting;

/** Where a setting may be given. */
public enum Scope {
  /** Concerns the server as a whole and is refused on a port. */
  SERVER,
  /**
   * Concerns one port. Given on the server it applies to the primary port and is what every other
   * port inherits unless the port has a value of its own.
   */
  PORT,
  /**
   * Says which protocol one port speaks. As {@link #PORT}, but inherited as a whole: a port on
   * which anything was set, be it an empty map, has none of the server's, so that two protocols
   * never mix.
   */
  PROTOCOL
}
