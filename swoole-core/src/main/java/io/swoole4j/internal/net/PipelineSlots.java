// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

/**
 * The names of the places in a connection's pipeline, in the order in which bytes pass them on the
 * way in:
 *
 * <pre>
 *   socket -> [proxy -> gate] -> [TLS -> its gate] -> [held] -> [meter -> handlers of a port's protocol] -> connection
 * </pre>
 */
public final class PipelineSlots {
  /** Decodes the header of a proxy; gone behind it. */
  static final String PROXY = "swoole.proxy";

  /** Waits for the header of a proxy; gone behind it. */
  static final String GATE = "swoole.gate";

  /** The first handler where a protocol is spoken: notes what arrives. */
  public static final String METER = "swoole.meter";

  /** The last handler: frames what arrives and hands it to the workers. */
  public static final String CONNECTION = "swoole.connection";

  /** The only handler of a socket for datagrams. */
  public static final String DATAGRAMS = "swoole.datagrams";

  private PipelineSlots() {}
}
