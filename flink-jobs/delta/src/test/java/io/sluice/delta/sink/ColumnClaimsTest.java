package io.sluice.delta.sink;

import static io.sluice.delta.testing.TestingNewColumns.column;
import static io.sluice.delta.testing.TestingNewColumns.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.delta.schema.SchemaPolicy;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.testing.TestingLayout;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingNewColumns;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who says what a new column looks like. */
@Tag("storage")
class ColumnClaimsTest {

  private static final RowType TYPE =
      RowType.of(
          new LogicalType[] {new BigIntType(), new BigIntType()}, new String[] {"id", "other"});
  private static final RowType INT = column("code", new IntType());
  private static final RowType LONG = column("code", new BigIntType());

  @TempDir Path directory;

  private TestingTable table;
  private String path;

  @BeforeEach
  void name() {
    TableLayout layout =
        TestingLayout.append(
            TYPE, List.of(), 1 << 20, TestingNewColumns.changes(TYPE, SchemaPolicy.EVOLVE));
    table = new TestingTable(directory.resolve("t"), layout);
    path = TestingStorage.address(table.path);
  }

  private RowType settle(RowType wanted) throws IOException {
    return (RowType) ColumnClaims.settle(path, wanted).copy(true);
  }

  @Test
  void whoComesFirstDecidesEvenBeforeThereIsATable() throws Exception {
    RowType text = column("code", VarCharType.STRING_TYPE);
    assertThat(settle(INT)).isEqualTo(INT);
    assertThat(settle(text)).isEqualTo(INT);
    table.open();
    assertThat(settle(text)).isEqualTo(INT);
    assertThat(table.path.resolve("_sluice_columns/code.column"))
        .hasContent("ROW<`code` INT> NOT NULL");
    assertThat(table.path.resolve("_sluice_columns").toFile().list()).hasSize(1);
  }

  @Test
  void aWiderTypeWinsUnlessTheTableForbidsIt() throws Exception {
    assertThat(settle(INT)).isEqualTo(INT);
    assertThat(settle(LONG)).isEqualTo(LONG);
    assertThat(settle(INT)).isEqualTo(LONG);
    RowType number = column("number", new DecimalType(8, 2));
    RowType wide = column("number", new DecimalType(20, 4));
    table.append(GenericRowData.of(1L, 2L, field(number, (Object) null)));
    assertThat(settle(wide)).isEqualTo(wide);

    new TestingLog(table.path)
        .alter(
            metadata ->
                ((ObjectNode) metadata.get("configuration"))
                    .put("delta.enableTypeWidening", "false"),
            fields -> {});
    assertThat(settle(wide)).isEqualTo(number);
  }

  private static RowType columns(String prefix, int count) {
    return new RowType(
        IntStream.range(0, count)
            .mapToObj(i -> new RowType.RowField(prefix + i, new IntType()))
            .toList());
  }

