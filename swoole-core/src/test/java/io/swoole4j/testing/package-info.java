// SPDX-License-Identifier: Apache-2.0
/**
 * Guards, clients and fixtures that the tests of every module share, published as the test jar of
 * swoole-core.
 *
 * <p>Whoever has that jar on the test class path gets, without declaring anything, {@link
 * io.swoole4j.testing.GuardsExtension} around every test class (through {@code
 * META-INF/services/org.junit.jupiter.api.extension.Extension}), random order of classes and
 * methods with a printed seed, a limit on the time of each test (through {@code
 * junit-platform.properties}) and quiet logging (through {@code logback-test.xml}). JUnit reads
 * only the first {@code junit-platform.properties} of the class path: a module that wrote its own
 * would switch the guards off, so no other module has one. {@link
 * io.swoole4j.testing.GuardsExtension#isActive()} lets a module assert that.
 *
 * <p>The guards watch the whole JVM, so test classes run one after another within a JVM.
 */
@NullMarked
package io.swoole4j.testing;

import org.jspecify.annotations.NullMarked;
