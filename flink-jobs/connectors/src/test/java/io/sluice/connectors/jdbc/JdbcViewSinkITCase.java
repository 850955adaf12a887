package io.sluice.connectors.jdbc;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.connectors.local.LocalPostgres;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimeType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdbcViewSinkITCase {
  private static final RowType ROWS =
      RowType.of(
          new LogicalType[] {
            new VarCharType(false, VarCharType.MAX_LENGTH),
            new TimestampType(false, 3),
            new DecimalType(20, 2),
            new LocalZonedTimestampType(6),
            new DateType(),
            new BigIntType(false)
          },
          new String[] {"book", "window_start", "gross", "last_event", "day", "_version"});

  @TempDir static Path directory;
  private static LocalPostgres postgres;

  @BeforeAll
  static void start() throws IOException {
    postgres = new LocalPostgres(directory.resolve("data"));
  }

  @AfterAll
  static void stop() throws IOException {
    postgres.close();
  }

  @Test
  void createsTheTableAndNeverGoesBack() throws Exception {
    try (var sink = open(sink("fenced", postgres.url() + "&reWriteBatchedInserts=true"), true)) {
      // The same key several times in one batch, out of order, in one reused row.
      GenericRowData reused = new GenericRowData(6);
      for (long version : List.of(1L, 3L, 2L)) {
        fill(reused, "fx", version);
        sink.processElement(reused, 0);
      }
      sink.prepareSnapshotPreBarrier(1);
      assertThat(postgres.query("select book || gross || last_event || day from fenced"))
          .containsExactly("fx3.002026-01-02 03:04:05.006007+002026-01-02");

      fill(reused, "fx", 2);
      sink.processElement(reused, 0);
      fill(reused, "eq", 1);
      reused.setField(2, null);
      sink.processElement(reused, 0);
      sink.prepareSnapshotPreBarrier(2);
      assertThat(sink.extractOutputValues()).isEmpty();
    }
    assertThat(
            postgres.query(
                "select book || '/' || coalesce(gross, -1) || '/' || _version from fenced order by 1"))
        .containsExactly("eq/-1/1", "fx/3.00/3");
  }

  @Test
  void aTableGetsTheColumnsThatItLacks() throws Exception {
    postgres.execute(
        "create table grown (book text, window_start timestamp, _version bigint,"
            + " primary key (book, window_start))");
    postgres.execute("insert into grown values ('old', now(), 1)");
    write("grown", sink("grown", postgres.url()), row("fx", 3));
    assertThat(
            postgres.query(
                "select book || coalesce(gross::text, '-') || coalesce(day::text, '-') from grown order by 1"))
        .containsExactly("fx3.002026-01-02", "old--");
  }

  @Test
  void aViewThatBeginsAnewLeavesNoRowAndNoColumnOfTheFormerOne() throws Exception {
    long first = 1L << 40;
    postgres.execute("create table begun (book text primary key, gone text, _version bigint)");
    postgres.execute("insert into begun values ('old', 'x', 7)");
    JdbcViewSink anew = sink("begun", postgres.url()).beginningAt(first);
    write("begun", anew, row("fx", first + 1));
    // Another subtask, or the same one after a failure, finds the new table.
    write("begun", anew, row("eq", first + 1));
    assertThat(postgres.query("select book || (_version - 1099511627776) from begun order by 1"))
        .containsExactly("eq1", "fx1");
    assertThat(
            postgres.query(
                "select column_name from information_schema.columns where table_name = 'begun' and column_name = 'gone'"))
        .isEmpty();
    write("begun", sink("begun", postgres.url()), row("fx", first + 2));
    assertThat(postgres.query("select count(*) from begun")).containsExactly("2");
    write("begun", sink("begun", postgres.url()).beginningAt(2 * first), row("fx", 2 * first + 1));
    assertThat(postgres.query("select book from begun")).containsExactly("fx");

    postgres.execute("create table foreign_data (book text)");
    postgres.execute("insert into foreign_data values ('mine')");
    assertThatThrownBy(() -> open(sink("foreign_data", postgres.url()).beginningAt(first), false))
        .hasStackTraceContaining("lacks the columns");
    assertThat(postgres.query("select book from foreign_data")).containsExactly("mine");
  }

  private static void write(String table, JdbcViewSink sink, RowData row) throws Exception {
    try (var harness = open(sink, false)) {
      harness.processElement(row, 0);
      harness.prepareSnapshotPreBarrier(1);
      assertThat(harness.extractOutputValues()).as("rejects of " + table).isEmpty();
    }
  }

  @Test
  void survivesARestartOfTheServer() throws Exception {
    try (var sink = open(sink("restarted", postgres.url()), false)) {
      sink.processElement(row("fx", 1), 0);
      sink.prepareSnapshotPreBarrier(1);
      postgres.stop();
      sink.processElement(row("eq", 1), 0);
      postgres.start();
      sink.processElement(row("fx", 2), 0);
      sink.prepareSnapshotPreBarrier(2);
    }
    assertThat(postgres.query("select book || _version from restarted order by 1"))
        .containsExactly("eq1", "fx2");
  }

  @Test
  void closingWithoutAServerThrowsNothing() throws Exception {
    JdbcViewSink hasty =
        JdbcViewSink.upsert(
            postgres::url, "closed", ROWS, List.of("book", "window_start"), Duration.ZERO);
    try (var sink = open(hasty, false)) {
      sink.processElement(row("fx", 1), 0);
      postgres.stop();
      assertThatThrownBy(() -> sink.prepareSnapshotPreBarrier(1)).isInstanceOf(SQLException.class);
      assertThatCode(sink.getOneInputOperator()::close).doesNotThrowAnyException();
      postgres.start();
    }
  }

  @Test
  void refusesATableThatDoesNotFit() throws Exception {
    postgres.execute("create table narrow (book text primary key, _version bigint)");
    assertThatThrownBy(() -> open(sink("narrow", postgres.url()), false))
        .hasStackTraceContaining(
            "lacks the columns [window_start]; add them, or drop the table and start with --restart-view narrow or without a savepoint");
    postgres.execute(
        "create table keyless (book text, window_start timestamp, gross numeric, last_event"
            + " timestamptz, day date, _version bigint)");
    try (var sink = open(sink("keyless", postgres.url()), false)) {
      sink.processElement(row("fx", 1), 0);
      assertThatThrownBy(() -> sink.prepareSnapshotPreBarrier(1))
          .hasMessageContaining("needs a unique index over the view's key [book, window_start]")
          .hasMessageContaining(
              "drop the table and start with --restart-view keyless or without a savepoint");
      postgres.execute("create unique index on keyless (book, window_start)");
    }
    assertThat(postgres.query("select book from keyless")).containsExactly("fx");
  }

  @Test
  void refusesColumnsThatWouldChangeValues() throws Exception {
    postgres.execute("create domain amount as numeric(18,4)");
    postgres.execute(
        "create table rounding (book varchar(9), window_start timestamp(0), gross amount,"
            + " last_event timestamp, day text, _version bigint, primary key (book, window_start))");
    postgres.execute(
        "insert into rounding values ('eq', '2026-01-02 00:00:00', 1.5, '2026-01-02 03:04:05',"
            + " '2026-01-02', 1)");
    String remedy =
        "ALTER TABLE \"rounding\" ALTER COLUMN \"window_start\" TYPE timestamp USING"
            + " \"window_start\"::timestamp, ALTER COLUMN \"gross\" TYPE numeric(20,2) USING"
            + " \"gross\"::numeric(20,2), ALTER COLUMN \"last_event\" TYPE timestamptz USING"
            + " \"last_event\" AT TIME ZONE 'UTC', ALTER COLUMN \"day\" TYPE date USING"
            + " \"day\"::date";
    assertThatThrownBy(() -> open(sink("rounding", postgres.url()), false))
        .hasStackTraceContaining(
            "view rounding: its table in PostgreSQL cannot hold the view's values as they are:"
                + " column window_start is timestamp(0) without time zone, but the view has"
                + " timestamp; column gross is numeric(18,4), but the view has numeric(20,2);"
                + " column last_event is timestamp without time zone, but the view has"
                + " timestamptz; column day is text, but the view has date. Change it with "
                + remedy
                + ", or give the view another name");
    JdbcViewSink rounding = sink("rounding", postgres.url());
    assertThatThrownBy(() -> rounding.checkTable(postgres.url()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("view rounding: its table in PostgreSQL cannot hold");
    postgres.execute("set timezone = 'Asia/Tokyo'; " + remedy);
    rounding.checkTable(postgres.url());
    assertThat(
            postgres.query(
                "select concat_ws('|', window_start, gross, last_event at time zone 'UTC', day)"
                    + " from rounding"))
        .containsExactly("2026-01-02 00:00:00|1.50|2026-01-02 03:04:05|2026-01-02");
  }

  @Test
  void comparesOnlyWhatIsThere() throws Exception {
    sink("not-there", postgres.url()).checkTable(postgres.url());
    assertThat(postgres.query("select to_regclass('\"not-there\"')::text")).containsOnlyNulls();
    sink("down", postgres.url()).checkTable("jdbc:postgresql://127.0.0.1:1/x");
    postgres.execute("create table former (book int primary key, _version bigint)");
    sink("former", postgres.url()).beginningAt(7).checkTable(postgres.url());
  }

  @Test
  void takesColumnsThatHoldMore() throws Exception {
    postgres.execute(
        "create table wider (book varchar(9), window_start timestamp(3), gross numeric(30,6),"
            + " last_event timestamptz, day date, _version numeric, extra jsonb,"
            + " primary key (book, window_start))");
    try (var sink = open(sink("wider", postgres.url()), false)) {
      sink.processElement(row("fx", 7), 0);
      sink.prepareSnapshotPreBarrier(1);
    }
    assertThat(
            postgres.query("select concat_ws('|', book, window_start, gross, _version) from wider"))
        .containsExactly("fx|2026-01-02 03:04:00|7.000000|7");
  }

  @Test
  void rowsThatPostgresRefusesAreRejectsAndTheOthersAreWritten() throws Exception {
    postgres.execute("create domain short as text check (value <> 'forbidden')");
    postgres.execute(
        "create table refusing (book short, window_start timestamp, gross numeric(20,2),"
            + " last_event timestamptz, day date, _version bigint,"
            + " primary key (book, window_start))");
    String long_ =
        IntStream.range(0, 4_000).mapToObj(i -> Integer.toString(i * 7919, 36)).collect(joining());
    try (var sink = open(sink("refusing", postgres.url()), false)) {
      for (String book : List.of("good", "nul\u0000", long_, "forbidden", "fine")) {
        sink.processElement(row(book, 1), 0);
      }
      GenericRowData late = (GenericRowData) row("late", 1);
      late.setField(3, TimestampData.fromEpochMillis(Long.MAX_VALUE));
      sink.processElement(late, 0);
      GenericRowData days = (GenericRowData) row("days", 1);
      days.setField(4, Integer.MAX_VALUE);
      sink.processElement(days, 0);
      sink.processElement(row("last", 1), 0);
      sink.prepareSnapshotPreBarrier(1);
      assertThat(sink.extractOutputValues())
          .extracting(reject -> reject.getString(0).toString())
          .containsExactly(
              "postgres:22021",
              "postgres:54000",
              "postgres:23514",
              "postgres:22008",
              "postgres:22008");
      assertThat(sink.extractOutputValues().get(0).getString(1).toString())
          .contains("invalid byte sequence for encoding \"UTF8\": 0x00", "Where: column book")
          .doesNotContain("INSERT", "\n");
    }
    assertThat(postgres.query("select book from refusing order by 1"))
        .containsExactly("fine", "good", "last");
  }

  @Test
  void nullIsAKeyLikeAnyOther() throws Exception {
    RowType nullable =
        RowType.of(
            new LogicalType[] {
              new VarCharType(VarCharType.MAX_LENGTH), new BigIntType(), new BigIntType(false)
            },
            new String[] {"zone", "events", "_version"});
    try (var sink =
        open(JdbcViewSink.upsert(postgres::url, "zone-s", nullable, List.of("zone")), false)) {
      for (long version : List.of(1L, 3L, 2L)) {
        sink.processElement(GenericRowData.of(null, version, version), 0);
        sink.processElement(GenericRowData.of(StringData.fromString(""), 1L, 1L), 0);
        sink.prepareSnapshotPreBarrier(version);
      }
      assertThat(sink.extractOutputValues()).isEmpty();
    }
    assertThat(postgres.query("select coalesce(zone, 'null') || events from \"zone-s\" order by 1"))
        .containsExactly("1", "null3");

    postgres.execute("create table older (zone text primary key, events bigint, _version bigint)");
    try (var sink =
        open(JdbcViewSink.upsert(postgres::url, "older", nullable, List.of("zone")), false)) {
      sink.processElement(GenericRowData.of(null, 1L, 1L), 0);
      sink.processElement(GenericRowData.of(StringData.fromString("z"), 1L, 1L), 0);
      sink.prepareSnapshotPreBarrier(1);
      assertThat(sink.extractOutputValues())
          .extracting(reject -> reject.getString(0).toString())
          .containsExactly("postgres:23502");
    }
    assertThat(postgres.query("select zone from older")).containsExactly("z");
  }

  @Test
  void everyTypeKeepsItsValueOrIsAReject() throws Exception {
    List<LogicalType> types =
        List.of(
            new BooleanType(),
            new IntType(),
            new BigIntType(),
            new FloatType(),
            new DoubleType(),
            new DecimalType(38, 10),
            new VarCharType(VarCharType.MAX_LENGTH),
            new VarBinaryType(VarBinaryType.MAX_LENGTH),
            new DateType(),
            new TimeType(3),
            new TimeType(6),
            new TimestampType(6),
            new LocalZonedTimestampType(3),
            new BigIntType(false));
    List<String> names =
        List.of(
            "bool",
            "int4",
            "int8",
            "f4",
            "f8",
            "num",
            "txt",
            "bin",
            "d",
            "t3",
            "t6",
            "ts",
            "tz",
            "_version");
    RowType all = RowType.of(types.toArray(LogicalType[]::new), names.toArray(String[]::new));
    try (var sink =
        open(JdbcViewSink.upsert(postgres::url, "types", all, List.of("int4")), false)) {
      GenericRowData low =
          GenericRowData.of(
              false,
              1,
              Long.MIN_VALUE,
              Float.NEGATIVE_INFINITY,
              Double.NaN,
              decimal("-9999999999999999999999999999.9999999999"),
              StringData.fromString("\u00e4'"),
              new byte[] {0, -1},
              (int) LocalDate.of(0, 2, 29).toEpochDay(),
              0,
              0L,
              timestamp("-4711-01-01T00:00:00.000001"),
              timestamp("0000-12-31T23:59:59.999"),
              1L);
      GenericRowData high =
          GenericRowData.of(
              true,
              2,
              Long.MAX_VALUE,
              Float.MIN_VALUE,
              Double.MAX_VALUE,
              decimal("0.0000000001"),
              StringData.fromString(""),
              new byte[0],
              (int) LocalDate.of(5_874_897, 12, 31).toEpochDay(),
              86_399_999,
              86_399_999_999L,
              timestamp("+294276-12-31T23:59:59.999999"),
              timestamp("9999-12-31T23:59:59.999"),
              1L);
      sink.processElement(low, 0);
      sink.processElement(high, 0);
      sink.processElement(broken(high, 3, 9, 86_400_000), 0);
      sink.processElement(broken(high, 4, 10, Long.MIN_VALUE), 0);
      sink.processElement(broken(high, 5, 11, timestamp("+294277-01-01T00:00:00")), 0);
      sink.processElement(broken(high, 6, 12, timestamp("-9999-01-01T00:00:00")), 0);
      sink.processElement(broken(high, 7, 8, Integer.MIN_VALUE), 0);
      sink.prepareSnapshotPreBarrier(1);
      assertThat(sink.extractOutputValues())
          .extracting(reject -> reject.getString(0).toString())
          .containsExactlyInAnyOrder(
              "postgres:value",
              "postgres:value",
              "postgres:22008",
              "postgres:value",
              "postgres:value");
    }
    assertThat(
            postgres.query(
                "select concat_ws('|', " + String.join(", ", names) + ") from types order by int4"))
        .containsExactly(
            "f|1|-9223372036854775808|-Infinity|NaN|-9999999999999999999999999999.9999999999"
                + "|\u00e4'|\\x00ff|0001-02-29 BC|00:00:00|00:00:00"
                + "|4712-01-01 00:00:00.000001 BC|0001-12-31 23:59:59.999+00 BC|1",
            "t|2|9223372036854775807|1e-45|1.7976931348623157e+308|0.0000000001||\\x"
                + "|5874897-12-31|23:59:59.999|23:59:59.999999"
                + "|294276-12-31 23:59:59.999999|9999-12-31 23:59:59.999+00|1");
  }

  private static GenericRowData broken(GenericRowData row, int key, int field, Object value) {
    GenericRowData copy = new GenericRowData(row.getArity());
    for (int i = 0; i < row.getArity(); i++) {
      copy.setField(i, row.getField(i));
    }
    copy.setField(1, key);
    copy.setField(field, value);
    return copy;
  }

  private static DecimalData decimal(String value) {
    return DecimalData.fromBigDecimal(new BigDecimal(value), 38, 10);
  }

  private static TimestampData timestamp(String value) {
    return TimestampData.fromLocalDateTime(LocalDateTime.parse(value));
  }

  @Test
  void showsNoPassword() {
    for (String url :
        List.of(
            "jdbc:postgresql://127.0.0.1:1/x?user=u&password=hunter2",
            "jdbc:postgresql://u:hunter2@127.0.0.1:1/x",
            "jdbc:postgresql://127.0.0.1:hunter2/x",
            "jdbc:postgresql://127.0.0.1:1?user=u&password=hunter2",
            "jdbc:postgresql://127.0.0.1:1/x?password=hunter2%",
            "jdbc:postgres://127.0.0.1:1/x?password=hunter2",
            "jdbc:mysql://u:hunter2@127.0.0.1:1/x")) {
      JdbcViewSink sink =
          JdbcViewSink.upsert(() -> url, "t", ROWS, List.of("book"), Duration.ofMillis(300));
      assertThatThrownBy(() -> open(sink, false))
          .hasStackTraceContaining("table t")
          .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("hunter2"));
    }
  }

  private static String stackTrace(Throwable problem) {
    StringBuilder all = new StringBuilder();
    for (Throwable t = problem; t != null; t = t.getCause()) {
      all.append(t);
    }
    return all.toString();
  }

  private static JdbcViewSink sink(String table, String url) {
    return JdbcViewSink.upsert(
        () -> url, table, ROWS, List.of("book", "window_start"), Duration.ofSeconds(30));
  }

  /** Rejects are rule and reason. */
  private static OneInputStreamOperatorTestHarness<RowData, RowData> open(
      JdbcViewSink sink, boolean objectReuse) throws Exception {
    var harness =
        new OneInputStreamOperatorTestHarness<RowData, RowData>(
            sink.operator(
                (row, rule, reason) ->
                    GenericRowData.of(StringData.fromString(rule), StringData.fromString(reason))));
    if (objectReuse) {
      harness.getExecutionConfig().enableObjectReuse();
    }
    harness.open();
    return harness;
  }

  private static RowData row(String book, long version) {
    GenericRowData row = new GenericRowData(6);
    fill(row, book, version);
    return row;
  }

  private static void fill(GenericRowData row, String book, long version) {
    row.setField(0, StringData.fromString(book));
    row.setField(1, TimestampData.fromEpochMillis(1767323040000L));
    row.setField(2, DecimalData.fromBigDecimal(BigDecimal.valueOf(version), 20, 2));
    row.setField(3, TimestampData.fromEpochMillis(1767323045006L, 7_000));
    row.setField(4, 20_455);
    row.setField(5, version);
  }
}
