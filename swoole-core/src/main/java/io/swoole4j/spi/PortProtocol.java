// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.swoole4j.error.ErrorCode;
import io.swoole4j.server.Event;
import io.swoole4j.server.EventHandler;
import io.swoole4j.server.Server;
import io.swoole4j.setting.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A protocol that a port can speak instead of plain bytes. It contributes settings and events, puts
 * its handlers into the pipeline of each connection and hands what they make of the bytes to the
 * workers. Found by {@link java.util.ServiceLoader}, or given to {@code Server}'s constructor by a
 * subclass. One object serves every port of one server.
 */
public interface PortProtocol {
  /**
   * Its name in messages, such as {@code http}.
   *
   * @return a short lower-case name
   */
  String name();

  /**
   * The settings it adds.
   *
   * @return settings that can be set on every server from now on
   */
  default List<Setting<?>> settings() {
    return List.of();
  }

  /**
   * The events it adds.
   *
   * @return events that handlers can be bound to from now on
   */
  default List<Event<?>> events() {
    return List.of();
  }

  /**
   * Called once per port while the server starts.
   *
   * @param port the port's settings and handlers
   * @return how connections of this port are served, or empty if its settings do not enable this
   *     protocol
   * @throws RuntimeException if a setting makes no sense; the start fails with it
   */
  Optional<PortSession> open(Port port);

  /**
   * What it adds to {@code Server.stats}. From any thread.
   *
   * @param workerId the worker that asks, -1 for another thread
   * @return gauges and totals by name
   */
  default Map<String, Object> stats(int workerId) {
    return Map.of();
  }

  /**
   * Whether clients wait for answers, whoever is to give them: a callback that waits for its
   * worker, a timer, another thread. From any thread; a server that stops waits for a while.
   *
   * @return false if there are none
   */
  default boolean isAwaited() {
    return false;
  }

  /**
   * A worker ends, and its handlers with it. On the worker, before its workerStop.
   *
   * @param workerId the worker
   */
  default void workerStopped(int workerId) {}

  /**
   * The server has ended, or its start has failed: releases what {@link #open} took. Once, behind
   * everything else, on whatever thread.
   */
  default void ended() {}

  /** A port as its protocol sees it. Safe from any thread. */
  interface Port {
    /**
     * A setting's value: the port's, else the server's, else the default.
     *
     * @param <T> its type
     * @param setting the setting
     * @return empty if it is not set and has no default
     */
    <T> Optional<T> find(Setting<T> setting);

    /**
     * Whether some handler is bound to an event.
     *
     * @param event the event
     * @return true if it would be called
     */
    boolean handles(Event<?> event);
  }

  /** How the connections of one port are served. */
  interface PortSession {
    /**
     * The events without a handler for which the server refuses to start.
     *
     * @return the required events
     */
    default List<Event<?>> requiredEvents() {
      return List.of();
    }

    /**
     * What a port with TLS offers by ALPN, the preferred first.
     *
     * @return names such as {@code h2}; empty for no ALPN
     */
    default List<String> applicationProtocols() {
      return List.of();
    }

    /**
     * Puts handlers into the pipeline of a new connection. Called on its event loop before anything
     * is read, on a port with TLS after the handshake; what the last of them passes on is dropped.
     *
     * @param pipeline the pipeline; handlers belong before the server's own
     * @param slot the name of the server's own handler
     * @param session the connection
     */
    void install(ChannelPipeline pipeline, String slot, Session session);

    /**
     * The server stops: a last word to a connection. On its event loop.
     *
     * @param session the connection
     */
    default void goodbye(Session session) {}

    /**
     * The server's user has sent bytes past the protocol with {@code Server.send}. On the thread
     * that sent them, behind them.
     *
     * @param session the connection
     */
    default void bypassed(Session session) {}

    /**
     * What it adds to {@code Server.getClientInfo}. From any thread.
     *
     * @param session the connection
     * @return values by name
     */
    default Map<String, Object> clientInfo(Session session) {
      return Map.of();
    }

    /**
     * How the end of a connection is told when not by the close event. On the worker, at its end.
     *
     * @param session the connection
     * @param handlers the handlers that are bound
     * @return empty for the close event
     */
    default Optional<Ending> ending(Session session, Handlers handlers) {
      return Optional.empty();
    }
  }

  /**
   * The event that tells of the end of a connection.
   *
   * @param event the event that it is to users
   * @param callback calls its handler
   */
  record Ending(Event<?> event, Callback callback) {}

  /** A connection as its protocol sees it. */
  interface Session {
    /**
     * The session id.
     *
     * @return from 1
     */
    long fd();

