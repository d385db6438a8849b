// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.dispatch;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Mode 6: a user's function chooses; what it answers wrongly or by throwing is left to the mode
 * behind it, so that no packet is lost to a bug in it.
 */
public final class FunctionDispatcher implements Dispatcher {
  /** How much of a packet the function sees at most, as in Swoole. */
  public static final int MAX_VISIBLE = 8180;

  /** The user's function as this package sees it. */
  @FunctionalInterface
  public interface Function {
    /**
     * Chooses.
     *
     * @param fd the session id
     * @param kind what the packet is
     * @param data at most {@link #MAX_VISIBLE} bytes of it
     * @return a worker's id or one of {@link Dispatch}
     * @throws Exception whatever the user's code throws
     */
    int choose(long fd, PacketKind kind, byte[] data) throws Exception;
  }

  /** Told about answers that cannot be followed. */
  public interface Complaints {
    /**
     * The function threw.
     *
     * @param fd the session id
     * @param cause what it threw
     */
    void threw(long fd, Throwable cause);

    /**
     * The function named no worker.
     *
     * @param fd the session id
     * @param answer what it returned
     */
    void invalid(long fd, int answer);
  }

  private static final byte[] NOTHING = {};

  private final Function function;
  private final Dispatcher fallback;
  private final Complaints complaints;

  /**
   * A dispatcher that asks a function first.
   *
   * @param function the user's
   * @param fallback asked when the function does not choose
   * @param complaints told about its mistakes
   */
  public FunctionDispatcher(Function function, Dispatcher fallback, Complaints complaints) {
    this.function = function;
    this.fallback = fallback;
    this.complaints = complaints;
  }

  @Override
  public int route(Route route, PacketKind kind, byte @Nullable [] data, WorkerLoads loads) {
    int answer;
    try {
      answer = function.choose(route.fd(), kind, visible(data));
    } catch (Exception | Error e) {
      // An error has no worker to end here: it would only cost an innocent connection.
      complaints.threw(route.fd(), e);
      answer = Dispatch.FALLBACK;
    }
    if (answer == Dispatch.DISCARD || answer == Dispatch.CLOSE) {
      return answer;
    }
    if (answer >= 0 && answer < loads.workers()) {
      return answer;
    }
    if (answer != Dispatch.FALLBACK) {
      complaints.invalid(route.fd(), answer);
    }
    return fallback.route(route, kind, data, loads);
  }

  @Override
  public boolean keepsOrder() {
    return true;
  }

  private static byte[] visible(byte @Nullable [] data) {
    if (data == null) {
      return NOTHING;
    }
    return data.length <= MAX_VISIBLE ? data : Arrays.copyOf(data, MAX_VISIBLE);
  }
}
