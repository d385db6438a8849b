// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.benchmarks.jmh;

import io.swoole4j.internal.util.ServerThreads;
import io.swoole4j.internal.worker.CallbackRunner;
import io.swoole4j.internal.worker.Delivery;
import io.swoole4j.internal.worker.RequestLimit;
import io.swoole4j.internal.worker.ThreadWorker;
import io.swoole4j.internal.worker.WorkerDuties;
import io.swoole4j.internal.worker.WorkerEvents;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The cost of handing messages to a worker thread through its mailbox, in nanoseconds per delivery,
 * for deliveries of one message and of as many as a loop iteration collects under load. Divide by
 * their size for the cost per message.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class MailboxBenchmark {

  private static final int STREAM = 1_024;

  /** Messages handed over at once. */
  @Param({"1", "16", "64"})
  public int messages;

  private ThreadWorker worker;
  private Delivery delivery;
  private long delivered;
  private long total;
  private volatile long finished;

  /** Starts the worker. */
  @Setup
  public void setUp() {
    delivery = new Counted(messages);
    worker =
        new ThreadWorker(
            0,
            "worker-0",
            new WorkerDuties(
                new Silent(),
                (died, cause) -> {
                  throw new IllegalStateException("worker died", cause);
                },
                CallbackRunner.INLINE,
                RequestLimit.NONE,
                true),
            new ServerThreads(0),
            id -> {});
    worker.startThread();
  }

  /** Ends the worker. */
  @TearDown
  public void tearDown() {
    worker.stop().join();
  }

  /** One delivery to a worker that has nothing else to do, and the wait until it has run. */
  @Benchmark
  public long oneAtATime() {
    worker.deliver(delivery);
    return awaitFinished(++delivered);
  }

  /** One of many deliveries that follow each other without a pause. */
  @Benchmark
  @OperationsPerInvocation(STREAM)
  public long streamed() {
    for (int i = 0; i < STREAM; i++) {
      worker.deliver(delivery);
    }
    delivered += STREAM;
    return awaitFinished(delivered);
  }

  private long awaitFinished(long count) {
    while (finished < count) {
      Thread.onSpinWait();
    }
    return total;
  }

  /** Messages that do next to nothing; the same object may wait in the mailbox many times. */
  private final class Counted implements Delivery {
    private final int size;
    private long sum;

    Counted(int size) {
      this.size = size;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public void run(int index) {
      sum += index;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // only the worker's thread writes
    public void finished() {
      total = sum;
      finished++;
    }
  }

  /** Nobody to tell. */
  private static final class Silent implements WorkerEvents {
    @Override
    public void workerStarted(int workerId) {}

    @Override
    public void workerStopped(int workerId) {}
  }
}
