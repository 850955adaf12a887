package io.sluice.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.connectors.local.LocalPostgres;
import io.sluice.connectors.local.TestingWriterContext;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimestampType;
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
    Sink<RowData> sink = sink("fenced", postgres.url() + "&reWriteBatchedInserts=true");
    try (SinkWriter<RowData> writer = sink.createWriter(new TestingWriterContext(ROWS, true))) {
      // The same key several times in one batch, out of order, in one reused row.
      GenericRowData reused = new GenericRowData(6);
      for (long version : List.of(1L, 3L, 2L)) {
        fill(reused, "fx", version);
        writer.write(reused, null);
      }
      writer.flush(false);
      assertThat(postgres.query("select book || gross || last_event || day from fenced"))
          .containsExactly("fx3.002026-01-02 03:04:05.006007+002026-01-02");

      fill(reused, "fx", 2);
      writer.write(reused, null);
      fill(reused, "eq", 1);
      reused.setField(2, null);
      writer.write(reused, null);
      writer.flush(false);
    }
    assertThat(
            postgres.query(
                "select book || '/' || coalesce(gross, -1) || '/' || _version from fenced order by 1"))
        .containsExactly("eq/-1/1", "fx/3.00/3");
  }

  @Test
  void writesWithoutACheckpoint() throws Exception {
    try (SinkWriter<RowData> writer =
        sink("timed", postgres.url()).createWriter(new TestingWriterContext(ROWS, false))) {
      writer.write(row("fx", 1), null);
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(postgres.query("select book from timed")).hasSize(1));
    }
  }

  @Test
  void survivesARestartOfTheServer() throws Exception {
    try (SinkWriter<RowData> writer =
        sink("restarted", postgres.url()).createWriter(new TestingWriterContext(ROWS, false))) {
      writer.write(row("fx", 1), null);
      writer.flush(false);
      postgres.stop();
      writer.write(row("eq", 1), null);
      postgres.start();
      writer.write(row("fx", 2), null);
      writer.flush(false);
    }
    assertThat(postgres.query("select book || _version from restarted order by 1"))
        .containsExactly("eq1", "fx2");
  }

  @Test
  void refusesATableThatLacksColumns() throws Exception {
    postgres.execute("create table narrow (book text primary key, _version bigint)");
    assertThatThrownBy(
            () ->
                sink("narrow", postgres.url()).createWriter(new TestingWriterContext(ROWS, false)))
        .hasStackTraceContaining("lacks the columns [window_start, gross, last_event, day]");
  }

  @Test
  void showsNoPassword() {
    for (String url :
        List.of(
            "jdbc:postgresql://127.0.0.1:1/x?user=u&password=hunter2",
            "jdbc:mysql://u:hunter2@127.0.0.1:1/x")) {
      Sink<RowData> sink =
          JdbcViewSink.upsert(() -> url, "t", ROWS, List.of("book"), Duration.ofMillis(300));
      assertThatThrownBy(() -> sink.createWriter(new TestingWriterContext(ROWS, false)))
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

  private static Sink<RowData> sink(String table, String url) {
    return JdbcViewSink.upsert(
        () -> url, table, ROWS, List.of("book", "window_start"), Duration.ofSeconds(30));
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
