// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.spi.TaskQueueFactory.TaskQueue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of task queues outside of the JVM, shown with a double that can be implemented with
 * what the interfaces say.
 */
class TaskQueueFactoryTest {

  @TempDir private Path directory;

  @BeforeEach
  void forget() {
    InMemory.QUEUES.clear();
  }

  /** Queues of tasks by whom they are for; they outlive whoever opened them, as the kernel's do. */
  public static final class InMemory implements TaskQueueFactory {
    private static final int CAPACITY = 3;
    private static final Map<Integer, LinkedBlockingDeque<Map.Entry<Integer, byte[]>>> QUEUES =
        new ConcurrentHashMap<>();

    @Override
    public TaskQueue open(int key) {
      if (key == 0) {
        throw new IllegalStateException("key: 0 (expected: one that is not private)");
      }
      return new Queue(QUEUES.computeIfAbsent(key, absent -> new LinkedBlockingDeque<>(CAPACITY)));
    }
  }

  /** One opened queue. */
  private record Queue(LinkedBlockingDeque<Map.Entry<Integer, byte[]>> entries)
      implements TaskQueue {
    @Override
    public boolean offer(int channel, byte[] task) {
      boolean accepted = entries.offer(Map.entry(channel, task.clone()));
      synchronized (entries) {
        entries.notifyAll();
      }
      return accepted;
    }

    @Override
    public Optional<byte[]> poll(int channel, long timeoutMillis) throws InterruptedException {
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
      synchronized (entries) {
        while (true) {
          for (Iterator<Map.Entry<Integer, byte[]>> all = entries.iterator(); all.hasNext(); ) {
            Map.Entry<Integer, byte[]> entry = all.next();
            if (channel == 0 || entry.getKey() == channel) {
              all.remove();
              return Optional.of(entry.getValue());
            }
          }
          long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
          if (left <= 0) {
            return Optional.empty();
          }
          entries.wait(left);
        }
      }
    }

    @Override
    public void close() {}
  }

  private TaskQueueFactory factory() throws IOException {
    try (ProvidedServices services =
        new ProvidedServices(directory, Map.of(TaskQueueFactory.class, InMemory.class))) {
      return ServiceLoader.load(TaskQueueFactory.class).findFirst().orElseThrow();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String text(Optional<byte[]> task) {
    return new String(task.orElseThrow(), UTF_8);
  }

  @Test
  void isFoundAmongServicesAndOnlyThere() throws IOException {
    assertThat(factory()).isInstanceOf(InMemory.class);
    assertThat(ServiceLoader.load(TaskQueueFactory.class).findFirst()).isEmpty();
  }

  @Test
  void handsTasksToTheirConsumersInOrder() throws Exception {
    try (TaskQueue queue = factory().open(7)) {
      assertThat(queue.offer(2, bytes("for two"))).isTrue();
      assertThat(queue.offer(1, bytes("for one"))).isTrue();
      assertThat(queue.offer(2, bytes("again two"))).isTrue();
      assertThat(queue.offer(1, bytes("too many"))).isFalse();

      assertThat(text(queue.poll(1, 0))).isEqualTo("for one");
      assertThat(queue.poll(1, 0)).isEmpty();
      assertThat(text(queue.poll(0, 0))).isEqualTo("for two");
      assertThat(text(queue.poll(2, 0))).isEqualTo("again two");
    }
  }

  @Test
  void waitsForTask() throws Exception {
    try (TaskQueue queue = factory().open(7)) {
      CompletableFuture<String> polled = new CompletableFuture<>();
      Thread consumer =
          new Thread(
              () -> {
                try {
                  polled.complete(text(queue.poll(1, 10_000)));
                } catch (InterruptedException e) {
                  polled.completeExceptionally(e);
                }
              },
              "consumer");
      consumer.start();
      queue.offer(1, bytes("late"));

      assertThat(polled.get(10, TimeUnit.SECONDS)).isEqualTo("late");
      consumer.join();
    }
  }

  @Test
  void keepsTasksWhenClosed() throws Exception {
    TaskQueueFactory factory = factory();
    try (TaskQueue queue = factory.open(7)) {
      queue.offer(1, bytes("kept"));
    }

    try (TaskQueue again = factory.open(7);
        TaskQueue other = factory.open(8)) {
      assertThat(other.poll(0, 0)).isEmpty();
      assertThat(text(again.poll(0, 0))).isEqualTo("kept");
    }
  }
}
