// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Allows a test, or every test of a class, to cause ERROR log events or uncaught exceptions that
 * {@link GuardsExtension} would otherwise turn into failures.
 *
 * <p>It allows, it does not require: a test that wants to see the event uses {@link LogCapture},
 * which allows what it captures by itself. What arrives after a test has ended is allowed if any
 * test of the class that has run so far allows it.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface ExpectErrors {

  /**
   * Regular expressions of allowed log messages; one of them has to match a part of the formatted
   * message. Without any, every ERROR event is allowed.
   */
  String[] value() default {};

  /** Types of exceptions that may reach the end of a thread; none by default. */
  Class<? extends Throwable>[] uncaught() default {};
}
