// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.error;

import java.util.Optional;

/**
 * The error codes that {@code getLastError()} answers or a log line carries, by Swoole's numbers.
 *
 * <p>Swoole renumbered two of them over time; the older numbers are kept here: {@link
 * #OUTPUT_BUFFER_FULL} is 1008 (1009 in Swoole 6) and {@link #OUTPUT_TOO_LARGE} is 1202 (1203 in
 * Swoole 6).
 */
public enum ErrorCode {
  /** 13: {@code sendfile} was given a file that cannot be opened or read. */
  FILE_UNREADABLE(13, "file cannot be read"),
  /** 110: {@code sendwait} has queued all of it, and the client has not taken it in time. */
  TIMED_OUT(110, "timed out"),
  /** 503: the call is not allowed where it was made, such as {@code task} in a task worker. */
  NOT_ALLOWED_HERE(503, "not allowed here"),
  /** 505: an argument of the call makes no sense, such as a user id of 0 in {@code bind}. */
  INVALID_PARAMS(505, "invalid parameter"),
  /** 506: a worker's mailbox has no room for one more message. */
  QUEUE_FULL(506, "the worker's queue is full"),
  /** 507: the call does not apply to this kind of socket or server mode. */
  OPERATION_NOT_SUPPORTED(507, "operation not supported"),
  /** 509: the call does not fit the state, such as {@code reload} while one is going on. */
  WRONG_OPERATION(509, "wrong operation"),
  /** 550: {@code send} was called with nothing to send. */
  NO_PAYLOAD(550, "no payload to send"),
  /** 700: {@code sendfile} was given a file that does not exist. */
  FILE_NOT_EXIST(700, "file does not exist"),
  /** 702: {@code sendfile} was asked for a part of a file in which there is nothing. */
  FILE_EMPTY(702, "file is empty"),

  /** 1001: the server closed the connection. */
  SESSION_CLOSED_BY_SERVER(1001, "connection closed by the server"),
  /** 1002: the client closed the connection. */
  SESSION_CLOSED_BY_CLIENT(1002, "connection closed by the client"),
  /** 1003: the connection is being closed, and its close callback is running. */
  SESSION_CLOSING(1003, "connection is closing"),
  /** 1004: the connection was closed earlier. */
  SESSION_CLOSED(1004, "connection is closed"),
  /** 1005: there never was a connection with this id. */
  SESSION_NOT_EXIST(1005, "connection does not exist"),
  /** 1006: an invalid id in Swoole; here such an id is {@link #SESSION_NOT_EXIST}. */
  SESSION_INVALID_ID(1006, "invalid connection id"),
  /** 1007: data reached its worker after the connection had closed, and was discarded. */
  SESSION_DISCARD_TIMEOUT_DATA(1007, "data of a closed connection discarded"),
  /** 1008: the client reads too slowly: {@code socket_buffer_size} bytes wait for it already. */
  OUTPUT_BUFFER_FULL(1008, "output buffer is full"),

  /** 1014: a TLS client presented no certificate, or none that can be verified. */
  SSL_VERIFY_FAILED(1014, "client certificate refused"),
  /** 1015: what a client sent to a port with TLS is not TLS. */
  SSL_BAD_CLIENT(1015, "bad SSL client"),
  /** 1018: a TLS handshake failed or was not done in time. */
  SSL_HANDSHAKE_FAILED(1018, "TLS handshake failed"),

  /** 1201: a packet is longer than {@code package_max_length}. */
  PACKAGE_LENGTH_TOO_LARGE(1201, "packet is longer than package_max_length"),
  /** 1202: one send is larger than {@code buffer_output_size}. */
  OUTPUT_TOO_LARGE(1202, "data is larger than buffer_output_size"),
  /** 1204: a packet contradicts itself, such as a length that is shorter than its own header. */
  PACKAGE_MALFORMED(1204, "malformed packet"),

  /** 2002: a task was not taken because the server ends, or it ended without a result. */
  TASK_FAILED(2002, "task not taken, or ended without a result"),
  /** 2003: a result came when its caller no longer waited for it, and was dropped. */
  TASK_EXPIRED(2003, "task has expired"),
  /** 7106: the response has ended, or somebody else sends it. */
  HTTP_CONTEXT_UNAVAILABLE(7106, "response has ended or was detached"),

  /**
   * 8503: the connection does not speak WebSocket, or no longer: it is not, or not yet, upgraded.
   */
  WEBSOCKET_UNCONNECTED(8503, "not a WebSocket connection"),
  /** 8505: a frame cannot be sent as it was asked for, such as text that is not UTF-8. */
  WEBSOCKET_PACK_FAILED(8505, "WebSocket frame cannot be packed"),

  /** 9007: no worker was idle for a packet in {@code dispatch_mode} 3. */
  NO_IDLE_WORKER(9007, "no idle worker"),
  /** 9012: there is no command of that name for that kind of process. */
  INVALID_COMMAND(9012, "invalid command"),
  /** 9013: {@code sendfile} was given a directory or something else that is no file. */
  NOT_REGULAR_FILE(9013, "not a regular file"),
  /** 9101: a worker did not leave within {@code max_wait_time} and is interrupted. */
  WORKER_EXIT_TIMEOUT(9101, "worker did not stop in time"),

  /** 10018: what was waited for did not come in time, such as the result of a task. */
  RESULT_TIMED_OUT(10018, "timed out");

  private final int code;
  private final String message;

  ErrorCode(int code, String message) {
    this.code = code;
    this.message = message;
  }

  /**
   * Returns Swoole's number of this error.
   *
   * @return the number, always positive
   */
  public int code() {
    return code;
  }

  /**
   * Returns a short description for people, as {@code swoole_strerror} does.
   *
   * @return the description, in lower case and without a full stop
   */
  public String message() {
    return message;
  }

  /**
   * Finds the error with Swoole's number.
   *
   * @param code the number, such as one from {@code getLastError()}
   * @return the error, empty for 0 (no error) and for a number that this library never answers
   */
  public static Optional<ErrorCode> of(int code) {
    for (ErrorCode candidate : values()) {
      if (candidate.code == code) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
