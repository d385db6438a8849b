// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi.http;

import io.swoole4j.spi.PortProtocol;
import java.util.Map;
import java.util.Optional;

/** A request that can be answered by changing the protocol. Any thread, but only one at a time. */
public interface Upgrade {
  /**
   * The connection.
   *
   * @return the session
   */
  PortProtocol.Session session();

  /**
   * A header that the user has set.
   *
   * @param name its name
   * @return its first value, empty if there is none
   */
  Optional<String> header(String name);

  /**
   * Sends status 101 with the response's headers and some more, and changes the protocol behind it.
   *
   * @param headers headers that take the place of the response's of the same name; an empty value
   *     removes those
   * @param connection what the connection becomes; attached to the session from now on
   * @return false when the response cannot be sent; the calling thread's last error says why
   */
  boolean accept(Map<String, String> headers, UpgradedConnection connection);
}
