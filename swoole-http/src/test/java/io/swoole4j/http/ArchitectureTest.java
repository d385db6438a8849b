// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.http;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass.Predicates;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.swoole4j.testing.ModuleRules;

/** HTTP is a protocol like any other: it knows the server by its public packages only. */
@AnalyzeClasses(
    packages = {"io.swoole4j.http", "io.swoole4j.internal.http", "io.swoole4j.spi.http"},
    importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {

  @ArchTest
  static final ArchRule nothingUsesInternalsOfTheServer =
      noClasses()
          .should()
          .dependOnClassesThat(
              Predicates.resideInAPackage("io.swoole4j.internal..")
                  .and(not(Predicates.resideInAPackage("io.swoole4j.internal.http.."))))
          .because("a third party could not");

  @ArchTest
  static final ArchRule internalsDoNotKnowTheHttpServer =
      noClasses()
          .that()
          .resideInAPackage("io.swoole4j.internal.http..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.swoole4j.http..", "io.swoole4j.server..")
          .because("internals call up through interfaces that they declare themselves");

  @ArchTest
  static final ArchRule internalPackagesHaveNoCycles =
      slices().matching("io.swoole4j.internal.http.(*)..").should().beFreeOfCycles();

  @ArchTest static final ArchTests rulesOfAllModules = ArchTests.in(ModuleRules.class);
}
