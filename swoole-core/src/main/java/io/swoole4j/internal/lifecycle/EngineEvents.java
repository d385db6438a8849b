// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.lifecycle;

/**
 * What the life cycle tells the layer above. All of it but the last runs on the manager's thread;
 * it throws nothing.
 */
public interface EngineEvents {
  /** Every port is bound; nothing is accepted yet. */
  void started();

  /** The manager begins. */
  void managerStarted();

  /** The workers have been started. */
  void workersStarted();

  /**
   * The workers have ended; what runs beside them, and was asked to end when draining began, has to
   * end now.
   *
   * @param nanos how long it may take before it is ended by force
   */
  void workersStopped(long nanos);

  /** Workers are about to be renewed. */
  void beforeReload();

  /** All workers that were to be renewed have begun again. */
  void afterReload();

  /** The server is about to stop; everything still works. */
  void beforeShutdown();

  /** Nothing new is accepted; protocols may say goodbye, what runs beside workers has to end. */
  void draining();

  /**
   * Whether clients wait for answers, whoever is to give them. Any thread; throws nothing.
   *
   * @return false if there are none
   */
  default boolean isAwaited() {
    return false;
  }

  /** All workers have ended. */
  void managerStopped();

  /** Everything has ended. */
  void shutdown();

  /** Nothing more will be told or logged. On the last thread of the server. */
  default void ended() {}

  /**
   * A worker was ended by what was thrown on its thread.
   *
   * @param workerId its id
   * @param cause what was thrown
   */
  void workerError(int workerId, Throwable cause);
}
