// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * The {@link ExpectErrors} that are in force at this moment.
 *
 * <p>Changed by the thread that runs the tests, asked by any thread that logs or dies.
 */
final class Expectations {

  private final List<ExpectErrors> ofClass = new CopyOnWriteArrayList<>();
  private volatile List<ExpectErrors> ofTest = List.of();
  private volatile boolean inTest;

  void enterClass(Class<?> testClass) {
    find(testClass).ifPresent(ofClass::add);
  }

  void enterTest(ExtensionContext context) {
    CopyOnWriteArrayList<ExpectErrors> found = new CopyOnWriteArrayList<>();
    context.getTestMethod().flatMap(this::find).ifPresent(found::add);
    for (Class<?> type = context.getRequiredTestClass();
        type != null;
        type = type.getEnclosingClass()) {
      find(type).ifPresent(found::add);
    }
    ofTest = found;
    ofClass.addAll(found);
    inTest = true;
  }

  void leaveTest() {
    inTest = false;
  }

  void clear() {
    ofClass.clear();
    ofTest = List.of();
    inTest = false;
  }

  boolean allows(ILoggingEvent event) {
    return current().stream().anyMatch(allowed -> matches(allowed.value(), event));
  }

  boolean allows(Throwable uncaught) {
    return current().stream()
        .flatMap(allowed -> Arrays.stream(allowed.uncaught()))
        .anyMatch(type -> type.isInstance(uncaught));
  }

  private List<ExpectErrors> current() {
    return inTest ? ofTest : ofClass;
  }

  private Optional<ExpectErrors> find(AnnotatedElement element) {
    return AnnotationSupport.findAnnotation(element, ExpectErrors.class);
  }

  private static boolean matches(String[] patterns, ILoggingEvent event) {
    return patterns.length == 0
        || Arrays.stream(patterns)
            .anyMatch(
                pattern -> Pattern.compile(pattern).matcher(event.getFormattedMessage()).find());
  }
}
