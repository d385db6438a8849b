// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.swoole4j.spi.TaskQueueFactory.Backlog;
import io.swoole4j.spi.TaskQueueFactory.TaskQueue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingDeque;
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
      return entries.offer(Map.entry(channel, task.clone()));
    }

    @Override
    public Optional<byte[]> poll(int channel) {
      synchronized (entries) {
        for (Iterator<Map.Entry<Integer, byte[]>> all = entries.iterator(); all.hasNext(); ) {
          Map.Entry<Integer, byte[]> entry = all.next();
          if (channel == 0 || entry.getKey() == channel) {
            all.remove();
            return Optional.of(entry.getValue());
          }
        }
        return Optional.empty();
      }
    }

    @Override
    public Backlog backlog() {
      List<byte[]> all = entries.stream().map(Map.Entry::getValue).toList();
      return new Backlog(all.size(), all.stream().mapToLong(task -> task.length).sum());
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
  void handsTasksToTheirConsumersInOrder() throws IOException {
    try (TaskQueue queue = factory().open(7)) {
      assertThat(queue.offer(2, bytes("for two"))).isTrue();
      assertThat(queue.offer(1, bytes("for one"))).isTrue();
      assertThat(queue.offer(2, bytes("again two"))).isTrue();
      assertThat(queue.offer(1, bytes("too many"))).isFalse();

      assertThat(text(queue.poll(1))).isEqualTo("for one");
      assertThat(queue.poll(1)).isEmpty();
      assertThat(queue.backlog()).isEqualTo(new Backlog(2, 16));
      assertThat(text(queue.poll(0))).isEqualTo("for two");
      assertThat(text(queue.poll(2))).isEqualTo("again two");
    }
  }

  @Test
  void keepsTasksWhenClosed() throws IOException {
    TaskQueueFactory factory = factory();
    try (TaskQueue queue = factory.open(7)) {
      queue.offer(1, bytes("kept"));
    }

    try (TaskQueue again = factory.open(7);
        TaskQueue other = factory.open(8)) {
      assertThat(other.poll(0)).isEmpty();
      assertThat(text(again.poll(0))).isEqualTo("kept");
    }
  }
}
