// SPDX-License-Identifier: Apache-2.0
package io.swoole4j;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessField;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.swoole4j.testing.ModuleRules;

/** Holds the library to its layers: public packages above, internal packages beneath them. */
@AnalyzeClasses(packages = "io.swoole4j", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {

  private static final String INTERNAL = "io.swoole4j.internal..";
  private static final String SERVER = "io.swoole4j.server..";

  /** Enums of the public packages are values without behaviour; internals may speak in them. */
  @ArchTest
  static final ArchRule internalsDoNotKnowTheServer =
      noClasses()
          .that()
          .resideInAPackage(INTERNAL)
          .should()
          .dependOnClassesThat(resideInAPackage(SERVER).and(not(assignableTo(Enum.class))))
          .because("internals call up through interfaces that they declare themselves");

  @ArchTest
  static final ArchRule internalPackagesHaveNoCycles =
      slices().matching("io.swoole4j.internal.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule logsGoToSlf4jOnly =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("java.util.logging..", "io.netty.util.internal.logging.."))
          .orShould(accessField(System.class, "out"))
          .orShould(accessField(System.class, "err"))
          .orShould()
          .callMethod(Throwable.class, "printStackTrace");

  @ArchTest static final ArchTests rulesOfAllModules = ArchTests.in(ModuleRules.class);
}
