// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.swoole4j.testing.ModuleRules;

/** Processes know the server by its public packages only, and hide what they are made of. */
@AnalyzeClasses(
    packages = {"io.swoole4j.process", "io.swoole4j.internal.process"},
    importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String INTERNAL = "io.swoole4j.internal.process..";

  @ArchTest
  static final ArchRule nothingUsesInternalsOfTheServer =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.swoole4j.internal..").and(not(resideInAPackage(INTERNAL))))
          .because("a third party could not");

  @ArchTest
  static final ArchRule internalsDoNotKnowWhatIsAboveThem =
      noClasses()
          .that()
          .resideInAPackage(INTERNAL)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("io.swoole4j.process..", "io.swoole4j.server..")
                  .and(not(assignableTo(Enum.class))))
          .because("internals call up through interfaces that they declare themselves");

  @ArchTest
  static final ArchRule systemCallsKnowNothingElse =
      noClasses()
          .that()
          .resideInAPackage("io.swoole4j.internal.process.posix..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("io.swoole4j.internal.process", "io.swoole4j.internal.process.os"))
          .because("they are the bottom");

  @ArchTest
  static final ArchRule internalPackagesHaveNoCycles =
      slices().matching("io.swoole4j.internal.(**)").should().beFreeOfCycles();

  @ArchTest static final ArchTests rulesOfAllModules = ArchTests.in(ModuleRules.class);
}
