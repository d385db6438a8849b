// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import io.swoole4j.server.ServerMode;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * Marks a test that runs once for each {@link ServerVariant}, which is its first parameter; further
 * parameters come from extensions, such as {@code TestInfo} and {@code @TempDir}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@ParameterizedTest(name = "{0}")
@ArgumentsSource(ServerVariantsProvider.class)
public @interface ServerMatrix {

  /** The modes to run in; both by default. */
  ServerMode[] modes() default {ServerMode.BASE, ServerMode.PROCESS};

  /** The transports to run on; without any, all that work on this machine. */
  String[] transports() default {};
}