  @Test
  @Tag("disk")
  void writersBringTwoHundredColumnsADayAndTwoThousandInAll() throws Exception {
    Instant start = Instant.now();
    RowType nested = column("nested", columns("n", 199));
    settle(nested);
    settle(INT);
    assertThatThrownBy(() -> settle(column("more", new IntType())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "would get 1 new columns, those of nested records counted, after 200 within 24 hours and 200 in all; 200 and 2,000 are allowed. Add them to the contract's schema, or write schemaChanges: lenient.");
    assertThat(table.path.resolve("_sluice_columns").toFile().list()).hasSize(2);
    // What is settled stays so, and may become wider.
    assertThat(settle(nested)).isEqualTo(nested);
    assertThat(settle(LONG)).isEqualTo(LONG);

    for (int day = 1; day <= 9; day++) {
      RowType more = columns("d" + day + "_", 200);
      Clock clock = Clock.fixed(start.plus(Duration.ofHours(25L * day)), ZoneOffset.UTC);
      ColumnClaims.settle(path, more, clock);
      for (RowType.RowField column : more.getFields()) {
        Files.setLastModifiedTime(
            table.path.resolve("_sluice_columns/" + column.getName() + ".column"),
            FileTime.from(clock.instant()));
      }
    }
    Clock later = Clock.fixed(start.plus(Duration.ofDays(100)), ZoneOffset.UTC);
    assertThatThrownBy(() -> ColumnClaims.settle(path, column("more", new IntType()), later))
        .hasMessageContaining("after 0 within 24 hours and 2,000 in all");
  }

  @Test
  void columnsWithinListsAndMapsCountToo() throws Exception {
    RowType inner = columns("n", 201);
    RowType list = column("list", new ArrayType(inner.copy(true)));
    RowType map = column("map", new MapType(VarCharType.STRING_TYPE, inner.copy(true)));
    for (RowType wide : List.of(list, map)) {
      assertThatThrownBy(() -> settle(wide)).hasMessageContaining("would get 201 new columns");
    }
  }

  @Test
  void theSinksOwnColumnsCanBeSettledToo() throws Exception {
    RowType own = column("other", new BigIntType());
    assertThat(settle(own)).isEqualTo(own);
    table.open();
    assertThat(settle(own)).isEqualTo(own);
    assertThat(settle(column("other", new IntType()))).isEqualTo(own);
  }

  @Test
  void theTableDecidesOnceItHasTheColumn() throws Exception {
    settle(INT);
    table.append(GenericRowData.of(1L, 2L, field(LONG, 1L << 40)));

    assertThat(settle(INT)).isEqualTo(LONG);
    assertThat(settle(LONG)).isEqualTo(LONG);
    assertThat(table.rows()).hasSize(1);
  }

  @Test
  void precisionsThatTheTableDoesNotKnowAreKeptForValuesWithinOthers() throws Exception {
    RowType millis = column("at", new ArrayType(new LocalZonedTimestampType(3)));
    RowType micros = column("at", new ArrayType(new LocalZonedTimestampType(6)));
    RowType plain = column("when", new LocalZonedTimestampType(3));
    settle(millis);
    table.append(GenericRowData.of(1L, 2L, field(millis, (Object) null)));

    assertThat(settle(millis)).isEqualTo(millis);
    assertThat(settle(micros)).isEqualTo(millis);
    settle(plain);
    RowType finer = column("when", new LocalZonedTimestampType(6));
    assertThat(settle(finer)).isEqualTo(finer);
  }

  @Test
  void whatNoRowCanBringIsRefusedWithItsReason() throws Exception {
    settle(INT);
    assertThatThrownBy(() -> settle(column("Code", new IntType())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'Code'", "'code'", path, "upper and lower case");

    table.open();
    TestingLog log = new TestingLog(table.path);
    String schema = log.actions(0, "metaData").get(0).toString();
    log.commit(
        "{\"metaData\":" + schema.replace("\\\"nullable\\\":true", "\\\"nullable\\\":false") + "}");
    assertThatThrownBy(() -> settle(column("other", new IntType())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'other'", "NOT NULL", path);
  }

  @Test
  void anyNameCanBeClaimed() throws Exception {
    for (String name : new String[] {"../up", "x".repeat(400), "\u00fc"}) {
      RowType odd = column(name, VarCharType.STRING_TYPE);
      assertThat(settle(odd)).isEqualTo(odd);
      assertThat(settle(column(name, new IntType()))).isEqualTo(odd);
    }
    assertThat(table.path.resolve("_sluice_columns").toFile().list()).hasSize(3);
  }

  @Test
  void aClaimThatCannotBeReadIsNamed() throws Exception {
    settle(INT);
    Path claim = table.path.resolve("_sluice_columns/code.column");
    Files.writeString(claim, "nonsense");

    assertThatThrownBy(() -> settle(INT))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(TestingStorage.address(claim), "Remove it");
  }
}