    /**
     * Whether it is open.
     *
     * @return false once either side has closed it
     */
    boolean isOpen();

    /**
     * Whether the client's silence may be held against it. From any thread.
     *
     * @return false while the server itself does not read from it, as it is paused or has sent more
     *     than the workers have handled, and while it is protected
     */
    boolean mayExpire();

    /**
     * Whether the connection is a TLS one.
     *
     * @return true on a port with TLS
     */
    boolean isTls();

    /**
     * What ALPN has agreed on.
     *
     * @return empty without TLS, and when client and server had nothing in common
     */
    Optional<String> applicationProtocol();

    /**
     * Hands something to a worker, as the dispatch mode says. On the connection's event loop only.
     *
     * @param event the event that it is to users; a failure of its handler is reported under that
     * @param bytes what it counts towards {@code max_queued_bytes}
     * @param callback run on the worker, unless the connection is closed before
     */
    void deliver(Event<?> event, int bytes, Callback callback);

    /**
     * Queues bytes towards the client, behind what was queued before. From any thread. Much cheaper
     * than a message: small arrays are copied together into one buffer.
     *
     * @param bytes the bytes, not to be changed afterwards; they pass encryption, but none of the
     *     protocol's handlers has to expect them
     * @return false when too much is queued already or the connection is closed; the calling
     *     thread's last error says which
     */
    boolean write(byte[] bytes);

    /**
     * Whether so many bytes could be queued now, for a caller to whom making them is work. From any
     * thread; what others queue meanwhile may take the room.
     *
     * @param bytes how many
     * @return false when too much is queued already
     */
    boolean hasRoom(int bytes);

    /**
     * Queues bytes that may be dropped again while they wait. From any thread.
     *
     * @param bytes the bytes, not to be changed afterwards
     * @param makeRoom whether the oldest that were queued so are dropped, as a whole, where there
     *     is no room for these
     * @return how many were dropped to make room; -1 when there is none all the same, or the
     *     connection is closed; the calling thread's last error says which
     */
    int writeDroppable(byte[] bytes, boolean makeRoom);

    /**
     * Drops everything that waits and was queued by {@link #writeDroppable}. From any thread.
     *
     * @return how many were dropped
     */
    int drop();

    /**
     * Queues a last word behind what was queued before, however much that is. From any thread;
     * meant to be followed by {@link #close}.
     *
     * @param bytes a few bytes, not to be changed afterwards
     * @return false when the connection is closed; the calling thread's last error says by whom
     */
    boolean writeLast(byte[] bytes);

    /**
     * Waits until the client has taken what is queued, where {@code send_yield} is set and the
     * calling thread may wait: after a write that was refused for want of room.
     *
     * @return false when it may not wait, the time is up, or the connection is closed; the calling
     *     thread's last error says which
     */
    boolean awaitRoom();

    /**
     * Opens a part of a file that is going to be written. From any thread. It has to be closed or
     * written.
     *
     * @param path the file
     * @param offset where the part begins
     * @param length how long it is, 0 for the rest
     * @return empty when there is no such part or too many files wait already; the calling thread's
     *     last error says why
     */
    Optional<FilePart> open(Path path, long offset, long length);

    /**
     * Queues a part of a file, behind what was queued before. From any thread.
     *
     * @param part the part, opened by this session; closed once it is sent or given up
     */
    void write(FilePart part);

    /**
     * Counts bytes towards {@code socket_buffer_size} that are going to be written later, so that
     * what was accepted once cannot be refused then. From any thread.
     *
     * @param bytes how many
     * @return false when too much is queued already or the connection is closed; the calling
     *     thread's last error says which
     */
    boolean reserve(int bytes);

    /**
     * Queues bytes that were counted by {@link #reserve}. From any thread.
     *
     * @param bytes the bytes, not to be changed afterwards
     */
    void writeReserved(byte[] bytes);

    /**
     * Queues a message towards the client, behind what was queued before. From any thread.
     *
     * @param message what the protocol's handlers can encode; released when refused
     * @param bytes about how large it is; counts towards {@code socket_buffer_size}
     * @return false when too much is queued already or the connection is closed; the calling
     *     thread's last error says which
     */
    boolean write(Object message, int bytes);

    /**
     * Queues a message towards the client whatever waits already, for a protocol that has limits of
     * its own: one for each stream of a connection, for instance. From any thread.
     *
     * @param message what the protocol's handlers can encode; released when refused
     * @param bytes about how large it is
     * @param counted what of it counts as output that waits, see {@code buffer_high_watermark}
     * @return false when the connection is closed; the calling thread's last error says by whom
     */
    boolean writeUnlimited(Object message, long bytes, int counted);

