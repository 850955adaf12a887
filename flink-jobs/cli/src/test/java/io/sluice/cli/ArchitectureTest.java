package io.sluice.cli;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.annotation.PublicEvolving;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Who may depend on whom. There is no store of known violations, and there shall be none. */
class ArchitectureTest {

  private static final int MOST_FILES = 30;

  /** Classes of every module are on the class path of the command. */
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.sluice");

  static final ArchRule CONNECTORS_ARE_INDEPENDENT =
      slices().matching("io.sluice.connectors.(*)..").should().notDependOnEachOther();

  static final ArchRule DEFINITIONS_KNOW_NO_FLINK =
      noClasses()
          .that()
          .resideInAPackage("io.sluice.definition..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.flink..");

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

  static final ArchRule CONNECTORS_KNOW_NO_OPERATOR =
      noClasses()
          .that()
          .resideInAPackage("io.sluice.connectors..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.sluice.runtime..", "io.sluice.definition..", "io.sluice.job..");

  static final ArchRule PACKAGES_ARE_FREE_OF_CYCLES =
      slices().matching("io.sluice.(**)").should().beFreeOfCycles();

  static final ArchRule OUTSIDERS_USE_WHAT_THE_DELTA_CONNECTOR_OFFERS =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.sluice.delta..")
          .should()
          .dependOnClassesThat(
              JavaClass.Predicates.resideInAPackage("io.sluice.delta..")
                  .and(DescribedPredicate.not(offered())));

  /** The class that stands in a file of its own says for whom it is. */
  private static DescribedPredicate<JavaClass> offered() {
    return DescribedPredicate.describe(
        "are annotated with @PublicEvolving, or stand in a class that is",
        type -> outermost(type).isAnnotatedWith(PublicEvolving.class));
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
  }

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

  static final ArchRule ONLY_THE_JOB_BUILDS_GRAPHS =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.sluice.job..")
          // An upsert is an operator and a sink; Flink's Sink has no place for an operator that
          // takes other rows than it hands on.
          .and()
          .doNotHaveFullyQualifiedName("io.sluice.delta.upsert.DeltaUpsert")
          .should()
          .callMethodWhere(
              target(nameMatching("fromSource|sinkTo"))
                  .or(
                      target(nameMatching("execute|executeAsync"))
                          .and(target(owner(nameMatching(".*StreamExecutionEnvironment"))))));

  static final ArchRule ENVIRONMENT_IS_READ_IN_MAINS_ONLY =
      noClasses()
          .that()
          .haveSimpleNameNotEndingWith("Main")
          // Secrets are resolved on the task manager, which has no main of ours.
          .and()
          .doNotHaveFullyQualifiedName("io.sluice.job.EnvironmentText")
          .and()
          // Flink makes it from its name alone, in a process that may never run a main of ours.
          .doNotHaveFullyQualifiedName("io.sluice.job.lineage.StatusListenerFactory$Shared")
          .and()
          // A table's credentials and endpoint, likewise; nothing else may keep them.
          .doNotHaveFullyQualifiedName("io.sluice.delta.s3.S3Settings")
          // These look at what the virtual machine is and was started with, not at a setting.
          .and()
          .doNotHaveFullyQualifiedName("io.sluice.sandbox.cds.ClassArchive")
          .and()
          .doNotHaveFullyQualifiedName("io.sluice.sandbox.start.Watchers")
          .and()
          // Which programs there are for tests.
          .doNotHaveFullyQualifiedName("io.sluice.testkit.tool.ToolCache")
          .should()
          .callMethodWhere(
              target(nameMatching("getenv|getProperty"))
                  .and(target(owner(nameMatching("java\\.lang\\.System")))));

  static final ArchRule NAMES_SAY_WHAT_A_CLASS_IS =
      classes()
          .should()
          .haveSimpleNameNotEndingWith("Manager")
          .andShould()
          .haveSimpleNameNotEndingWith("Helper")
          .andShould()
          .haveSimpleNameNotEndingWith("Utils");

  /** Each rule of this class is a test of its own, whoever adds one. */
  @TestFactory
  Stream<DynamicTest> rules() {
    return Arrays.stream(ArchitectureTest.class.getDeclaredFields())
        .filter(field -> field.getType().equals(ArchRule.class))
        .map(field -> DynamicTest.dynamicTest(field.getName(), () -> rule(field).check(CLASSES)));
  }

  private static ArchRule rule(Field field) throws IllegalAccessException {
    return (ArchRule) field.get(null);
  }

  @Test
  void noPackageHasMoreThanThirtyFiles() {
    Map<String, Long> files =
        CLASSES.stream()
            .filter(type -> type.isTopLevelClass())
            .collect(
                Collectors.groupingBy(
                    JavaClass::getPackageName, TreeMap::new, Collectors.counting()));
    files.values().removeIf(count -> count <= MOST_FILES);
    assertThat(files).isEmpty();
  }
}
