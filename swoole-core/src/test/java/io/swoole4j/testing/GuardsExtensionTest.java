// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.opentest4j.MultipleFailuresError;
import org.slf4j.LoggerFactory;

/**
 * Proves of each guard that it fires: runs classes with that fault in an engine of their own.
 *
 * <p>Those classes are static members and no {@code @Nested} ones, so no build runs them directly.
 */
class GuardsExtensionTest {

  private static volatile CountDownLatch release = new CountDownLatch(1);
  private static final List<Thread> STARTED = new ArrayList<>();

  @AfterEach
  void endStartedThreads() throws InterruptedException {
    release.countDown();
    for (Thread thread : STARTED) {
      thread.join();
    }
    STARTED.clear();
    release = new CountDownLatch(1);
  }

  @Test
  void standsAroundEveryTestClassWithoutBeingDeclared() {
    assertThat(GuardsExtension.isActive()).isTrue();
    assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
  }

  @Test
  void passesWellBehavedClass() {
    assertThat(failuresOf(WellBehaved.class)).isEmpty();
  }

  @Test
  void leavesErrorsOfOtherLoggersAlone() {
    try (LogCapture log = LogCapture.of("org.example")) {
      assertThat(failuresOf(LogsErrorOfOthers.class)).isEmpty();

      assertThat(log.contains("deliberate")).isTrue();
    }
  }

  @Test
  void failsClassThatLeaksBufferNamingTheTest() {
    assertThat(failuresOf(LeaksBuffer.class))
        .singleElement()
        .satisfies(
            failure ->
                assertThat(failure.getMessage())
                    .startsWith("leaked ByteBuf")
                    .contains(LeaksBuffer.class.getName() + ".dropsBuffer"));
  }

  @Test
  void failsEveryClassThatLeaksAtTheSamePlace() {
    assertThat(failuresOf(LeaksBuffer.class)).hasSize(1);
    assertThat(failuresOf(LeaksBuffer.class)).hasSize(1);
  }

  @Test
  void failsClassAgainThatLeaksOnlyTheFirstTime() {
    assertThat(failuresOf(LeaksBufferOnce.class)).hasSize(1);
    assertThat(failuresOf(LeaksBufferOnce.class)).hasSize(1);
  }

  @Test
  void failsTestAgainFromWhichExceptionEscapesOnlyTheFirstTime() {
    assertThat(failuresOf(LetsExceptionEscapeOnce.class)).hasSize(1);
    assertThat(failuresOf(LetsExceptionEscapeOnce.class)).hasSize(1);
  }

  @Test
  @ExpectErrors("deliberate")
  void failsTestAgainThatLogsErrorWithAnExceptionOnlyTheFirstTime() {
    assertThat(failuresOf(LogsExceptionOnce.class)).hasSize(1);
    assertThat(failuresOf(LogsExceptionOnce.class)).hasSize(1);
  }

  @Test
  @ExpectErrors("deliberate")
  void failsTestOnceThatLogsErrorWithoutAnExceptionOnlyTheFirstTime() {
    assertThat(failuresOf(LogsMessageOnce.class)).hasSize(1);
    assertThat(failuresOf(LogsMessageOnce.class)).isEmpty();
  }

  @Test
  void failsClassThatLeaksBufferInNestedClass() {
    assertThat(failuresOf(LeaksBufferInNestedClass.class))
        .singleElement()
        .satisfies(failure -> assertThat(failure.getMessage()).startsWith("leaked ByteBuf"));
  }

  @Test
  void failsClassThatLeavesDaemonThreadOfLibraryBehind() {
    assertThat(failuresOf(LeaksLibraryThread.class))
        .singleElement()
        .satisfies(
            failure -> {
              assertThat(failure).hasMessageStartingWith("leaked thread: swoole-9501-worker-0");
              assertThat(failure.getStackTrace()).isNotEmpty();
            });
  }

  @Test
  void failsClassThatLeavesOtherNonDaemonThreadBehind() {
    assertThat(failuresOf(LeaksOtherThread.class))
        .singleElement()
        .satisfies(failure -> assertThat(failure).hasMessageStartingWith("leaked thread: other"));
  }

  @Test
  void reportsLeakedThreadOnlyOnce() {
    assertThat(failuresOf(LeaksLibraryThread.class)).hasSize(1);
    assertThat(failuresOf(WellBehaved.class)).isEmpty();
  }

