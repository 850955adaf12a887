package io.sluice.cli;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may depend on whom. There is no store of known violations, and there shall be none. */
@AnalyzeClasses(packages = "io.sluice", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule CONNECTORS_ARE_INDEPENDENT =
      slices().matching("io.sluice.connectors.(*)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule DEFINITIONS_KNOW_NO_FLINK =
      noClasses()
          .that()
          .resideInAPackage("io.sluice.definition..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.flink..");

  @ArchTest
  static final ArchRule OPERATORS_KNOW_NO_CONNECTOR =
      noClasses()
          .that()
          .resideInAnyPackage("io.sluice.runtime..", "io.sluice.udf..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.sluice.connectors..",
              "io.sluice.job..",
              "org.apache.kafka..",
              "io.delta..",
              "io.lettuce..",
              "java.sql..");

  @ArchTest
  static final ArchRule CONNECTORS_KNOW_NO_OPERATOR =
      noClasses()
          .that()
          .resideInAPackage("io.sluice.connectors..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.sluice.runtime..", "io.sluice.definition..", "io.sluice.job..");

  @ArchTest
  static final ArchRule THE_SANDBOX_KNOWS_NO_JOB =
      noClasses()
          .that()
          .resideInAPackage("io.sluice.sandbox..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.sluice.definition..",
              "io.sluice.runtime..",
              "io.sluice.connectors..",
              "io.sluice.job..");

  @ArchTest
  static final ArchRule ONLY_THE_JOB_BUILDS_GRAPHS =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.sluice.job..")
          .should()
          .callMethodWhere(
              target(nameMatching("fromSource|sinkTo"))
                  .or(
                      target(nameMatching("execute|executeAsync"))
                          .and(target(owner(nameMatching(".*StreamExecutionEnvironment"))))));

  @ArchTest
  static final ArchRule ENVIRONMENT_IS_READ_IN_MAINS_ONLY =
      noClasses()
          .that()
          .haveSimpleNameNotEndingWith("Main")
          // Secrets are resolved on the task manager, which has no main of ours.
          .and()
          .doNotHaveFullyQualifiedName("io.sluice.job.EnvironmentText")
          .should()
          .callMethodWhere(
              target(nameMatching("getenv|getProperty"))
                  .and(target(owner(nameMatching("java\\.lang\\.System")))));

  @ArchTest
  static final ArchRule NAMES_SAY_WHAT_A_CLASS_IS =
      classes()
          .should()
          .haveSimpleNameNotEndingWith("Manager")
          .andShould()
          .haveSimpleNameNotEndingWith("Helper")
          .andShould()
          .haveSimpleNameNotEndingWith("Utils");
}
