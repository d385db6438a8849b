// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/** The one place that decides whether an exception is what a network does every day. */
public final class NetworkNoise {
  private static final int MAX_CAUSES = 8;

  private NetworkNoise() {}

  /**
   * Whether a peer or the network alone explains the exception: a reset, a broken pipe, a closed
   * channel, an unreachable host. Such an exception is a DEBUG line.
   *
   * @param cause what was thrown
   * @return true when nobody here has to act on it
   */
  public static boolean isExpected(@Nullable Throwable cause) {
    Throwable current = cause;
    for (int depth = 0; current != null && depth < MAX_CAUSES; depth++) {
      if (current instanceof ClosedChannelException || current instanceof IOException) {
        return true;
      }
      current = current.getCause();
    }
    return false;
  }
}
