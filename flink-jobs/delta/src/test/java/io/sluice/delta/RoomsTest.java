package io.sluice.delta;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.PublicEvolving;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rooms of the connector, ground first, and which others each of them may use. */
class RoomsTest {

  private static final String ROOT = "io.sluice.delta";
  private static final int MOST_FILES = 30;

  private static final Map<String, List<String>> USES =
      Map.ofEntries(
          Map.entry("s3", List.of()),
          Map.entry("storage", List.of("s3")),
          Map.entry("schema", List.of("storage")),
          Map.entry("log", List.of("schema", "storage")),
          Map.entry("parquet", List.of("log", "schema", "storage")),
          Map.entry("live", List.of("log", "schema", "storage")),
          Map.entry("commit", List.of("live", "log", "schema", "storage")),
          Map.entry("rewrite", List.of("live", "log", "parquet", "schema", "storage")),
          Map.entry(
              "sink", List.of("rewrite", "commit", "live", "log", "parquet", "schema", "storage")),
          Map.entry(
              "upsert", List.of("sink", "commit", "live", "log", "parquet", "schema", "storage")),
          Map.entry("source", List.of("log", "parquet", "schema", "storage")),
          Map.entry("maintain", List.of("rewrite", "live", "log", "parquet", "schema", "storage")),
          Map.entry("rewind", List.of("commit", "log", "schema", "storage")),
          Map.entry("table", List.of("commit", "log", "parquet", "schema", "storage")));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  static List<String> rooms() {
    return CLASSES.stream().map(RoomsTest::room).distinct().sorted().toList();
  }

  private static String room(JavaClass type) {
    return type.getPackageName().substring(ROOT.length() + 1);
  }

  @Test
  void eachRoomIsListedHere() {
    assertThat(rooms()).containsExactlyInAnyOrderElementsOf(USES.keySet());
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void aRoomUsesOnlyThoseBelowIt(String room) {
    String[] allowed =
        USES.get(room).stream().map(used -> ROOT + "." + used).toArray(String[]::new);
    classes()
        .that()
        .resideInAPackage(ROOT + "." + room)
        .should()
        .onlyDependOnClassesThat(
            resideOutsideOfPackage(ROOT + "..")
                .or(resideInAPackage(ROOT + "." + room))
                .or(JavaClass.Predicates.resideInAnyPackage(allowed)))
        .check(CLASSES);
  }

  @Test
  void roomsAreFreeOfCycles() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTheGroundUsesWhatKernelKeepsToItself() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + ".log", ROOT + ".parquet", ROOT + ".schema")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.delta.kernel.internal..")
        .check(CLASSES);
  }

  @Test
  void theConnectorUsesNothingElseOfSluice() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.sluice..").and(resideOutsideOfPackage(ROOT + "..")))
        .check(CLASSES);
  }

  /** Whoever uses the connector sees what may change with each release. */
  @Test
  void whatIsPublicSaysForWhom() {
    classes()
        .that(isTopLevel())
        .and()
        .arePublic()
        .should()
        .beAnnotatedWith(PublicEvolving.class)
        .orShould()
        .beAnnotatedWith(Internal.class)
        .check(CLASSES);
  }

  private static DescribedPredicate<JavaClass> isTopLevel() {
    return DescribedPredicate.describe(
        "are top-level", type -> type.isTopLevelClass() && !type.isAnonymousClass());
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void aRoomHasAtMostThirtyFiles(String room) {
    long files =
        CLASSES.stream().filter(type -> type.isTopLevelClass() && room(type).equals(room)).count();
    assertThat(files).isPositive().isLessThanOrEqualTo(MOST_FILES);
  }
}
