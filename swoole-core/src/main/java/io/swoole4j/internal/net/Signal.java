// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

/** What a batch carries besides packets. */
enum Signal {
  /** The connection begins. */
  CONNECT,
  /** The connection ends, or its peer has said all it will say. */
  CLOSE
}
