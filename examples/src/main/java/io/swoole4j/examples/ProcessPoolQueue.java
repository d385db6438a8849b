// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.swoole4j.process.IpcType;
import io.swoole4j.process.ProcessPool;
import io.swoole4j.process.SwooleProcess;
import java.util.Map;

/**
 * Two consumers of a message queue. Jobs are queued before the pool starts; the last one ends it.
 * See the queue with {@code ipcs -q} while it runs.
 */
final class ProcessPoolQueue extends ProgramExample {
  private static final int KEY = 0x5357_0000 | (int) (ProcessHandle.current().pid() & 0xffff);
  private static final int JOBS = 10;

  @Override
  public String name() {
    return "process-pool";
  }

  @Override
  public String summary() {
    return "no server: two processes share the jobs of a message queue";
  }

  @Override
  void run() {
    // A process object that is not started gives access to the queue.
    SwooleProcess producer = new SwooleProcess(child -> {}, false, 0);
    producer.useQueue(KEY, 2);
    for (int i = 1; i <= JOBS; i++) {
      producer.push(("job " + i).getBytes(UTF_8));
    }

    ProcessPool pool = new ProcessPool(2, IpcType.MESSAGE_QUEUE, KEY);
    // One may have done everything before the other has begun: a busy machine takes its time.
    pool.set(Map.of("max_wait_time", 60));
    pool.onMessage(
        (p, data) -> {
          String job = new String(data, UTF_8);
          System.out.println("worker " + p.workerId() + " does " + job);
          if (job.equals("job " + JOBS)) {
            p.shutdown();
          }
        });
    pool.onWorkerStop((p, workerId) -> System.out.println("worker " + workerId + " stops"));
    pool.start();
    producer.freeQueue();
  }
}
