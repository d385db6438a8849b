// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.ChildContext;
import io.swoole4j.internal.process.ChildDescriptors;
import io.swoole4j.internal.process.Frames;
import io.swoole4j.internal.process.JvmSignals;
import io.swoole4j.internal.process.SocketPipe;
import io.swoole4j.internal.process.posix.ErrnoException;
import io.swoole4j.internal.process.posix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A worker of a pool, in its own JVM. Handlers run on its main thread. */
final class PoolWorker implements PoolSide, PoolMessages.Handler {
  private static final Duration SEND_LIMIT = Duration.ofSeconds(10);

  private final ChildContext context;
  private final PoolSpec spec;
  private final int workerId;
  private final ProcessPool pool;
  private final Thread main = Thread.currentThread();
  private final @Nullable SocketPipe[] pipes;
  private final @Nullable PoolMessages messages;
  private final Object interrupting = new Object();
  private @Nullable SocketPipe own;

  /** Whether the main thread may be interrupted; guarded by {@link #interrupting}. */
  private boolean interruptible = true;

  private volatile boolean running = true;
  private volatile int[] pids;

  PoolWorker(ChildContext context, PoolSpec spec, int workerId) throws ErrnoException {
    this.context = context;
    this.spec = spec;
    this.workerId = workerId;
    pipes = new SocketPipe[spec.workerNum()];
    pids = new int[spec.workerNum()];
    pool = new ProcessPool(this, spec);
    messages = spec.message() == null ? null : PoolMessages.of(this, spec, context.boot());
  }

  int workerId() {
    return workerId;
  }

  /** What happens in the worker from beginning to end. */
  void run() throws Exception {
    context.listen(this::received);
    JvmSignals.handle("TERM", signo -> leave());
    try {
      PoolWorkerHandler workerStart = spec.workerStart();
      if (workerStart != null && running) {
        workerStart.on(pool, workerId);
      }
      PoolMessages loop = messages;
      while (loop != null && running) {
        loop.serveNext();
      }
      if (loop != null) {
        loop.finish();
      }
    } catch (InterruptedException e) {
      if (running) {
        throw e;
      }
    }
    running = false;
    synchronized (interrupting) {
      interruptible = false;
    }
    // of somebody who asked it to leave when it was about to: what follows is not to be cut short
    Thread.interrupted();
    PoolWorkerHandler workerStop = spec.workerStop();
    if (workerStop != null) {
      workerStop.on(pool, workerId);
    }
    ProcessExec.exit(0);
  }

  @Override
  public void handle(byte[] message) throws Exception {
    PoolMessageHandler handler = spec.message();
    if (handler != null) {
      handler.onMessage(pool, message);
    }
  }

  private void received(Frames.Frame frame) {
    if (frame.type() == Frames.LEAVE) {
      leave();
    } else if (frame.type() == Frames.PROCESS_IDS) {
      ByteBuffer ids = ByteBuffer.wrap(frame.payload());
      int[] told = new int[spec.workerNum()];
      for (int i = 0; i < told.length; i++) {
        told[i] = ids.getInt();
      }
      pids = told;
    }
  }

  /**
   * Ends the waiting for messages, not their handling; what runs without messages is interrupted.
   */
  void leave() {
    running = false;
    if (messages != null) {
      messages.wake();
    } else if (Thread.currentThread() != main) {
      synchronized (interrupting) {
        if (interruptible) {
          main.interrupt();
        }
      }
    }
  }

  boolean detach() {
    try {
      context.parent().write(Frames.DETACH, 0, new byte[0]);
      running = false;
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  boolean write(byte[] data) {
    if (messages == null) {
      throw new IllegalStateException("write: no packet (expected: inside onMessage)");
    }
    return messages.reply(data);
  }

  @Override
  public boolean shutdown() {
    try {
      context.parent().write(Frames.SHUTDOWN, 0, new byte[0]);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** This worker's own end of its pipe. */
  synchronized SocketPipe own() throws ErrnoException {
    SocketPipe pipe = own;
    if (pipe == null) {
      pipe = new SocketPipe(new Socket(ChildDescriptors.PIPE), false);
      own = pipe;
    }
    return pipe;
  }

  @Override
  public synchronized SocketPipe pipeTo(int destination) {
    SocketPipe pipe = pipes[destination];
    if (pipe == null) {
      try {
        pipe = new SocketPipe(new Socket(ChildDescriptors.WORKERS + destination), false);
      } catch (ErrnoException e) {
        throw new IllegalStateException("pipe: of worker " + destination + " (expected: open)", e);
      }
      pipe.timeout(SEND_LIMIT);
      pipes[destination] = pipe;
    }
    return pipe;
  }

  @Override
  public SwooleProcess process(int of) {
    if (of != workerId) {
      return new SwooleProcess(of, pipeTo(of).unlimited(), () -> pids[of], null);
    }
    try {
      int pid = (int) ProcessHandle.current().pid();
      return new SwooleProcess(of, own().unlimited(), () -> pid, context);
    } catch (ErrnoException e) {
      throw new IllegalStateException("pipe: of this worker (expected: open)", e);
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int masterPid() {
    return (int) context.boot().parentPid();
  }
}
