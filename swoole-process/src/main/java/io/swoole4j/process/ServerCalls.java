// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import io.swoole4j.internal.process.Child;
import io.swoole4j.internal.process.Frames;
import io.swoole4j.spi.ServerHandle;
import io.swoole4j.spi.UserProcess;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the server that come from a child. Most are answered on the thread that reads them;
 * those that may wait for room, one after the other on a second thread; those that wait for others,
 * each on a thread of its own. All of these threads are interrupted when the child has ended.
 * {@link RemoteServer} is the other side.
 */
final class ServerCalls implements Child.Listener {
  /** Begins an answer; then comes why the call failed, 0 if it did not, and the result. */
  static final byte DONE = 0;

  /** Begins an answer that is the message of an exception. */
  static final byte REFUSED = 1;

  /** The same for an argument that is wrong. */
  static final byte WRONG_ARGUMENT = 2;

  /** How many calls of a child wait for others at the same time; more are refused. */
  private static final int MAX_WAITING = 256;

  /** How many calls wait behind one that waits for room; behind more, no call is read. */
  private static final int MAX_IN_ORDER = 256;

  /** As many characters as {@code writeUTF} takes, whichever they are. */
  private static final int LONGEST_MESSAGE = 65_535 / 3;

  private final ServerHandle server;
  private final ThreadFactory factory;
  private final Predicate<Class<?>> allowed;
  private final int longestAnswer;
  private final Semaphore waiting = new Semaphore(MAX_WAITING);
  private final BlockingQueue<Runnable> inOrder = new ArrayBlockingQueue<>(MAX_IN_ORDER);

  /** Those that run; guarded by itself, as the next two are. */
  private final Set<Thread> threads = new HashSet<>();

  private boolean hasOrder;
  private boolean ended;

  /** Calls of a child that was started for a server. */
  ServerCalls(UserProcess.Context context) {
    this(context, Frames.MAX_BYTES);
  }

  /** The same with another limit to the bytes of an answer. */
  ServerCalls(UserProcess.Context context, int longestAnswer) {
    server = context.server();
    factory = context.threads();
    allowed = context.classes();
    this.longestAnswer = longestAnswer;
  }

  @Override
  public void frame(Child child, Frames.Frame frame) throws IOException {
    if (frame.type() != Frames.CALL) {
      return;
    }
    CallInput in = new CallInput(frame.payload(), allowed);
    byte[] refusal;
    try {
      refusal = begin(child, frame.number(), ServerCall.valueOf(in.readUTF()), in);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      refusal = failure(e);
    } catch (IOException | RuntimeException | Error e) {
      // whatever it is: the child waits for an answer, and this thread has other calls to answer
      refusal = failure(e);
    }
    if (refusal != null) {
      child.send(Frames.ANSWER, frame.number(), refusal);
    }
  }

  /** Answers, or has somebody answer; what it answers at once is returned. */
  private byte @Nullable [] begin(Child child, int number, ServerCall call, CallInput in)
      throws IOException, InterruptedException {
    Runnable task = () -> send(child, number, answer(call, in));
    switch (call.waiting()) {
      case FOR_NOTHING -> {
        return answer(call, in);
      }
      case FOR_ROOM -> {
        startOrder();
        inOrder.put(task);
      }
      case FOR_OTHERS -> {
        if (!waiting.tryAcquire()) {
          throw new IllegalStateException(
              "calls: " + MAX_WAITING + " wait already (expected: no more at a time)");
        }
        boolean started = false;
        try {
          start(
              () -> {
                try {
                  task.run();
                } finally {
                  waiting.release();
                }
              });
          started = true;
        } finally {
          if (!started) {
            waiting.release();
          }
        }
      }
    }
    return null;
  }

  private static void send(Child child, int number, byte[] answer) {
    try {
      child.send(Frames.ANSWER, number, answer);
    } catch (IOException e) {
      // the child has ended meanwhile
    }
  }

  private void startOrder() {
    synchronized (threads) {
      if (hasOrder) {
        return;
      }
      hasOrder = true;
    }
    boolean started = false;
    try {
      start(this::runInOrder);
      started = true;
    } finally {
      synchronized (threads) {
        hasOrder = started;
      }
    }
  }

  private void runInOrder() {
    try {
      while (true) {
        inOrder.take().run();
      }
    } catch (InterruptedException e) {
      // the child has ended; whoever waits for room in the queue finds it now
      inOrder.clear();
    }
  }

  private void start(Runnable task) {
    Thread thread =
        factory.newThread(
            () -> {
              try {
                task.run();
              } finally {
                synchronized (threads) {
                  threads.remove(Thread.currentThread());
                }
              }
            });
    synchronized (threads) {
      if (ended) {
        throw new IllegalStateException("child: ended (expected: running)");
      }
      thread.start();
      threads.add(thread);
    }
  }

  /** The child has ended: nobody waits for the answers any more. */
  void end() {
    synchronized (threads) {
      ended = true;
      threads.forEach(Thread::interrupt);
    }
  }

  /** Calls, and answers as {@link RemoteServer} reads it, whatever happens. */
  byte[] answer(ServerCall call, CallInput in) {
    try {
      ByteArrayOutputStream result = new ByteArrayOutputStream();
      boolean done = call.run(server, in, new DataOutputStream(result));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeByte(DONE);
      out.writeInt(done ? 0 : server.getLastError());
      result.writeTo(out);
      if (bytes.size() > longestAnswer) {
        throw new IllegalStateException(
            "result: " + bytes.size() + " bytes (expected: up to " + longestAnswer + ')');
      }
      return bytes.toByteArray();
    } catch (IOException | ClassNotFoundException | RuntimeException | Error e) {
      // whatever it is: the child waits for an answer, and this thread has other calls to answer
      return failure(e);
    }
  }

  private static byte[] failure(Throwable e) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeByte(e instanceof IllegalArgumentException ? WRONG_ARGUMENT : REFUSED);
      out.writeUTF(reason(e));
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
    return bytes.toByteArray();
  }

  /** What was misused is told by the message alone. */
  private static String reason(Throwable e) {
    boolean misuse = e instanceof IllegalArgumentException || e instanceof IllegalStateException;
    String message = e.getMessage();
    String reason = misuse && message != null ? message : e.toString();
    return reason.length() > LONGEST_MESSAGE ? reason.substring(0, LONGEST_MESSAGE) : reason;
  }
}
