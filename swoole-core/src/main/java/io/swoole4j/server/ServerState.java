// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.server;

/** Where a server stands in its only life. */
public enum ServerState {
  /** Settings and handlers can be changed. */
  NEW,
  /** Ports are being bound and workers started. */
  STARTING,
  /** Clients are served. */
  RUNNING,
  /** The end was asked for and what is in flight is finished. */
  STOPPING,
  /** The server has ended, or its start has failed; it cannot be started again. */
  TERMINATED
}
