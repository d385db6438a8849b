// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.Boot;
import io.swoole4j.internal.process.ChildDescriptors;
import io.swoole4j.internal.process.DatagramMessages;
import io.swoole4j.internal.process.JvmSignals;
import io.swoole4j.internal.process.SocketPipe;
import io.swoole4j.internal.process.posix.Errno;
import io.swoole4j.internal.process.posix.ErrnoException;
import io.swoole4j.internal.process.posix.MessageQueue;
import io.swoole4j.internal.process.posix.Posix;
import io.swoole4j.internal.process.posix.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Where a worker of a pool gets its messages from. Used by its main thread. */
abstract class PoolMessages {
  /** After so long a worker looks whether it is to leave. */
  static final Duration SLICE = Duration.ofMillis(100);

  /** Who is given messages. */
  interface Handler {
    void handle(byte[] message) throws Exception;
  }

  final Handler handler;
  final PoolSpec spec;

  PoolMessages(Handler handler, PoolSpec spec) {
    this.handler = handler;
    this.spec = spec;
  }

  static PoolMessages of(PoolWorker worker, PoolSpec spec, Boot boot) throws ErrnoException {
    return switch (spec.ipc()) {
      case UNIX_SOCKET -> new FromPipe(worker, spec);
      case MESSAGE_QUEUE -> new FromQueue(worker, spec, MessageQueue.of(boot.queueId()));
      case SOCKET ->
          new PoolClients(worker, spec, new Socket(ChildDescriptors.LISTENER), System::nanoTime);
      case NONE -> throw new IllegalStateException("ipc: NONE (expected: another)");
    };
  }

  /** Waits a while for a message and has it handled. */
  abstract void serveNext() throws Exception;

  /** Comes to an end with what was begun, when the worker is to leave. */
  void finish() throws Exception {}

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
          handler.handle(message.get());
        }
      }
    }
  }

  /** From a message queue, which is waited for in the kernel. */
  private static final class FromQueue extends PoolMessages {
    /** A signal without a meaning, whose handler makes the kernel give up waiting. */
    private static final int SIGIO = 29;

    private static final int LARGEST_MESSAGE = 64 << 10;

    private final PoolWorker worker;
    private final MessageQueue queue;
    private final long thread = Posix.pthread_self();
    private volatile boolean waiting;

    FromQueue(PoolWorker worker, PoolSpec spec, MessageQueue queue) {
      super(worker, spec);
      this.worker = worker;
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
      handler.handle(message);
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
}
