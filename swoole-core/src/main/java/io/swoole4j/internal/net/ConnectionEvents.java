// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.net;

import io.swoole4j.internal.codec.FramingException;
import org.jspecify.annotations.Nullable;

/**
 * Where connections report to: the layer that calls the user's handlers. Methods run on the
 * connection's worker unless they say otherwise and throw nothing but an {@link Error} of the
 * user's handler.
 */
public interface ConnectionEvents {
  /**
   * A client has connected.
   *
   * @param connection the new connection
   */
  void connected(Connection connection);

  /**
   * A packet has arrived.
   *
   * @param connection where from
   * @param data the packet, owned by the callee
   */
  void received(Connection connection, byte[] data);

  /**
   * The connection is closed; it can still be looked up until this returns.
   *
   * @param connection which
   * @param reactorId its reactor's number, or -1 when the server closed it
   */
  void closed(Connection connection, int reactorId);

  /**
   * So much waits on the way out that nothing more should be sent.
   *
   * @param connection which
   */
  void bufferFull(Connection connection);

  /**
   * What waited on the way out when it counted as full has been taken.
   *
   * @param connection which
   */
  void bufferEmpty(Connection connection);

  /**
   * Something a protocol handed over has its turn.
   *
   * @param connection where from
   * @param message what the protocol handed over
   */
  void protocolMessage(Connection connection, Object message);

  /**
   * Whom something that a protocol handed over keeps order with, where callbacks run apart.
   *
   * @param message what the protocol handed over
   * @return null for the other events of its connection
   */
  @Nullable Object sequence(Object message);

  /**
   * Something a protocol handed over has its turn, but as many callbacks run as may. On the worker.
   *
   * @param connection where from
   * @param message what the protocol handed over
   * @return whether that is its end; else it waits
   */
  boolean protocolMessageRefused(Connection connection, Object message);

  /**
   * Something a protocol handed over will never have its turn. On a worker or on the reactor.
   *
   * @param connection where from
   * @param message what the protocol handed over
   */
  void protocolMessageDropped(Connection connection, Object message);

  /**
   * Whether anybody is told of a connection that begins. On the worker.
   *
   * @param connection which
   * @return false if {@link #connected} does nothing
   */
  boolean handlesConnect(Connection connection);

  /**
   * A packet was thrown away because its connection had closed before its worker got to it.
   *
   * @param connection where from
   */
  void discarded(Connection connection);

  /**
   * A datagram has arrived.
   *
   * @param port where
   * @param reactorId the number of the reactor that read it
   * @param datagram the datagram
   */
  void datagram(DatagramPort port, int reactorId, Datagram datagram);

  /**
   * A peer broke the framing and loses its connection. Runs on the reactor.
   *
   * @param connection whose peer
   * @param violation what it did
   */
  void violated(Connection connection, FramingException violation);

  /**
   * Something other than network noise came out of a pipeline. Runs on the reactor.
   *
   * @param connection whose pipeline
   * @param cause what was thrown
   */
  void failed(Connection connection, Throwable cause);
}