    /**
     * Makes a connection of a channel that this one carries within itself, such as a stream. It has
     * a session id of its own, and everything that holds for a connection holds for it: events,
     * dispatch, limits, lists. This one ends behind it. On the connection's event loop only.
     *
     * @param channel its channel, on no event loop yet and with no handlers; an end of its output
     *     and a close with SO_LINGER 0, which means a reset, are up to it
     * @param installer puts the protocol's handlers into it; called before this returns
     * @return false when the server, or the client, has all the connections it may have; the
     *     channel is closed then
     */
    boolean carry(Channel channel, Installer installer);

    /**
     * Closes the connection. From any thread.
     *
     * @param reset whether to drop what is queued
     * @return false if it was closed already
     */
    boolean close(boolean reset);

    /**
     * Stops reading from the client, or goes on. Others may have reasons of their own not to read.
     * On the connection's event loop only.
     *
     * @param wanted whether the protocol can take more
     */
    void read(boolean wanted);

    /**
     * Runs something on the connection's event loop, or nowhere when that has ended. From any
     * thread.
     *
     * @param task what to run
     */
    void execute(Runnable task);

    /**
     * Notes why an action of the protocol fails, for {@code Server.getLastError} on the calling
     * thread.
     *
     * @param code the reason
     * @return false, for the caller to return
     */
    boolean fail(ErrorCode code);

    /**
     * What the protocol keeps with the connection. From any thread.
     *
     * @return empty unless {@link #attach} was called
     */
    Optional<Object> attachment();

    /**
     * Keeps something with the connection, to be found again by {@code Server.session}. From any
     * thread.
     *
     * @param value what to keep
     */
    void attach(Object value);
  }

  /** Puts the handlers of a protocol into the pipeline of a connection that another one carries. */
  @FunctionalInterface
  interface Installer {
    /**
     * Called on the event loop before anything is read.
     *
     * @param pipeline the pipeline; handlers belong before the server's own
     * @param slot the name of the server's own handler
     * @param session the connection
     */
    void install(ChannelPipeline pipeline, String slot, Session session);
  }

  /** A part of an open file on its way to a client. */
  interface FilePart extends AutoCloseable {
    /**
     * How many bytes it has.
     *
     * @return the length, not 0
     */
    long length();

    /**
     * How many bytes of it were not read yet.
     *
     * @return 0 behind the last {@link #read}
     */
    long remaining();

    /**
     * Reads the next piece, where the protocol's handlers have to see the bytes. On the
     * connection's event loop.
     *
     * @param allocator makes the buffer
     * @param most how many bytes at most
     * @return the piece, to be released by the caller
     * @throws IOException if the file cannot be read, or has become shorter
     */
    ByteBuf read(ByteBufAllocator allocator, int most) throws IOException;

    /** Closes the file, if it is not going to be written. */
    @Override
    void close();
  }

  /** What a worker runs for a protocol. */
  @FunctionalInterface
  interface Callback {
    /**
     * Runs on the worker. What it throws is treated as a failure of the handler it calls.
     *
     * @param server the server
     * @param handlers the handlers that are bound, for this port and worker
     * @throws Exception anything
     */
    void run(Server server, Handlers handlers) throws Exception;

    /**
     * Called instead of {@link #run} when the connection has closed, or the dispatch function has
     * dropped the message: releases what the callback holds. On a worker or on the event loop. Not
     * called for what waits for a worker that was given up at the end of the server.
     */
    default void dropped() {}

    /**
     * Whom this keeps order with where callbacks run on virtual threads ({@code enable_coroutine}):
     * of callbacks with the same object one runs at a time, in the order in which they were
     * delivered. Those with an object of their own run beside the other events of the connection,
     * its end included; how many of them there are, and that the connection does not end before
     * they do, is the protocol's concern.
     *
     * @return empty for the events of the connection
     */
    default Optional<Object> sequence() {
      return Optional.empty();
    }

    /**
     * Called once when {@code max_coroutine} callbacks run, so that this would have to wait. On the
     * thread of the worker, which in BASE mode is the event loop.
     *
     * @return true if the client has been told to come back later and {@link #run} is not called;
     *     false to wait
     */
    default boolean refused() {
      return false;
    }
  }

  /** The handlers that hold for one port on one worker. */
  interface Handlers {
    /**
     * The handler of an event.
     *
     * @param <H> its interface
     * @param event the event
     * @return empty if none is bound
     */
    <H extends EventHandler> Optional<H> find(Event<H> event);
  }
}