  @Test
  void waitsForThreadThatIsAboutToEnd() {
    assertThat(failuresOf(LeavesEndingThread.class, "30000")).isEmpty();
  }

  @Test
  void failsTestInWhichExceptionEscapesFromThread() {
    assertThat(failuresOf(LetsExceptionEscape.class))
        .singleElement()
        .satisfies(
            failure ->
                assertThat(failure)
                    .hasMessage("uncaught exception in thread escaping")
                    .hasCauseInstanceOf(IllegalStateException.class));
  }

  @Test
  @ExpectErrors("deliberate")
  void failsTestThatLogsErrorOfLibrary() {
    assertThat(failuresOf(LogsError.class))
        .singleElement()
        .satisfies(
            failure ->
                assertThat(failure)
                    .hasMessageStartingWith("unexpected ERROR from io.swoole4j.server.Server")
                    .hasMessageEndingWith("deliberate 1")
                    .hasCauseInstanceOf(IllegalStateException.class));
  }

  @Test
  @ExpectErrors("deliberate")
  void failsTestThatLogsErrorOfNetty() {
    assertThat(failuresOf(LogsErrorOfNetty.class))
        .singleElement()
        .satisfies(failure -> assertThat(failure).hasMessageContaining("io.netty.channel"));
  }

  @Test
  @ExpectErrors("deliberate")
  void failsClassForErrorLoggedOutsideItsTests() {
    assertThat(failuresOf(LogsErrorAfterTests.class))
        .singleElement()
        .satisfies(failure -> assertThat(failure).hasMessageEndingWith("deliberate, late"));
  }

  @Test
  @ExpectErrors("deliberate")
  void failsOnlyForErrorsThatAnnotationDoesNotAllow() {
    assertThat(failuresOf(AllowsOtherError.class))
        .singleElement()
        .satisfies(failure -> assertThat(failure).hasMessageEndingWith("deliberate 2"));
  }

  @Test
  @ExpectErrors(
      value = "deliberate",
      uncaught = {IllegalStateException.class})
  void allowsWhatAnnotationOfMethodOrClassNames() {
    assertThat(failuresOf(AllowsErrors.class)).isEmpty();
    assertThat(failuresOf(AllowsErrorsInMethod.class)).isEmpty();
  }

  @Test
  @ExpectErrors("deliberate")
  void allowsErrorsThatTestCaptures() {
    assertThat(failuresOf(CapturesError.class)).isEmpty();
  }

  @Test
  @ExpectErrors("deliberate")
  void reportsAllFaultsOfClassTogether() {
    assertThat(failuresOf(LeaksThreadAndBufferAndLogs.class))
        .singleElement()
        .satisfies(
            failure ->
                assertThat(((MultipleFailuresError) failure).getFailures())
                    .extracting(Throwable::getMessage)
                    .satisfiesExactlyInAnyOrder(
                        message -> assertThat(message).startsWith("leaked thread"),
                        message -> assertThat(message).startsWith("leaked ByteBuf"),
                        message -> assertThat(message).startsWith("unexpected ERROR")));
  }

  private static List<Throwable> failuresOf(Class<?> testClass) {
    return failuresOf(testClass, "20");
  }

  private static List<Throwable> failuresOf(Class<?> testClass, String threadWaitMillis) {
    return EngineTestKit.engine("junit-jupiter")
        .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
        .configurationParameter(GuardsExtension.THREAD_WAIT, threadWaitMillis)
        .selectors(selectClass(testClass))
        .execute()
        .allEvents()
        .failed()
        .stream()
        .map(GuardsExtensionTest::cause)
        .toList();
  }

  private static Throwable cause(Event event) {
    return event.getRequiredPayload(TestExecutionResult.class).getThrowable().orElseThrow();
  }

