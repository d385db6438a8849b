// SPDX-License-Identifier: Apache-2.0
package io.swoole4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.OnlyIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.concurrent.TimeUnit;

/** Holds the tests to what makes them repeatable. */
@AnalyzeClasses(packages = "io.swoole4j", importOptions = OnlyIncludeTests.class)
final class TestConventionsTest {

  @ArchTest
  static final ArchRule testsAwaitInsteadOfSleeping =
      noClasses()
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Thread.class, "sleep", long.class, int.class)
          .orShould()
          .callMethod(TimeUnit.class, "sleep", long.class)
          .because("a sleep is too short on a slow machine and too long on a fast one");
}
