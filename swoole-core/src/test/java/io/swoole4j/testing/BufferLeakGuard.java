// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Finds Netty buffers (and other tracked resources) that became garbage without being released.
 *
 * <p>Every allocation is tracked. A leak shows only once the collector has found the object, hence
 * the collections at the end of a class; they are left out if the class allocated nothing.
 */
final class BufferLeakGuard {

  private static final long COLLECTION_LIMIT_MILLIS = 60_000;

  private static final Queue<String> REPORTS = new ConcurrentLinkedQueue<>();
  private static final List<CollectingDetector<?>> DETECTORS = new CopyOnWriteArrayList<>();
  private static final AtomicLong TRACKED = new AtomicLong();
  private static boolean installed;
  private static long checked;
  private static volatile String label = "before the first test";

  /** Replaces Netty's detectors; has to run before Netty allocates its first buffer. */
  static synchronized void install() {
    if (installed) {
      return;
    }
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new CollectingFactory());
    ByteBufAllocator.DEFAULT.directBuffer(1).release();
    if (TRACKED.get() == 0) {
      throw new IllegalStateException(
          "leak detector: Netty's own (expected: the guard's, installed before the first buffer)");
    }
    installed = true;
  }

  /** Names the code that is about to run; a leak report says under which label it was allocated. */
  void label(String running) {
    label = running;
  }

  List<AssertionError> end() {
    if (TRACKED.get() != checked) {
      collectGarbage();
      DETECTORS.forEach(CollectingDetector::poll);
      checked = TRACKED.get();
    }
    List<AssertionError> failures = new ArrayList<>();
    for (String report = REPORTS.poll(); report != null; report = REPORTS.poll()) {
      failures.add(new AssertionError(report));
    }
    return failures;
  }

  /**
   * Collects twice: references found by one collection are all queued before those of the next, so
   * the sentinel of the second proves that every leak of the first is in its detector's queue.
   */
  private static void collectGarbage() {
    for (int round = 0; round < 2; round++) {
      ReferenceQueue<Object> queue = new ReferenceQueue<>();
      Reference<Object> sentinel = new PhantomReference<>(new Object(), queue);
      System.gc();
      try {
        if (queue.remove(COLLECTION_LIMIT_MILLIS) == null) {
          throw new AssertionError("garbage collection: none (expected: explicit GC is enabled)");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while looking for leaked buffers", e);
      } finally {
        Reference.reachabilityFence(sentinel);
      }
    }
  }

  /** Hands out detectors that report to the guard instead of the log. */
  private static final class CollectingFactory extends ResourceLeakDetectorFactory {

    @Override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval) {
      CollectingDetector<T> detector = new CollectingDetector<>(resource, samplingInterval);
      DETECTORS.add(detector);
      return detector;
    }

    @Override
    @SuppressWarnings("deprecation") // the abstract one of the two
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval, long maxActive) {
      return newResourceLeakDetector(resource, samplingInterval);
    }
  }

  /** Tracks as Netty does and collects the reports. */
  private static final class CollectingDetector<T> extends ResourceLeakDetector<T> {

    CollectingDetector(Class<?> resource, int samplingInterval) {
      super(resource, samplingInterval);
    }

    /** Tracking is what makes a detector look into its queue of collected resources. */
    @SuppressWarnings("unchecked") // the detector never uses the resource as a T
    void poll() {
      T probe = (T) new Object();
      ResourceLeakTracker<T> tracker = super.track(probe);
      if (tracker != null) {
        tracker.close(probe);
      }
    }

    @Override
    public @Nullable ResourceLeakTracker<T> track(T resource) {
      TRACKED.incrementAndGet();
      return super.track(resource);
    }

    @Override
    public @Nullable ResourceLeakTracker<T> trackForcibly(T resource) {
      TRACKED.incrementAndGet();
      return super.trackForcibly(resource);
    }

    @Override
    protected boolean needReport() {
      return true;
    }

    /** Part of the report, which Netty gives once per text: a leak counts in each test anew. */
    @Override
    protected Object getInitialHint(String resourceType) {
      return "test: " + label;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
      REPORTS.add("leaked " + resourceType + ":" + records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
      REPORTS.add("leaked " + resourceType + ": no records");
    }
  }
}