  private static void startThread(String name, boolean daemon) {
    CountDownLatch end = release;
    CountDownLatch running = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              running.countDown();
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            name);
    thread.setDaemon(daemon);
    STARTED.add(thread);
    thread.start();
    // before that it has no stack
    Awaitility.await().until(() -> running.getCount() == 0);
  }

  private static void throwInThread() throws InterruptedException {
    Thread thread =
        new Thread(
            () -> {
              throw new IllegalStateException("deliberate");
            },
            "escaping");
    thread.start();
    thread.join();
  }

  private static void logError(String logger, String message) {
    LoggerFactory.getLogger(logger).error(message, new IllegalStateException("deliberate"));
  }

  static class WellBehaved {

    @Test
    void releasesBufferAndEndsThread() throws InterruptedException {
      ByteBufAllocator.DEFAULT.buffer(16).release();
      Thread thread = new Thread(() -> {}, "swoole-9501-worker-1");
      thread.start();
      thread.join();
      LoggerFactory.getLogger("io.swoole4j.server.Server").info("nothing special");
    }
  }

  static class LeaksBuffer {

    @Test
    void dropsBuffer() {
      ByteBufAllocator.DEFAULT.buffer(16);
    }
  }

  static class LeaksBufferOnce {
    private static boolean leaked;

    @Test
    void dropsBufferTheFirstTime() {
      if (!leaked) {
        leaked = true;
        ByteBufAllocator.DEFAULT.buffer(16);
      }
    }
  }

  static class LetsExceptionEscapeOnce {
    private static boolean escaped;

    @Test
    void throwsInThreadTheFirstTime() throws InterruptedException {
      if (!escaped) {
        escaped = true;
        throwInThread();
      }
    }
  }

  static class LogsExceptionOnce {
    private static boolean logged;

    @Test
    void logsTheFirstTime() {
      if (!logged) {
        logged = true;
        logError("io.swoole4j.server.Server", "deliberate");
      }
    }
  }

  static class LogsMessageOnce {
    private static boolean logged;

    @Test
    void logsTheFirstTime() {
      if (!logged) {
        logged = true;
        LoggerFactory.getLogger("io.swoole4j.server.Server").error("deliberate");
      }
    }
  }

  static class LeaksBufferInNestedClass {

    @Test
    void releasesBuffer() {
      ByteBufAllocator.DEFAULT.buffer(16).release();
    }

    @Nested
    class Inner {

      @Test
      void dropsBuffer() {
        ByteBufAllocator.DEFAULT.buffer(16);
      }
    }
  }

  static class LeaksLibraryThread {

    @Test
    void leavesThread() {
      startThread("swoole-9501-worker-0", true);
    }
  }

  static class LeaksOtherThread {

    @Test
    void leavesThread() {
      startThread("other", false);
      startThread("daemon of nobody", true);
    }
  }

  static class LeavesEndingThread {

    @Test
    void leavesThread() {
      startThread("swoole-9501-reactor-0", true);
      release.countDown();
    }
  }

  static class LetsExceptionEscape {

    @Test
    void throwsInThread() throws InterruptedException {
      throwInThread();
    }

    @Test
    void doesNothing() {}
  }

  static class LogsError {

    @Test
    void logs() {
      logError("io.swoole4j.server.Server", "deliberate 1");
    }

    @Test
    void doesNothing() {}
  }

  static class LogsErrorOfNetty {

    @Test
    void logs() {
      logError("io.netty.channel", "deliberate");
    }
  }

  static class LogsErrorOfOthers {

    @Test
    void logs() {
      logError("org.example", "deliberate");
    }
  }

  static class LogsErrorAfterTests {

    @Test
    void doesNothing() {}

    @AfterAll
    static void logs() {
      logError("io.swoole4j", "deliberate, late");
    }
  }

  static class AllowsOtherError {

    @Test
    @ExpectErrors("liberate 1$")
    void logs() {
      logError("io.swoole4j", "deliberate 1");
      logError("io.swoole4j", "deliberate 2");
    }
  }

  @ExpectErrors(uncaught = IllegalStateException.class)
  static class AllowsErrors {

    @Test
    void logs() throws InterruptedException {
      logError("io.swoole4j", "deliberate");
      throwInThread();
    }

    @AfterAll
    static void logsLate() {
      logError("io.swoole4j", "deliberate");
    }
  }

  static class AllowsErrorsInMethod {

    @Test
    @ExpectErrors(
        value = "deliberate",
        uncaught = {IllegalStateException.class})
    void logs() throws InterruptedException {
      logError("io.swoole4j", "deliberate");
      throwInThread();
    }
  }

  static class CapturesError {

    @Test
    void logs() {
      try (LogCapture log = LogCapture.of("io.swoole4j.server")) {
        logError("io.swoole4j.server.Server", "deliberate");

        assertThat(log.contains("deliberate")).isTrue();
      }
    }
  }

  static class LeaksThreadAndBufferAndLogs {

    @Test
    void doesNothing() {}

    @AfterAll
    static void misbehaves() {
      startThread("swoole-9501-manager", true);
      ByteBufAllocator.DEFAULT.buffer(16);
      logError("io.swoole4j", "deliberate");
    }
  }
}
