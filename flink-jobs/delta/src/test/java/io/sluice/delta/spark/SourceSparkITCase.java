package io.sluice.delta.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.delta.log.TableVersion;
import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.schema.RefusedTableException;
import io.sluice.delta.source.DeltaSource;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingDeltaSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spark writes; the source reads every version as Spark does, or says which feature it lacks. */
class SourceSparkITCase extends AsksSpark {

  private static final String FILL =
      "INSERT INTO TABLE_T SELECT id, concat('k', id), concat('d', id % 2), named_struct('x', cast(id AS INT), 'y',"
          + " 'why'), array(named_struct('z', 1)) FROM range(50)";

  @TempDir Path directory;

  private String path() {
    return directory.resolve("t").toString();
  }

  /** TABLE stands for the table. */
  private void spark(String... statements) throws IOException {
    for (String sql : statements) {
      spark.execute(sql.replace("TABLE_T", "delta.`" + path() + "`"));
    }
  }

  /** Rows in no order, in a form that both sides have. */
  private static List<String> comparable(List<Map<String, Object>> rows) {
    return rows.stream()
        .map(
            row -> {
              Map<String, String> values = new TreeMap<>();
              row.forEach(
                  (column, value) ->
                      values.put(column, String.valueOf(SparkReadsITCase.comparable(value))));
              return values.toString();
            })
        .sorted()
        .toList();
  }

  @Test
  @Tag("faults")
  void everyChangeOfATableWithDeletionVectors() throws Exception {
    spark(
        "CREATE TABLE TABLE_T (id BIGINT, kind STRING, day DATE, amount DECIMAL(20,3), small SMALLINT,"
            + " at TIMESTAMP, local TIMESTAMP_NTZ, bytes BINARY, ratio DOUBLE, flag BOOLEAN,"
            + " tags ARRAY<STRING>, scores MAP<STRING, INT>, place STRUCT<x: INT, names: ARRAY<STRING>>)"
            + " USING delta PARTITIONED BY (day) TBLPROPERTIES ('delta.enableDeletionVectors' = 'true',"
            + " 'delta.checkpointInterval' = '4')",
        "INSERT INTO TABLE_T SELECT id, concat('k', id % 7, ' ü'), date_add(DATE'2026-01-30', cast(id % 3 AS INT)),"
            + " id / 3, cast(id AS SMALLINT), timestamp_micros(id * 1000001), timestamp_ntz'1960-01-01 00:00:00.000001',"
            + " cast(concat('b', id) AS BINARY), id / 7, id % 2 = 0, array('a', null, concat('t', id)),"
            + " map('k', cast(id AS INT)), named_struct('x', cast(id AS INT), 'names', array('n')) FROM range(500)",
        "INSERT INTO TABLE_T (id, day) VALUES (1000, null), (1001, DATE'1900-01-01')",
        "DELETE FROM TABLE_T WHERE id % 10 = 3",
        "UPDATE TABLE_T SET kind = 'updated', amount = amount + 1 WHERE id BETWEEN 100 AND 120",
        "MERGE INTO TABLE_T AS target USING (SELECT id * 100 AS id FROM range(8)) AS source"
            + " ON target.id = source.id WHEN MATCHED THEN UPDATE SET kind = 'merged'"
            + " WHEN NOT MATCHED THEN INSERT (id, kind, day) VALUES (source.id, 'new', DATE'2026-02-01')",
        "OPTIMIZE TABLE_T",
        "DELETE FROM TABLE_T WHERE day = DATE'2026-01-31' AND id < 250",
        "ALTER TABLE TABLE_T ADD COLUMNS (more STRING)",
        "INSERT INTO TABLE_T (id, more, day) VALUES (2000, 'there', DATE'2026-01-30')",
        "DELETE FROM TABLE_T WHERE id IN (1, 2, 2000)");

    assertThat(DeltaTables.detail(path()).features()).contains("deletionVectors");
    assertSame(path());
  }

