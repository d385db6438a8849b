// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.internal.http.message;

import io.swoole4j.error.ErrorCode;
import io.swoole4j.spi.http.UpgradedConnection;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One request and the way back to its client. A response is one {@link #end(ResponseHead, byte[])},
 * or a {@link #begin} with any number of {@link #write} and a {@link #finish}. From any thread, but
 * by one at a time. What answers false has sent nothing; the calling thread's last error says why.
 */
public interface Exchange {
  /**
   * The connection.
   *
   * @return its session id
   */
  long fd();

  /**
   * The stream of an HTTP/2 connection.
   *
   * @return 0 where there are none
   */
  int streamId();

  /**
   * The request.
   *
   * @return null where a response was made without one
   */
  @Nullable RequestHead request();

  /**
   * Sends a whole response.
   *
   * @param head status and headers
   * @param body the content
   * @return whether it was accepted
   */
  boolean end(ResponseHead head, byte[] body);

  /**
   * Sends a whole response whose content is a part of a file.
   *
   * @param head status and headers
   * @param path the file
   * @param offset where the part begins
   * @param length how long it is, 0 for the rest
   * @return whether it was accepted
   */
  boolean file(ResponseHead head, Path path, long offset, long length);

  /**
   * Sends a whole response whose content is a part of a file, with fields behind it where the
   * version of HTTP allows them beside a Content-Length.
   *
   * @param head status and headers
   * @param path the file
   * @param offset where the part begins
   * @param length how long it is, 0 for the rest
   * @param trailers fields behind the content
   * @return whether it was accepted
   */
  default boolean file(ResponseHead head, Path path, long offset, long length, Fields trailers) {
    return file(head, path, offset, length);
  }

  /**
   * Sends the head of a response of unknown length and its first piece.
   *
   * @param head status and headers
   * @param data the piece, may be empty
   * @return whether it was accepted
   */
  boolean begin(ResponseHead head, byte[] data);

  /**
   * Whether the connection can change its protocol behind this response.
   *
   * @return false unless the client asks for it and waits
   */
  default boolean isUpgradable() {
    return false;
  }

  /**
   * The status of a response that changes the protocol.
   *
   * @return 101, or what stands for it in another version of HTTP
   */
  default int upgradeStatus() {
    return 101;
  }

  /**
   * Sends the head of a response that ends HTTP on the connection.
   *
   * @param head status and headers
   * @param to what the connection becomes
   * @return whether it was accepted
   */
  default boolean upgrade(ResponseHead head, UpgradedConnection to) {
    return fail(ErrorCode.WRONG_OPERATION);
  }

  /**
   * Sends a piece of content.
   *
   * @param data the piece, not empty
   * @return whether it was accepted
   */
  boolean write(byte[] data);

  /**
   * Ends what {@link #begin} began.
   *
   * @param data the last piece, may be empty
   * @param trailers fields behind the content
   * @return whether it was accepted
   */
  boolean finish(byte[] data, Fields trailers);

  /**
   * Leaves the response to somebody who takes the exchange over, see {@link #owner}.
   *
   * @return false if it has ended or was detached already
   */
  boolean detach();

  /**
   * Who may answer.
   *
   * @return what was set last
   */
  @Nullable Object owner();

  /**
   * Says who may answer from now on.
   *
   * @param now the new owner
   */
  void owner(Object now);

  /** Places for requests that are not answered, of which there are only so many. Any thread. */
  interface Places {
    /** The answer to one of them begins, and may go on for as long as its client stays. */
    void begin();

    /**
     * One of them is free again.
     *
     * @param begun whether {@link #begin} was called for it
     */
    void leave(boolean begun);

    /**
     * One that was free for a moment is not.
     *
     * @param begun as {@link #leave} was told
     */
    void stay(boolean begun);
  }

  /**
   * Says which place the request takes. It is given back right before the last of the response is
   * queued, so that whoever has got that finds the place free.
   *
   * @param taken where one was taken
   */
  void place(Places taken);

  /**
   * Runs something when the response has been queued as a whole, or never will be.
   *
   * @param task runs once, on any thread
   */
  void whenEnded(Runnable task);

  /**
   * Puts the handling of the request off while too much waits for its client already.
   *
   * @param later runs once, on any thread: when there is room again, or nobody waits for the
   *     response any more
   * @param bytes how much memory the request takes meanwhile
   * @return false if there is room, and nothing is put off
   */
  default boolean putOff(Runnable later, int bytes) {
    return false;
  }

  /**
   * Notes why something cannot be done, as the calling thread's last error.
   *
   * @param code the reason
   * @return false, for the caller to return
   */
  boolean fail(ErrorCode code);

  /**
   * Asks the client for a sign of life, where there are frames for that.
   *
   * @param data at most 8 bytes that come back
   * @return whether it was sent
   */
  default boolean ping(byte[] data) {
    return fail(ErrorCode.OPERATION_NOT_SUPPORTED);
  }

  /**
   * Tells the client to begin nothing more on this connection, where there are frames for that.
   *
   * @param code why
   * @param debug the same for people
   * @return whether it was sent
   */
  default boolean goAway(long code, String debug) {
    return fail(ErrorCode.OPERATION_NOT_SUPPORTED);
  }

  /** Gives up: a response that has begun cannot be completed. */
  void abort();

  /**
   * Whether a response, or the rest of it, can still be sent.
   *
   * @return false once it has ended or the client is gone
   */
  boolean isOpen();
}
