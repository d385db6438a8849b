// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.Boot;
import io.swoole4j.internal.process.ChildDescriptors;
import io.swoole4j.internal.process.DatagramMessages;
import io.swoole4j.internal.process.Frames;
import io.swoole4j.internal.process.JvmSignals;
import io.swoole4j.internal.process.LastError;
import io.swoole4j.internal.process.SocketPipe;
import io.swoole4j.internal.process.posix.Errno;
import io.swoole4j.internal.process.posix.ErrnoException;
import io.swoole4j.internal.process.posix.Listener;
import io.swoole4j.internal.process.posix.MessageQueue;
import io.swoole4j.internal.process.posix.Posix;
import io.swoole4j.internal.process.posix.Socket;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Where a worker of a pool gets its messages from. Used by its main thread. */
abstract class PoolMessages {
  /** After so long a worker looks whether it is to leave. */
  private static final Duration SLICE = Duration.ofMillis(100);

  final PoolWorker worker;
  final PoolSpec spec;

  private PoolMessages(PoolWorker worker, PoolSpec spec) {
    this.worker = worker;
    this.spec = spec;
  }

  static PoolMessages of(PoolWorker worker, PoolSpec spec, Boot boot) throws ErrnoException {
    return switch (spec.ipc()) {
      case UNIX_SOCKET -> new FromPipe(worker, spec);
      case MESSAGE_QUEUE -> new FromQueue(worker, spec, MessageQueue.of(boot.queueId()));
      case SOCKET -> new FromClients(worker, spec);
      case NONE -> throw new IllegalStateException("ipc: NONE (expected: another)");
    };
  }

  /** Waits a while for a message and has it handled. */
  abstract void serveNext() throws Exception;

  /** Ends the waiting; any thread. */
  void wake() {}

  /** Adds to the answer to the message that is handled. */
  boolean reply(byte[] data) {
    throw new IllegalStateException("write: ipc " + spec.ipc() + " (expected: SOCKET)");
  }

  /** From other workers and the master. */
  private static final class FromPipe extends PoolMessages {
    private static final int LARGEST_DATAGRAM = 256 << 10;

    private final SocketPipe pipe;
    private final DatagramMessages.Assembler assembler;

    FromPipe(PoolWorker worker, PoolSpec spec) throws ErrnoException {
      super(worker, spec);
      pipe = worker.own();
      assembler = new DatagramMessages.Assembler(spec.maxPackageSize());
    }

    @Override
    void serveNext() throws Exception {
      if (pipe.socket().readable(SLICE)) {
        Optional<byte[]> message = assembler.add(pipe.read(LARGEST_DATAGRAM));
        if (message.isPresent()) {
          worker.handle(message.get());
        }
      }
    }
  }

  /** From a message queue, which is waited for in the kernel. */
  private static final class FromQueue extends PoolMessages {
    /** A signal without a meaning, whose handler makes the kernel give up waiting. */
    private static final int SIGIO = 29;

    private static final int LARGEST_MESSAGE = 64 << 10;

    private final MessageQueue queue;
    private final long thread = Posix.pthread_self();
    private volatile boolean waiting;

    FromQueue(PoolWorker worker, PoolSpec spec, MessageQueue queue) {
      super(worker, spec);
      this.queue = queue;
      JvmSignals.handle("IO", signo -> {});
    }

    @Override
    void serveNext() throws Exception {
      byte[] message;
      waiting = true;
      try {
        if (!worker.isRunning()) {
          return;
        }
        message = queue.receive(0, LARGEST_MESSAGE, true);
      } catch (ErrnoException e) {
        if (e.errno() == Errno.EINTR) {
          return;
        }
        throw e;
      } finally {
        waiting = false;
      }
      worker.handle(message);
    }

    /** Again and again: a signal that comes just before the waiting begins has no effect. */
    @Override
    void wake() {
      Thread waker =
          new Thread(
              () -> {
                while (waiting) {
                  Posix.pthread_kill(thread, SIGIO);
                  LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                }
              },
              "swoole-process-waker");
      waker.setDaemon(true);
      waker.start();
    }
  }

  /** From clients, one packet a connection. */
  private static final class FromClients extends PoolMessages {
    /** How long a client may take for its packet, and for taking the answer. */
    private static final Duration CLIENT_LIMIT = Duration.ofSeconds(10);

    /** How long it may say nothing meanwhile: the worker has nobody else to serve. */
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(1);

    private final Socket listener = new Socket(ChildDescriptors.LISTENER);
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();

    FromClients(PoolWorker worker, PoolSpec spec) {
      super(worker, spec);
    }

    @Override
    void serveNext() throws Exception {
      if (!listener.readable(SLICE)) {
        return;
      }
      Socket accepted;
      try {
        accepted = Listener.accept(listener);
      } catch (ErrnoException e) {
        // another worker was faster, or the client has gone
        return;
      }
      try {
        serve(accepted);
      } finally {
        accepted.release();
      }
    }

    private void serve(Socket client) throws Exception {
      SocketPipe pipe = new SocketPipe(client, true);
      Optional<byte[]> message = packet(pipe);
      if (message.isEmpty()) {
        return;
      }
      answer.reset();
      worker.handle(message.get());
      if (answer.size() > 0) {
        ByteBuffer packet = ByteBuffer.allocate(Integer.BYTES + answer.size());
        packet.putInt(answer.size()).put(answer.toByteArray());
        pipe.timeout(CLIENT_LIMIT);
        try {
          pipe.write(packet.array());
          pipe.endWriting();
        } catch (ErrnoException e) {
          // the client has gone, or takes nothing
        }
      }
    }

    private Optional<byte[]> packet(SocketPipe pipe) {
      long deadline = System.nanoTime() + CLIENT_LIMIT.toNanos();
      try {
        byte[] header = exactly(pipe, Integer.BYTES, deadline);
        int length = header.length == 0 ? 0 : ByteBuffer.wrap(header).getInt();
        if (length < 1 || length > spec.maxPackageSize()) {
          return Optional.empty();
        }
        byte[] data = exactly(pipe, length, deadline);
        return data.length == 0 ? Optional.empty() : Optional.of(data);
      } catch (ErrnoException e) {
        return Optional.empty();
      }
    }

    /** So many bytes, or none if they do not come; memory grows with what has come. */
    private static byte[] exactly(SocketPipe pipe, int length, long deadline)
        throws ErrnoException {
      byte[] data = new byte[Math.min(length, 64 << 10)];
      int read = 0;
      while (read < length) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return new byte[0];
        }
        pipe.timeout(Duration.ofNanos(Math.min(left, SILENCE_LIMIT.toNanos())));
        byte[] part = pipe.read(Math.min(64 << 10, length - read));
        if (part.length == 0) {
          return new byte[0];
        }
        if (read + part.length > data.length) {
          data =
              Arrays.copyOf(data, Math.min(length, Math.max(data.length * 2, read + part.length)));
        }
        System.arraycopy(part, 0, data, read, part.length);
        read += part.length;
      }
      return data;
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
}