  @Test
  void partitionsOfEveryType() throws Exception {
    spark(
        "CREATE TABLE TABLE_T (id BIGINT, a TIMESTAMP, b TIMESTAMP_NTZ, c DOUBLE, d DECIMAL(9,2), e BOOLEAN,"
            + " f STRING, g TINYINT) USING delta PARTITIONED BY (a, b, c, d, e, f, g)",
        "INSERT INTO TABLE_T VALUES (1, TIMESTAMP'2026-03-29 02:30:00.123456', TIMESTAMP_NTZ'2026-03-29 02:30:00.5',"
            + " -1.25, 7.50, true, 'a b/ü%', -7), (2, null, null, null, null, null, null, null),"
            + " (3, TIMESTAMP'1969-12-31 23:59:59', TIMESTAMP_NTZ'1900-01-01 00:00:00', 0, 0, false, '=', 0)");

    assertSame(path());
    assertThat(
            TestingDeltaSource.rows(
                DeltaSource.snapshot(path())
                    .columns(List.of("id"))
                    .partition("a", "2026-03-29 02:30:00.123456")
                    .partition("d", "7.5")
                    .partition("f", "a b/ü%")))
        .containsExactly(Map.of("id", 1L));
  }

  private static String mapped(String mode) {
    return "CREATE TABLE TABLE_T (id BIGINT, kind STRING, day STRING, place STRUCT<x: INT, y: STRING>,"
        + " list ARRAY<STRUCT<z: INT>>) USING delta PARTITIONED BY (day) TBLPROPERTIES ("
        + "'delta.columnMapping.mode' = '"
        + mode
        + "', 'delta.enableDeletionVectors' = 'true')";
  }

  @Test
  void columnMappingByName() throws Exception {
    spark(
        mapped("name"),
        FILL,
        "ALTER TABLE TABLE_T RENAME COLUMN kind TO `the kind`",
        "ALTER TABLE TABLE_T RENAME COLUMN place.x TO first",
        "INSERT INTO TABLE_T VALUES (100, 'renamed', 'd0', named_struct('first', 1, 'y', 'z'), null)",
        "DELETE FROM TABLE_T WHERE id IN (3, 4)",
        "ALTER TABLE TABLE_T DROP COLUMN `the kind`",
        "ALTER TABLE TABLE_T ADD COLUMNS (`the kind` STRING)",
        "ALTER TABLE TABLE_T RENAME COLUMN day TO week",
        "INSERT INTO TABLE_T (id, week, `the kind`) VALUES (200, 'd9', 'another')");

    assertSame(path());
    assertThat(
            TestingDeltaSource.rows(
                DeltaSource.snapshot(path())
                    .columns(List.of("week", "id"))
                    .partition("week", "d9")))
        .containsExactly(Map.of("week", "d9", "id", 200L));
    assertThatThrownBy(() -> readAppends(DeltaSource.appends(path()).fromVersion(0).build()))
        .isInstanceOf(RefusedTableException.class)
        .hasMessageContainingAll(path(), "changes the columns", "the kind");
  }

  @Test
  void columnMappingById() throws Exception {
    spark(
        mapped("id"),
        FILL,
        "ALTER TABLE TABLE_T RENAME COLUMN place.x TO first",
        "DELETE FROM TABLE_T WHERE id IN (3, 4)");

    assertSame(path());
  }

  private static void readAppends(DeltaSource source) throws Exception {
    TestingDeltaSource appends = new TestingDeltaSource(source);
    appends.context.tick();
    appends.read();
  }

  /** Compares every version, read by the source and by {@code table show}. */
  private void assertSame(String table) throws Exception {
    assertSame(table, 0);
  }

