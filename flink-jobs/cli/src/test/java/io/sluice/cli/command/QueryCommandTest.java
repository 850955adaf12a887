package io.sluice.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.delta.kernel.internal.deletionvectors.Base85Codec;
import io.sluice.cli.Main;
import io.sluice.cli.TestingCommands;
import io.sluice.cli.platform.LocalPlatform;
import io.sluice.cli.text.TerminalText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.roaringbitmap.RoaringBitmap;

/** Queries over tables whose log and files are written by hand. */
class QueryCommandTest {
  private static final String COLUMN =
      "{\\\"name\\\":\\\"%s\\\",\\\"type\\\":\\\"%s\\\",\\\"nullable\\\":true,\\\"metadata\\\":{}}";
  private static final String FOLDER = "zone=a*[1]?'b";

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path lake;

  @BeforeEach
  void writeTables() throws Exception {
    lake = folder.resolve("lake");
    Path trips = lake.resolve("silver/trips");
    Files.createDirectories(trips.resolve("_delta_log"));
    Files.createDirectories(trips.resolve(FOLDER));
    parquet(trips.resolve(FOLDER + "/1.parquet"), "SELECT i::INTEGER AS id FROM range(4) t(i)");
    parquet(
        trips.resolve("2.parquet"),
        "SELECT 10::BIGINT AS id, TIMESTAMPTZ '2026-01-01 00:00:00+00' AS at");
    String columns =
        String.join(
            ",",
            COLUMN.formatted("id", "long"),
            COLUMN.formatted("at", "timestamp"),
            COLUMN.formatted("zone", "string"),
            COLUMN.formatted("day", "date"));
    log(trips, 0, protocol() + metadata(columns, "\"zone\",\"day\""));
    log(
        trips,
        1,
        add("zone=a*%5B1%5D%3F'b/1.parquet", "\"a*[1]?'b\"", "\"9999-12-31\"", "")
            + add("2.parquet", "null", "null", ""));
    String vector =
        ",\"deletionVector\":{\"storageType\":\"i\",\"pathOrInlineDv\":\"%s\",\"sizeInBytes\":%d,\"cardinality\":2}";
    byte[] deleted = deleted(1, 3);
    log(
        trips,
        2,
        "{\"remove\":{\"path\":\"zone=a*%5B1%5D%3F'b/1.parquet\",\"dataChange\":true}}\n"
            + add(
                "zone=a*%5B1%5D%3F'b/1.parquet",
                "\"a*[1]?'b\"",
                "\"9999-12-31\"",
                vector.formatted(Base85Codec.encodeBytes(deleted), deleted.length)));
    Path ledger = lake.resolve("ledger/market-risk");
    Files.createDirectories(ledger.resolve("_delta_log"));
    log(ledger, 0, protocol() + metadata(COLUMN.formatted("gap", "long"), ""));
  }

  private static byte[] deleted(int... rows) {
    RoaringBitmap bitmap = RoaringBitmap.bitmapOf(rows);
    // Base85 takes four bytes at a time.
    int size = (20 - 4 + bitmap.serializedSizeInBytes() + 3) / 4 * 4;
    ByteBuffer data = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    data.putInt(1681511377).putLong(1).putInt(0);
    bitmap.serialize(data);
    return data.array();
  }

  private static void parquet(Path file, String select) throws Exception {
    try (var connection = DriverManager.getConnection("jdbc:duckdb:");
        var statement = connection.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      statement.execute(
          "COPY (%s) TO '%s' (FORMAT parquet)"
              .formatted(select, file.toString().replace("'", "''")));
    }
  }

  private static String protocol() {
    return "{\"protocol\":{\"minReaderVersion\":3,\"minWriterVersion\":7,\"readerFeatures\":[\"deletionVectors\"],\"writerFeatures\":[\"deletionVectors\"]}}\n";
  }

  private static String metadata(String columns, String partitions) {
    return ("{\"metaData\":{\"id\":\"t\",\"format\":{\"provider\":\"parquet\",\"options\":{}},"
            + "\"schemaString\":\"{\\\"type\\\":\\\"struct\\\",\\\"fields\\\":[%s]}\","
            + "\"partitionColumns\":[%s],\"configuration\":{},\"createdTime\":0}}\n")
        .formatted(columns, partitions);
  }

  private static String add(String path, String zone, String day, String vector) {
    return ("{\"add\":{\"path\":\"%s\",\"partitionValues\":{\"zone\":%s,\"day\":%s},\"size\":500,"
            + "\"modificationTime\":0,\"dataChange\":true%s}}\n")
        .formatted(path, zone, day, vector);
  }

  private static void log(Path table, int version, String actions) throws IOException {
    Files.writeString(table.resolve("_delta_log/%020d.json".formatted(version)), actions);
  }

  @Test
  void readsLiveRowsWithPartitionsNewColumnsAndWiderTypes() {
    assertThat(query("SELECT * FROM silver.trips ORDER BY id", "--format", "csv")).isZero();
    assertThat(out.toString())
        .isEqualToNormalizingNewlines(
            """
            id,at,zone,day
            0,,a*[1]?'b,9999-12-31
            2,,a*[1]?'b,9999-12-31
            10,2026-01-01T00:00:00Z,,
            """);
  }

  @Test
  void readsOlderVersionsAndJoins() {
    assertThat(
            query(
                "SELECT count(*) AS before, (SELECT count(*) FROM silver.trips) AS now"
                    + " FROM silver.trips AT (VERSION => 1)",
                "--json"))
        .isZero();
    assertThat(out.toString()).isEqualToNormalizingNewlines("[\n{\"before\":5,\"now\":3}]\n");
    assertThat(query("FROM ledger.\"market-risk\" l JOIN silver.trips t ON l.gap = t.id")).isZero();
    assertThat(query("FROM silver.trips AT (VERSION => 77)")).isEqualTo(1);
    assertThat(query("FROM silver.trips AT (TIMESTAMP => 'yesterday')")).isEqualTo(1);
    assertThat(err.toString()).contains("\"yesterday\" is no time");
  }

