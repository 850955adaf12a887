package io.sluice.delta.spark;

import static io.sluice.delta.testing.TestingNewColumns.column;
import static io.sluice.delta.testing.TestingNewColumns.field;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.commit.DeltaCommittable;
import io.sluice.delta.commit.DeltaCommitter;
import io.sluice.delta.commit.DeltaWriteResult;
import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.schema.SchemaPolicy;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.sink.DeltaWriter;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingCommitRequest;
import io.sluice.delta.testing.TestingLayout;
import io.sluice.delta.testing.TestingNewColumns;
import io.sluice.delta.testing.TestingTable;
import io.sluice.delta.testing.TestingUpsert;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spark reads tables that a sink has evolved, and alters tables below a running sink. */
class SchemaEvolutionSparkITCase extends AsksSpark {

  private static final RowType TYPE =
      RowType.of(
          new LogicalType[] {new BigIntType(), VarCharType.STRING_TYPE},
          new String[] {"id", "text"});

  @TempDir Path directory;

  private long checked;

  private Path path() {
    return directory.resolve("t");
  }

  private void execute(String sql) throws IOException {
    spark.query(path().toString(), sql.replace("TABLE", "delta.`" + path() + "`"));
  }

  private void alter(String change) throws IOException {
    spark.query(path().toString(), "ALTER TABLE delta.`" + path() + "` " + change);
  }

  private static RowData venue(String value) {
    return field(column("venue", VarCharType.STRING_TYPE), StringData.fromString(value));
  }

  private static GenericRowData row(long id, RowData newColumns) {
    return GenericRowData.of(id, StringData.fromString("t" + id), newColumns);
  }

  /** Every version not yet looked at holds for Spark what it holds for us, columns included. */
  private void assertSparkAgrees(String key) throws IOException {
    long latest = DeltaTables.latestVersion(path().toString());
    for (; checked <= latest; checked++) {
      OptionalLong at = OptionalLong.of(checked);
      try (Stream<Map<String, Object>> rows =
          DeltaTables.rows(path().toString(), at, List.of(), -1)) {
        assertThat(texts(spark.query(path().toString(), at, "select * from t"), key))
            .as("version %s", checked)
            .isEqualTo(texts(rows.map(LinkedHashMap::new).toList(), key));
      }
    }
  }

  private static List<String> texts(List<? extends Map<String, Object>> rows, String key) {
    return rows.stream()
        .map(row -> row.get(key) + " of " + row.toString().replaceAll("\\.?0*Z?([,}])", "$1"))
        .sorted()
        .toList();
  }

  @Test
  void readsEveryVersionOfAnAppendThatEvolves() throws Exception {
    TableLayout layout =
        TestingLayout.append(
            TYPE, List.of(), 1 << 20, TestingNewColumns.changes(TYPE, SchemaPolicy.EVOLVE));
    TestingTable table = new TestingTable(path(), layout);
    table.append(row(1, null), row(2, null));
    table.append(row(3, venue("XETR")), row(4, null));
    table.append(row(5, null));
    RowType local = column("local", new TimestampType(6));
    table.append(
        row(6, field(local, TimestampData.fromEpochMillis(86_400_123))), row(7, venue("XPAR")));
    for (int i = 8; i < 13; i++) {
      table.append(row(i, venue("v" + i)));
    }

    assertSparkAgrees("id");
    assertThat(
            spark.query(
                path().toString(), "select count(*) as n from t where venue = 'XETR' and id = 3"))
        .isEqualTo(List.of(Map.of("n", 1)));
    execute("INSERT INTO TABLE (id, venue) VALUES (100, 'spark')");
    table.append(row(101, venue("after")));
    assertSparkAgrees("id");
  }