  private void assertSame(String table, long first) throws Exception {
    long latest = DeltaTables.latestVersion(table);
    for (long version = first; version <= latest; version++) {
      List<String> expected =
          comparable(spark.query(table, OptionalLong.of(version), "select * from t"));
      assertThat(
              comparable(
                  TestingDeltaSource.rows(
                      DeltaSource.snapshot(table).versionAsOf(version).splitSize(700))))
          .as("version %s", version)
          .isEqualTo(expected);
      try (var rows = DeltaTables.rows(table, OptionalLong.of(version), List.of(), -1)) {
        assertThat(comparable(rows.toList()))
            .as("table show, version %s", version)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void featuresThatNeedNothingOfAReader() throws Exception {
    spark(
        "CREATE TABLE TABLE_T (id BIGINT, kind STRING) USING delta CLUSTER BY (id) TBLPROPERTIES ("
            + "'delta.enableRowTracking' = 'true', 'delta.checkpointPolicy' = 'v2', 'delta.checkpointInterval' = '2',"
            + " 'delta.enableInCommitTimestamps' = 'true', 'delta.enableChangeDataFeed' = 'true',"
            + " 'delta.enableDeletionVectors' = 'true')",
        "INSERT INTO TABLE_T SELECT id, 'a' FROM range(100)",
        "DELETE FROM TABLE_T WHERE id = 7",
        "OPTIMIZE TABLE_T",
        "UPDATE TABLE_T SET kind = 'b' WHERE id < 10",
        "INSERT INTO TABLE_T VALUES (1000, 'c')");

    assertThat(DeltaTables.detail(path()).features())
        .contains("rowTracking", "v2Checkpoint", "inCommitTimestamp", "clustering");
    assertSame(path());
    TableVersion third = DeltaTables.history(path(), 10).get(2);
    assertThat(DeltaTables.versionAsOf(path(), third.time().plusMillis(1)))
        .isGreaterThanOrEqualTo(third.version());
  }

  @Test
  void typesThatBecameWider() throws Exception {
    spark(
        "CREATE TABLE TABLE_T (id INT, a TINYINT, b SMALLINT, c INT, d FLOAT, e DECIMAL(6,2), f DATE,"
            + " g INT, part INT) USING delta PARTITIONED BY (part) TBLPROPERTIES"
            + " ('delta.enableTypeWidening' = 'true', 'delta.enableDeletionVectors' = 'true',"
            + " 'delta.feature.timestampNtz' = 'supported')",
        "INSERT INTO TABLE_T SELECT id, id, id, id, id / 4, id / 3, date_add(DATE'1969-12-30', cast(id AS INT)),"
            + " id, id % 2 FROM range(100)",
        "ALTER TABLE TABLE_T ALTER COLUMN id TYPE BIGINT",
        "ALTER TABLE TABLE_T ALTER COLUMN a TYPE SMALLINT",
        "ALTER TABLE TABLE_T ALTER COLUMN b TYPE INT",
        "ALTER TABLE TABLE_T ALTER COLUMN c TYPE DOUBLE",
        "ALTER TABLE TABLE_T ALTER COLUMN d TYPE DOUBLE",
        "ALTER TABLE TABLE_T ALTER COLUMN e TYPE DECIMAL(20,5)",
        "ALTER TABLE TABLE_T ALTER COLUMN f TYPE TIMESTAMP_NTZ",
        "ALTER TABLE TABLE_T ALTER COLUMN g TYPE DECIMAL(12,1)",
        "ALTER TABLE TABLE_T ALTER COLUMN part TYPE BIGINT",
        "INSERT INTO TABLE_T VALUES (5000000000, 300, 70000, 0.1, 0.1, 123456789012345.12345,"
            + " TIMESTAMP_NTZ'2026-01-01 00:00:00.000001', 12345678901.5, 5000000000)",
        "DELETE FROM TABLE_T WHERE id IN (1, 50)");

    assertThat(DeltaTables.detail(path()).features()).contains("typeWidening");
    assertSame(path());

    OptionalLong optimized = DeltaMaintenance.optimize(path(), 128L << 20, false).version();
    assertSame(path(), optimized.orElseThrow());
  }

  @Test
  void featuresThatAreNotSupportedAreRefusedByName() throws Exception {
    String variants = directory.resolve("variants").toString();
    spark.execute("CREATE TABLE delta.`" + variants + "` (id INT, v VARIANT) USING delta");

    assertThatThrownBy(() -> DeltaSource.snapshot(variants).build())
        .isInstanceOf(RefusedTableException.class)
        .hasMessageContainingAll(variants, "variantType");
  }

  @Test
  void whatSparkAppendsIsFollowedAndWhatItChangesIsRefused() throws Exception {
    spark(
        "CREATE TABLE TABLE_T (id BIGINT, kind STRING) USING delta",
        "INSERT INTO TABLE_T VALUES (1, 'a')");
    TestingDeltaSource source =
        new TestingDeltaSource(DeltaSource.appends(path()).fromVersion(0).build());
    source.context.tick();
    assertThat(source.read()).hasSize(1);

    spark(
        "INSERT INTO TABLE_T VALUES (2, 'b')",
        "OPTIMIZE TABLE_T",
        "ALTER TABLE TABLE_T SET TBLPROPERTIES ('delta.appendOnly' = 'false')",
        "ALTER TABLE TABLE_T ADD COLUMNS (more STRING)",
        "INSERT INTO TABLE_T VALUES (3, 'c', 'x')");
    assertThat(source.read())
        .containsExactly(Map.of("id", 2L, "kind", "b"), Map.of("id", 3L, "kind", "c"));

    spark("UPDATE TABLE_T SET kind = 'd' WHERE id = 1");
    assertThatThrownBy(source.context::tick)
        .isInstanceOf(RefusedTableException.class)
        .hasMessageContainingAll(path(), "UPDATE");
  }
}
