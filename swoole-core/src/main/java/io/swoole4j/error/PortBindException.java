// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.error;

import java.io.Serial;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by {@code start()} when a port cannot be listened on; nothing is left open by then.
 *
 * <p>Swoole's counterpart is the exception of the server's constructor, whose code is the errno.
 */
public final class PortBindException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** How Netty's native transports word a failed call: {@code bind(..) failed with error(-98)}. */
  private static final Pattern NATIVE_ERRNO = Pattern.compile("error\\(-([0-9]{1,9})\\)");

  /** The JDK gives no number, only the operating system's text. The numbers are Linux's. */
  private static final Map<String, Integer> ERRNO_BY_TEXT =
      Map.of(
          "address already in use", 98,
          "assign requested address", 99,
          "address not available", 99,
          "permission denied", 13,
          "address family not supported", 97);

  private static final Map<Integer, String> TEXT_BY_ERRNO =
      Map.of(
          98, "Address already in use",
          99, "Cannot assign requested address",
          13, "Permission denied",
          97, "Address family not supported by protocol");

  /** The host that was to be listened on. */
  private final String host;

  /** The port that was to be listened on. */
  private final int port;

  /** The operating system's error number, 0 when unknown. */
  private final int errno;

  /**
   * Describes a failed bind.
   *
   * @param host the host as the user wrote it, or the path of a Unix socket
   * @param port the port, 0 for any free one
   * @param cause what the transport threw; its message, or that of one of its causes, tells errno
   */
  public PortBindException(String host, int port, Throwable cause) {
    this(host, port, errnoOf(cause), cause);
  }

  private PortBindException(String host, int port, int errno, Throwable cause) {
    super("failed to listen on " + address(host, port) + ": " + describe(errno, cause), cause);
    this.host = host;
    this.port = port;
    this.errno = errno;
  }

  /**
   * Returns the host that was to be listened on.
   *
   * @return the host as the user wrote it
   */
  public String host() {
    return host;
  }

  /**
   * Returns the port that was to be listened on.
   *
   * @return the port, 0 for any free one
   */
  public int port() {
    return port;
  }

  /**
   * Returns the operating system's reason, by Linux's numbers on every system.
   *
   * @return 98 when the address is in use, 99 when it is not one of this machine, 13 without
   *     permission, 97 for an address family that is switched off, 0 when unknown
   */
  public int errno() {
    return errno;
  }

  private static String address(String host, int port) {
    if (host.indexOf('/') >= 0) {
      return host;
    }
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  private static String describe(int errno, Throwable cause) {
    String text = TEXT_BY_ERRNO.get(errno);
    if (text == null) {
      String message = cause.getMessage();
      text = message == null ? cause.getClass().getName() : message;
    }
    return errno == 0 ? text : text + " (errno " + errno + ")";
  }

  private static int errnoOf(Throwable cause) {
    Set<Throwable> seen = new HashSet<>();
    for (Throwable t = cause; t != null && seen.add(t); t = t.getCause()) {
      int errno = errnoIn(t.getMessage());
      if (errno != 0) {
        return errno;
      }
    }
    return 0;
  }

  private static int errnoIn(@Nullable String message) {
    if (message == null) {
      return 0;
    }
    // The text comes first: it means the same on every system, while numbers differ.
    String text = message.toLowerCase(Locale.ROOT);
    for (Map.Entry<String, Integer> entry : ERRNO_BY_TEXT.entrySet()) {
      if (text.contains(entry.getKey())) {
        return entry.getValue();
      }
    }
    Matcher matcher = NATIVE_ERRNO.matcher(message);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }
}
