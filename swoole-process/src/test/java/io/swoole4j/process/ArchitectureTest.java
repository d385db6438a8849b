// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.process;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.PROTECTED;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.stream.Stream;

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

  @ArchTest
  static final ArchRule publicSignaturesNameNoInternalAndNoNettyType =
      classes()
          .that()
          .arePublic()
          .and()
          .resideOutsideOfPackage(INTERNAL)
          .should(nameInTheirApiNo(resideInAnyPackage("io.swoole4j.internal..", "io.netty..")));

  private static ArchCondition<JavaClass> nameInTheirApiNo(DescribedPredicate<JavaClass> type) {
    return new ArchCondition<>("name in their API no class that is to " + type.getDescription()) {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        Stream.concat(item.getRawSuperclass().stream(), item.getRawInterfaces().stream())
            .filter(type)
            .map(found -> item.getName() + " extends " + found.getName())
            .forEach(message -> events.add(SimpleConditionEvent.violated(item, message)));
        for (JavaMember member : item.getMembers()) {
          if (isVisible(member)) {
            namedBy(member)
                .filter(type)
                .map(found -> member.getFullName() + " names " + found.getName())
                .forEach(message -> events.add(SimpleConditionEvent.violated(member, message)));
          }
        }
      }
    };
  }

  private static boolean isVisible(JavaMember member) {
    Set<JavaModifier> modifiers = member.getModifiers();
    return !modifiers.contains(SYNTHETIC)
        && (modifiers.contains(PUBLIC) || modifiers.contains(PROTECTED));
  }

  private static Stream<JavaClass> namedBy(JavaMember member) {
    Stream<JavaClass> types = member.getAllInvolvedRawTypes().stream();
    return member instanceof JavaCodeUnit codeUnit
        ? Stream.concat(types, codeUnit.getExceptionTypes().stream())
        : types;
  }
}
