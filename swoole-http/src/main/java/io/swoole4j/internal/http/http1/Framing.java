// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.http1;

/** How the end of a response is told to the client (RFC 9112, 6.3). */
public enum Framing {
  /** There is no content and no length: 1xx, 204, 304. */
  NONE,
  /** Content-Length. */
  LENGTH,
  /** The chunked transfer coding. */
  CHUNKED,
  /** The end of the connection, after which the server closes it. */
  CLOSE,
  /** The end of the connection, which is the user's to close: bytes go past the protocol. */
  OPEN_END
}
