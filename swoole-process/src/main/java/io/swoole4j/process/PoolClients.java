// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.Frames;
import io.swoole4j.internal.process.LastError;
import io.swoole4j.internal.process.posix.Errno;
import io.swoole4j.internal.process.posix.ErrnoException;
import io.swoole4j.internal.process.posix.Listener;
import io.swoole4j.internal.process.posix.Socket;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Messages that come from clients, one packet a connection. A client that takes its time is put
 * aside while others are served. Used by the worker's main thread.
 */
final class PoolClients extends PoolMessages {
  /** How many clients a worker has; the one that is there for longest makes room. */
  private static final int MAX_CLIENTS = 32;

  /**
   * How long a new client has the worker for itself: others are left to workers that are free
   * meanwhile.
   */
  private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** How long clients have to finish when the worker is to leave. */
  private static final long FINISH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Socket listener;
  private final LongSupplier clock;

  /** From the oldest to the newest. */
  private final List<PoolClient> clients = new ArrayList<>();

  private final ByteArrayOutputStream answer = new ByteArrayOutputStream();

  /**
   * The clients of a worker.
   *
   * @param handler who handles their packets
   * @param spec the pool
   * @param listener where they come
   * @param clock as {@link System#nanoTime}
   */
  PoolClients(Handler handler, PoolSpec spec, Socket listener, LongSupplier clock) {
    super(handler, spec);
    this.listener = listener;
    this.clock = clock;
  }

  /** How many it has. */
  int size() {
    return clients.size();
  }

  @Override
  void serveNext() throws Exception {
    turn(clock.getAsLong() + SLICE.toNanos(), listener);
  }

  @Override
  void finish() throws Exception {
    long deadline = clock.getAsLong() + FINISH_NANOS;
    while (!clients.isEmpty() && deadline - clock.getAsLong() > 0) {
      turn(deadline, null);
    }
    finishAnswers();
  }

  /** Those that are answered have as long as ever to take it; the master waits no longer either. */
  private void finishAnswers() throws Exception {
    for (PoolClient client : List.copyOf(clients)) {
      if (!client.isAnswered()) {
        letGo(client);
      }
    }
    while (!clients.isEmpty()) {
      turn(clock.getAsLong() + SLICE.toNanos(), null);
    }
  }

  private void letGo(PoolClient client) {
    client.close();
    clients.remove(client);
  }

  /**
   * Waits until somebody can be served, and serves, until a packet has been handled: what was ready
   * before that says nothing about whose time is up behind it.
   */
  private void turn(long deadline, @Nullable Socket newcomers) throws Exception {
    long now = clock.getAsLong();
    long until = deadline;
    boolean accepts = newcomers != null;
    List<PoolClient> readers = new ArrayList<>();
    List<PoolClient> writers = new ArrayList<>();
    for (PoolClient client : clients) {
      (client.isAnswered() ? writers : readers).add(client);
      until = earlier(until, client.deadline());
      long fresh = client.since() + FRESH_NANOS;
      if (!client.isAnswered() && fresh - now > 0) {
        accepts = false;
        until = earlier(until, fresh);
      }
    }
    List<Socket> toRead = new ArrayList<>(readers.stream().map(PoolClient::socket).toList());
    if (newcomers != null && accepts) {
      toRead.add(newcomers);
    }
    BitSet ready =
        Socket.ready(
            toRead,
            writers.stream().map(PoolClient::socket).toList(),
            Duration.ofNanos(Math.max(0, until - now)));
    for (int i = 0; i < writers.size(); i++) {
      serve(writers.get(i), ready.get(toRead.size() + i));
    }
    for (int i = 0; i < readers.size(); i++) {
      if (serve(readers.get(i), ready.get(i))) {
        return;
      }
    }
    if (newcomers != null && accepts && ready.get(readers.size())) {
      accept(newcomers);
    }
  }

  private static long earlier(long a, long b) {
    return a - b < 0 ? a : b;
  }

  /** Whether a packet was handled. */
  private boolean serve(PoolClient client, boolean ready) throws Exception {
    boolean goesOn = !ready || client.goOn();
    byte[] packet = client.packet();
    if (packet == null) {
      goesOn &= client.deadline() - clock.getAsLong() > 0;
    } else {
      goesOn = handle(client, packet);
    }
    if (!goesOn) {
      letGo(client);
    }
    return packet != null;
  }

  /** Meanwhile others cannot be served, which is not their fault. */
  private boolean handle(PoolClient client, byte[] packet) throws Exception {
    long begin = clock.getAsLong();
    answer.reset();
    try {
      handler.handle(packet);
    } catch (Exception | Error e) {
      // the end of this worker, but not of answers that others were given before
      letGo(client);
      postpone(begin);
      finishAnswers();
      throw e;
    }
    postpone(begin);
    return answer.size() > 0 && client.answer(framed(answer.toByteArray()));
  }

  private void postpone(long begin) {
    long nanos = clock.getAsLong() - begin;
    clients.forEach(client -> client.postpone(nanos));
  }

  private static byte[] framed(byte[] data) {
    return ByteBuffer.allocate(Integer.BYTES + data.length).putInt(data.length).put(data).array();
  }

  private void accept(Socket newcomers) throws Exception {
    Socket accepted;
    try {
      accepted = Listener.accept(newcomers);
    } catch (ErrnoException e) {
      // another worker was faster, or the client has gone
      return;
    }
    if (clients.size() == MAX_CLIENTS) {
      clients.remove(0).close();
    }
    PoolClient client = new PoolClient(accepted, spec.maxPackageSize(), clock);
    clients.add(client);
    serve(client, true);
  }

  @Override
  boolean reply(byte[] data) {
    if (answer.size() + (long) data.length > Frames.MAX_BYTES) {
      LastError.set(Errno.EMSGSIZE);
      return false;
    }
    answer.writeBytes(data);
    return true;
  }
}
