// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.MultipleFailuresError;

/**
 * Fails every test class that leaks a buffer or a thread, and every test that logs an unexpected
 * ERROR or lets an exception escape from a thread.
 *
 * <p>Registered by itself for all test classes; called by the thread that runs the tests. Threads
 * and buffers are checked after the outermost class, once its own clean-up has run; errors and
 * uncaught exceptions after each test, and once more after the class for those that came late. What
 * a guard has found stays found: a test or class that is run again in the same JVM fails again, but
 * for an ERROR without an exception, which is like any other failure of a test.
 */
public final class GuardsExtension
    implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {

  /**
   * Configuration parameter: milliseconds that leaked threads are given to end, 30000 if absent.
   */
  static final String THREAD_WAIT = "swoole4j.testing.threadWait";

  /** How long tests wait that do not say it; only those that fail wait so long. */
  private static final Duration AWAITILITY_LIMIT = Duration.ofSeconds(30);

  private static final AtomicInteger ACTIVE = new AtomicInteger();

  /** What the guards have found so far, by the id of the test or class. */
  private static final Map<String, List<AssertionError>> FOUND = new ConcurrentHashMap<>();

  private final Expectations expectations = new Expectations();
  private final BufferLeakGuard buffers = new BufferLeakGuard();
  private final ThreadGuard threads = new ThreadGuard();
  private final UncaughtGuard uncaught = new UncaughtGuard(expectations);
  private final ErrorLogGuard errors = new ErrorLogGuard(expectations);
  private final List<AssertionError> late = new ArrayList<>();
  private int depth;

  /** Created once per test run by JUnit's service loading. */
  public GuardsExtension() {
    BufferLeakGuard.install();
    Awaitility.setDefaultTimeout(AWAITILITY_LIMIT);
  }

  /** Tells whether the guards stand around the test class that is running now. */
  public static boolean isActive() {
    return ACTIVE.get() > 0;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    depth++;
    buffers.label(context.getRequiredTestClass().getName());
    expectations.enterClass(context.getRequiredTestClass());
    if (depth == 1) {
      ACTIVE.incrementAndGet();
      threads.begin();
      uncaught.begin();
      errors.begin();
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    late.addAll(uncaught.drain());
    late.addAll(errors.drain());
    buffers.label(
        context.getRequiredTestClass().getName()
            + "."
            + context.getRequiredTestMethod().getName()
            + " "
            + context.getDisplayName());
    expectations.enterTest(context);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    List<AssertionError> failures = new ArrayList<>(uncaught.drain());
    failures.addAll(errors.drain());
    expectations.leaveTest();
    buffers.label(context.getRequiredTestClass().getName());
    raise(context, failures);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (--depth > 0) {
      return;
    }
    List<AssertionError> failures = new ArrayList<>(threads.end(threadWait(context)));
    failures.addAll(buffers.end());
    uncaught.end();
    errors.end();
    failures.addAll(late);
    failures.addAll(uncaught.drain());
    failures.addAll(errors.drain());
    late.clear();
    expectations.clear();
    ACTIVE.decrementAndGet();
    raise(context, failures);
  }

  private static Duration threadWait(ExtensionContext context) {
    return context
        .getConfigurationParameter(THREAD_WAIT, Long::valueOf)
        .map(Duration::ofMillis)
        .orElse(Duration.ofSeconds(30));
  }

  private static void raise(ExtensionContext context, List<AssertionError> now) {
    List<AssertionError> lasting =
        now.stream().filter(failure -> !ErrorLogGuard.isWithoutException(failure)).toList();
    if (!lasting.isEmpty()) {
      FOUND.put(context.getUniqueId(), lasting);
    }
    List<AssertionError> failures =
        now.isEmpty() ? FOUND.getOrDefault(context.getUniqueId(), now) : now;
    if (failures.size() == 1) {
      throw failures.get(0);
    }
    if (!failures.isEmpty()) {
      throw new MultipleFailuresError("guards", failures);
    }
  }
}
