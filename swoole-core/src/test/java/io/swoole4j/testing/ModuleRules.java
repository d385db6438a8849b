// SPDX-License-Identifier: Apache-2.0
package io.swoole4j.testing;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.PROTECTED;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** What holds in every module of the library; each takes them into its architecture test. */
public final class ModuleRules {

  private static final String INTERNAL = "io.swoole4j.internal..";
  private static final String SPI = "io.swoole4j.spi..";
  private static final String NETTY = "io.netty..";

  private ModuleRules() {}

  @ArchTest
  static final ArchRule publicSignaturesNameNoInternalType =
      classes()
          .that()
          .arePublic()
          .and()
          .resideOutsideOfPackage(INTERNAL)
          .should(nameInTheirApiNo(resideInAPackage(INTERNAL).as("internal type")));

  @ArchTest
  static final ArchRule publicSignaturesNameNoNettyTypeOutsideTheSpi =
      classes()
          .that()
          .arePublic()
          .and()
          .resideOutsideOfPackages(INTERNAL, SPI)
          .should(nameInTheirApiNo(resideInAPackage(NETTY).as("Netty type")));

  @ArchTest
  static final ArchRule packagesAreNullMarked = classes().should(resideInANullMarkedPackage());

  private static ArchCondition<JavaClass> nameInTheirApiNo(DescribedPredicate<JavaClass> type) {
    return new ArchCondition<>("name in their API no " + type.getDescription()) {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        supertypes(item)
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

  private static Stream<JavaClass> supertypes(JavaClass item) {
    Stream<JavaType> types =
        Stream.concat(item.getSuperclass().stream(), item.getInterfaces().stream());
    return types.flatMap(type -> type.getAllInvolvedRawTypes().stream());
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

  private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
    return new ArchCondition<>("reside in a package marked @NullMarked") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        boolean marked =
            item.getPackage()
                .tryGetPackageInfo()
                .filter(info -> info.isAnnotatedWith(NullMarked.class))
                .isPresent();
        if (!marked) {
          String message = item.getName() + " is in a package without @NullMarked";
          events.add(SimpleConditionEvent.violated(item, message));
        }
      }
    };
  }
}