  @Test
  void readsEveryVersionOfAnUpsertThatEvolves() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      for (int key = 0; key < 20; key++) {
        upsert.put("k" + key, 1, key);
      }
      upsert.commit();
      for (int key = 0; key < 10; key++) {
        upsert.put("k" + key, 2, key + 100, key % 2 == 0 ? venue("v" + key) : null);
      }
      upsert.commit();
      execute("UPDATE TABLE SET venue = 'by spark', version = 3 WHERE id = 'k15'");
      execute("OPTIMIZE TABLE");
      upsert.put("k15", 4, 1, venue("back"));
      upsert.delete("k16", 2);
      upsert.commit();
      assertThat(upsert.content()).hasSize(19).containsEntry("k15/d", 1L);
      assertSparkAgrees("id");
    }
  }

  @Test
  void readsEveryVersionOfAnAppendWhoseTypesAreWidened() throws Exception {
    RowType type =
        RowType.of(
            new LogicalType[] {
              new BigIntType(), new IntType(), new FloatType(), new DecimalType(8, 2), new IntType()
            },
            new String[] {"id", "whole", "real", "fee", "part"});
    TableLayout layout =
        TestingLayout.append(
            type, List.of(), 1 << 20, TestingNewColumns.changes(type, SchemaPolicy.EVOLVE));
    TestingTable table = new TestingTable(path(), layout);
    RowType whole = column("whole", new BigIntType());
    RowType others =
        RowType.of(
            new LogicalType[] {new DecimalType(20, 4), new DoubleType(), new DoubleType()},
            new String[] {"fee", "real", "part"});
    DeltaCommitter committer = table.committer();
    try (DeltaWriter writer = table.writer(0)) {
      for (int checkpoint = 1; checkpoint <= 6; checkpoint++) {
        writer.write(number(2L * checkpoint, null), null);
        RowData wide =
            checkpoint < 3
                ? null
                : checkpoint % 2 == 1
                    ? field(whole, (1L << 40) + checkpoint)
                    : field(others, decimal("123456789.1234", 20, 4), 0.1, checkpoint + 0.5);
        writer.write(number(2L * checkpoint + 1, wide), null);
        if (checkpoint == 5) {
          writer.write(number(200, field(column("code", new IntType()), 7)), null);
          writer.write(number(201, field(column("code", new BigIntType()), 1L << 40)), null);
        }
        committer.commit(
            List.of(
                new TestingCommitRequest(
                    table.committable(
                        "a",
                        checkpoint,
                        checkpoint == 1 ? -1 : checkpoint - 1,
                        writer.prepareCommit().iterator().next()),
                    0)));
      }
    }

    assertSparkAgrees("id");
    assertThat(
            spark.query(
                path().toString(),
                "select id from t where whole = " + ((1L << 40) + 5) + " or part = 6.5"))
        .extracting(row -> ((Number) row.get("id")).longValue())
        .containsExactlyInAnyOrder(11L, 13L);
    execute("INSERT INTO TABLE (id, whole) VALUES (100, " + (1L << 50) + ")");
    table.append(number(101, null));
    execute("OPTIMIZE TABLE");
    assertSparkAgrees("id");
  }

  private static GenericRowData number(long id, RowData newColumns) {
    return GenericRowData.of(
        id, (int) id, 0.5f, decimal("1.25", 8, 2), 10 * (int) id + 7, newColumns);
  }

  private static DecimalData decimal(String value, int precision, int scale) {
    return DecimalData.fromBigDecimal(new BigDecimal(value), precision, scale);
  }

  @Test
  void readsEveryVersionOfAnUpsertWhoseTypesAreWidened() throws Exception {
    RowType narrow = column("code", new IntType());
    RowType wide = column("code", new BigIntType());
    try (TestingUpsert upsert = TestingUpsert.compacting(path(), null)) {
      for (int round = 0; round < 11; round++) {
        for (int key = 0; key < 10; key++) {
          boolean large = round > 5 && key % 3 == 0;
          upsert.put(
              "k" + key + "-" + round % 3,
              round,
              key,
              large ? field(wide, (1L << 40) + round) : field(narrow, round));
        }
        upsert.commit();
        if (round == 8) {
          execute("UPDATE TABLE SET code = 1, version = 100 WHERE id = 'k3-0'");
          upsert.awaitCompaction();
        }
      }
      upsert.awaitCompaction();
      upsert.commit();
      assertSparkAgrees("id");
    }
    DeltaMaintenance.optimize(path().toString(), DeltaMaintenance.DEFAULT_TARGET_FILE_SIZE, false);
    assertSparkAgrees("id");
  }

  @Test
  void altersTheTableBelowARunningUpsert() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      upsert.put("a", 1, 10);
      upsert.put("b", 1, 20);
      upsert.commit();
      upsert.put("a", 2, 11);
      upsert.checkpoint(
          () -> {
            alter("ADD COLUMN (note STRING COMMENT 'by hand')");
            alter("ALTER COLUMN amount COMMENT 'money'");
            alter("SET TBLPROPERTIES ('team' = 'somebody')");
            execute("UPDATE TABLE SET note = 'noted', version = 5 WHERE id = 'b'");
          });
      upsert.put("b", 4, 99);
      upsert.put("c", 1, 30);
      upsert.commit();
      assertThat(upsert.content().toString()).isEqualTo("{a/d=11, b/d=20, c/d=30}");
      assertSparkAgrees("id");
    }
    try (TestingUpsert again = TestingUpsert.start(path())) {
      again.put(
          "b", 6, 21, field(column("note", VarCharType.STRING_TYPE), StringData.fromString("x")));
      again.commit();
      assertThat(again.content().toString()).isEqualTo("{a/d=11, b/d=21, c/d=30}");
    }
    execute("OPTIMIZE TABLE");
    DeltaMaintenance.optimize(path().toString(), DeltaMaintenance.DEFAULT_TARGET_FILE_SIZE, false);
    assertSparkAgrees("id");
    assertThat(spark.query(path().toString(), "select note from t where id = 'b'"))
        .isEqualTo(List.of(Map.of("note", "x")));
  }

  @Test
  void altersTheTableBelowARunningAppend() throws Exception {
    TestingTable table = new TestingTable(path(), TYPE);
    DeltaCommitter committer = table.committer();
    try (DeltaWriter writer = table.writer(0)) {
      for (int checkpoint = 1; checkpoint <= 4; checkpoint++) {
        writer.write(row(checkpoint, null), null);
        DeltaWriteResult result = writer.prepareCommit().iterator().next();
        if (checkpoint == 2) {
          alter("ADD COLUMNS (note STRING FIRST, more STRUCT<a: INT>)");
          alter("SET TBLPROPERTIES ('delta.logRetentionDuration' = '9 days')");
          execute("INSERT INTO TABLE VALUES ('n', 50, 't50', named_struct('a', 1))");
        }
        committer.commit(
            List.of(
                new TestingCommitRequest(
                    table.committable(
                        "a", checkpoint, checkpoint == 1 ? -1 : checkpoint - 1, result),
                    0)));
      }
    }
    table.append(row(9, null));

    assertThat(table.values("id")).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 9L, 50L);
    assertSparkAgrees("id");
    execute("OPTIMIZE TABLE");
    assertSparkAgrees("id");
  }

  @Test
  void typesMayBecomeWiderOnEitherSide() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      upsert.put("a", 1, 10);
      upsert.commit();
    }
    alter("ADD COLUMNS (n INT, x FLOAT)");
    TestingTable sink = new TestingTable(path(), numbers(new FloatType()));
    sink.append(numbered("b", 1));
    alter("SET TBLPROPERTIES ('delta.enableTypeWidening' = 'true')");
    DeltaCommitter running = sink.committer();
    DeltaCommittable waiting;
    try (DeltaWriter writer = sink.writer(0)) {
      writer.write(numbered("c", 2), null);
      waiting = sink.committable("w", 1, -1, writer.prepareCommit().iterator().next());
    }
    alter("ALTER COLUMN n TYPE BIGINT");
    execute("INSERT INTO TABLE (id, day, version, n) VALUES ('d', 'd', 1, 5000000000)");
    running.commit(List.of(new TestingCommitRequest(waiting, 0)));
    sink.append(numbered("e", 3));

    GenericRowData real = numbered("f", 4);
    real.setField(4, 0.1);
    new TestingTable(path(), numbers(new DoubleType())).append(real);
    sink.append(numbered("g", 5));
    assertThat(spark.query(path().toString(), "select concat_ws(' ', id, n, x) as r from t"))
        .extracting(row -> row.get("r"))
        .containsExactlyInAnyOrder(
            "a", "b 1 0.5", "c 2 0.5", "d 5000000000", "e 3 0.5", "f 4 0.1", "g 5 0.5");
  }

  private static RowType numbers(LogicalType real) {
    return RowType.of(
        new LogicalType[] {
          VarCharType.STRING_TYPE, VarCharType.STRING_TYPE, new BigIntType(), new IntType(), real
        },
        new String[] {"id", "day", "version", "n", "x"});
  }

  private static GenericRowData numbered(String id, int n) {
    return GenericRowData.of(StringData.fromString(id), StringData.fromString("d"), 1L, n, 0.5f);
  }
}
