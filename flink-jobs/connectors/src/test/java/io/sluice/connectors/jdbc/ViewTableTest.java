package io.sluice.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;

class ViewTableTest {
  private static final LogicalType TEXT = new VarCharType(VarCharType.MAX_LENGTH);

  @Test
  void quotesEveryIdentifierAndFencesByVersion() {
    ViewTable table =
        new ViewTable(
            "exposure",
            rows(
                new String[] {"book", "gross", "_version"},
                TEXT.copy(false),
                new DecimalType(20, 2)),
            List.of("book"));
    assertThat(table.createSql())
        .isEqualTo(
            "CREATE TABLE IF NOT EXISTS \"exposure\" (\"book\" text NOT NULL, \"gross\""
                + " numeric(20,2), \"_version\" bigint NOT NULL, PRIMARY KEY (\"book\"))");
    assertThat(table.upsertSql())
        .isEqualTo(
            "INSERT INTO \"exposure\" AS t (\"book\", \"gross\", \"_version\") VALUES (?, ?, ?)"
                + " ON CONFLICT (\"book\") DO UPDATE SET \"gross\" = EXCLUDED.\"gross\","
                + " \"_version\" = EXCLUDED.\"_version\""
                + " WHERE t.\"_version\" <= EXCLUDED.\"_version\"");
  }

  @Test
  void aKeyThatCanBeNullIsUniqueWithItsNull() {
    ViewTable table =
        new ViewTable(
            "per-zone",
            rows(new String[] {"day", "zone", "_version"}, new TimestampType(false, 3), TEXT, TEXT),
            List.of("day", "zone"));
    assertThat(table.createSql())
        .isEqualTo(
            "CREATE TABLE IF NOT EXISTS \"per-zone\" (\"day\" timestamp NOT NULL, \"zone\" text,"
                + " \"_version\" bigint NOT NULL, UNIQUE NULLS NOT DISTINCT (\"day\", \"zone\"))");
  }

  @Test
  void refusesNamesThatAreNotPlain() {
    for (String name : List.of("a\"; drop table x; --", "1a", "-a", "a b", "a".repeat(64))) {
      assertThatThrownBy(
              () -> new ViewTable(name, rows(new String[] {"k", "_version"}, TEXT), List.of("k")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + name + "'");
      assertThatThrownBy(
              () -> new ViewTable("t", rows(new String[] {name, "_version"}, TEXT), List.of(name)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void refusesAMissingKeyOrFenceAndForeignTypes() {
    assertThatThrownBy(
            () -> new ViewTable("t", rows(new String[] {"k", "_version"}, TEXT), List.of("x")))
        .hasMessageContaining("key [x] must name columns among [k, _version]");
    assertThatThrownBy(
            () ->
                new ViewTable(
                    "t",
                    RowType.of(
                        new LogicalType[] {TEXT, new IntType()}, new String[] {"k", "_version"}),
                    List.of("k")))
        .hasMessageContaining("no BIGINT column _version");
    assertThatThrownBy(
            () ->
                new ViewTable(
                    "t",
                    rows(new String[] {"k", "a", "_version"}, TEXT, new ArrayType(TEXT)),
                    List.of("k")))
        .hasMessageContaining("column a of type ARRAY");
  }

  @Test
  void aTableThatLacksItsKeyIsMadeAnewByAStartThatBeginsTheView() {
    ViewTable table =
        new ViewTable("fares", rows(new String[] {"k", "_version"}, TEXT), List.of("k"));
    assertThat(table.misfit(Map.of("x", new ExistingColumn("text", null, null, null))))
        .hasValueSatisfying(
            reason ->
                assertThat(reason)
                    .endsWith(
                        "add them, or drop the table and start with --restart-view fares or without a savepoint, so that the job creates it"));
  }

  private static RowType rows(String[] names, LogicalType... types) {
    LogicalType[] all = Arrays.copyOf(types, names.length);
    all[names.length - 1] = new BigIntType(false);
    return RowType.of(all, names);
  }
}