  @Test
  void readsNothingElseAndWritesNothing() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret.csv"), "a\n1\n");
    Path parquet = folder.resolve("lake/silver/trips/2.parquet");
    byte[] before = Files.readAllBytes(parquet);
    for (String sql :
        new String[] {
          "FROM read_csv('" + secret + "')",
          "FROM '" + secret + "'",
          "FROM read_text('/etc/hostname')",
          "FROM glob('" + folder + "/*')",
          "COPY (SELECT 1) TO '" + parquet + "'",
          "COPY silver.trips TO '" + parquet + "' (FORMAT parquet)",
          "SELECT 1) UNION (SELECT 2); COPY (SELECT 1",
          "SET enable_external_access = true",
          "ATTACH '" + folder.resolve("x.db") + "'",
          "INSTALL httpfs",
          "CREATE TABLE x AS SELECT 1",
        }) {
      assertThat(query(sql)).as(sql).isEqualTo(1);
    }
    assertThat(Files.readAllBytes(parquet)).isEqualTo(before);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).doesNotContain("Exception");
  }

  @Test
  void namesTheTablesWhenOneIsNotThere() {
    assertThat(query("FROM silver.none")).isEqualTo(1);
    assertThat(err.toString()).contains("Tables: ledger.\"market-risk\", silver.trips");
    assertThat(query("SELEC 1")).isEqualTo(1);
  }

  @Test
  void showsRowsOfATableByConditionAndOrder() {
    assertThat(
            table("--where", "id < 10 -- small", "--order-by", "id DESC", "--columns", "id,zone"))
        .isZero();
    assertThat(out.toString()).containsSubsequence("id", "zone", "2", "0").doesNotContain("10");
    assertThat(table("--count", "--version", "1", "--json")).isZero();
    assertThat(out.toString()).contains("\"rows\" : 5");
    assertThat(table("--where", "nonsense = 1")).isEqualTo(1);
    assertThat(err.toString()).contains("nonsense");
  }

  private int table(String... options) {
    String[] all = new String[options.length + 3];
    all[0] = "table";
    all[1] = "show";
    all[2] = "silver/trips";
    System.arraycopy(options, 0, all, 3, options.length);
    return run(all);
  }

  @Test
  void valuesDoNotSteerTheTerminal() throws Exception {
    String hostile = "\u001b[2J\u009b31m\u202e\r";
    String sql = "SELECT '%s' AS \"a%s\", chr(10) || 'second' AS b".formatted(hostile, hostile);
    assertThat(query(sql)).isZero();
    assertThat(out.toString())
        .contains("\\u001b[2J\\u009b31m\\u202e\\u000d", "\\u000asecond")
        .isEqualTo(TerminalText.escape(out.toString()));

    out.getBuffer().setLength(0);
    assertThat(query(sql, "--format", "json")).isZero();
    JsonNode row = new ObjectMapper().readTree(out.toString()).get(0);
    assertThat(row.get("a" + hostile).asText()).isEqualTo(hostile);
    assertThat(row.get("b").asText()).isEqualTo("\nsecond");
    assertThat(out.toString()).isEqualTo(TerminalText.escape(out.toString()));

    out.getBuffer().setLength(0);
    assertThat(query(sql, "--format", "csv")).isZero();
    assertThat(out.toString())
        .isEqualTo("\"a%s\",b\r\n\"%s\",\"\nsecond\"\r\n".formatted(hostile, hostile));
  }

  @Test
  void messagesDoNotSteerTheTerminal() throws IOException {
    Path table = Files.createDirectories(lake.resolve("silver/\u001b[2Jgone"));
    Files.createDirectories(table.resolve("_delta_log"));
    Files.writeString(
        table.resolve("_delta_log/00000000000000000000.json"), "\u001b]0;title\u0007");
    Files.createDirectories(folder.resolve("logs"));
    Files.writeString(folder.resolve("logs/kafka.log"), "2026 \u001b[31mred\u0008\n");
    Files.writeString(folder.resolve("\u001b[8mhidden.yaml"), "kind: Pipeline\n");
    for (String[] command :
        new String[][] {
          {"query", "SELEC '\u001b[2J'"},
          {"query", "FROM silver.\"\u001b[2Jgone\""},
          {"table", "list"},
          {"table", "show", "silver/\u001b[2Jgone"},
          {"table", "history", "silver/\u001b[2Jgone"},
          {"logs"},
          {"logs", "\u001b[2J"},
          {"validate", folder.toString()},
          {"validate", folder.resolve("\u009bnone").toString()},
          {"\u001b[2J"},
          {"query", "--\u001b[2J"}
        }) {
      run(command);
      assertThat(out.toString()).isEqualTo(TerminalText.escape(out.toString()));
      assertThat(err.toString()).isEqualTo(TerminalText.escape(err.toString()));
    }
    assertThat(out.toString()).contains("\\u001b[31mred\\u0008", "\\u001b[8mhidden.yaml");
    assertThat(err.toString()).contains("\\u001b[2Jgone");
  }

  private int query(String sql, String... options) {
    String[] all = new String[options.length + 2];
    all[0] = "query";
    all[1] = sql;
    System.arraycopy(options, 0, all, 2, options.length);
    return run(all);
  }

  private int run(String... arguments) {
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--home";
    all[arguments.length + 1] = folder.toString();
    return Main.commandLine(
            TestingCommands.context(folder), new LocalPlatform(folder.resolve("dist")), log -> {})
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all);
  }
}
