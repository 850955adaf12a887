package io.sluice.delta.storage;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** A check of links that some code goes around is none. */
class StorageRulesTest {

  /**
   * Besides the storage: what it hands out, files of a hidden name of our own (which are new), and
   * temporary files that are no table's.
   */
  private static final String MAY_OPEN_FILES =
      ".*\\.(LocalStorage|DurableFile|ForcedFile|S3[A-Za-z]*|SpillingSort)(\\$.*)?";

  @Test
  void onlyTheStorageOpensListsAndRemovesFilesOfTables() {
    noClasses()
        .that()
        .haveNameNotMatching(MAY_OPEN_FILES)
        .should()
        .callMethodWhere(
            target(owner(nameMatching("java\\.nio\\.file\\.Files|java\\.io\\.File.*Stream")))
                .or(
                    target(nameMatching("open"))
                        .and(target(owner(nameMatching("java\\.nio\\.channels\\.FileChannel")))))
                .or(target(nameMatching("toFile|toRealPath"))))
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.sluice.delta"));
  }
}
