// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.util;

import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The one place that decides whether an exception is what a network does every day. */
public final class NetworkNoise {
  private static final int MAX_CAUSES = 8;

  /** What kernels call it where the JDK throws an exception of no particular type. */
  private static final Pattern MESSAGE =
      Pattern.compile(
          "reset|broken pipe|abort|timed out|unreachable|no route to host|not connected",
          Pattern.CASE_INSENSITIVE);

  private NetworkNoise() {}

  /**
   * Whether a peer or the network alone explains the exception: a reset, a broken pipe, a closed
   * channel, an unreachable host, a breach of TLS. Such an exception is a DEBUG line.
   *
   * @param cause what was thrown
   * @return true when nobody here has to act on it
   */
  public static boolean isExpected(@Nullable Throwable cause) {
    Throwable current = cause;
    for (int depth = 0; current != null && depth < MAX_CAUSES; depth++) {
      if (isNoise(current)) {
        return true;
      }
      current = current.getCause();
    }
    return false;
  }

  private static boolean isNoise(Throwable cause) {
    if (cause instanceof ClosedChannelException
        || cause instanceof SocketException
        || cause instanceof SSLException
        || cause instanceof NativeIoException) {
      return true;
    }
    // Not its subclasses: a file that is missing is nobody's noise.
    String message = cause.getMessage();
    return cause.getClass() == IOException.class
        && message != null
        && MESSAGE.matcher(message).find();
  }
}
