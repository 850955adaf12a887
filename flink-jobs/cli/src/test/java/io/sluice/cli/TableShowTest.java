package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.platform.LocalPlatform;
import io.sluice.cli.platform.Platform;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which version of a table is shown. */
class TableShowTest {
  private static final String COLUMN =
      "{\\\"name\\\":\\\"%s\\\",\\\"type\\\":\\\"long\\\",\\\"nullable\\\":true,\\\"metadata\\\":{}}";

  @TempDir private Path folder;
  private final TestingPlatform testing = new TestingPlatform();
  private Platform platform = testing;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aTableIsShownAsItWas() {
    assertThat(run("table", "show", "silver/trades", "--version", "1")).isZero();
    for (String time :
        new String[] {
          "2026-01-31T13:45:00Z",
          "2026-01-31T13:45",
          "2026-01-31 13:45:00",
          "2026-01-31T14:45:00.000+01:00",
          "2026-01-31"
        }) {
      assertThat(run("table", "show", "silver/trades", "--as-of", time)).as(time).isZero();
    }

    assertThat(testing.calls)
        .contains(
            "rows of silver/trades 1",
            "version of silver/trades at 2026-01-31T13:45:00Z",
            "version of silver/trades at 2026-01-31T00:00:00Z",
            "rows of silver/trades 2");
    assertThat(testing.calls.stream().filter(call -> call.endsWith("T13:45:00Z"))).hasSize(4);
  }

  @Test
  void aWrongChoiceOfTheVersionIsWrongUsage() {
    assertThat(run("table", "show", "silver/trades", "--as-of", "yesterday")).isEqualTo(2);
    assertThat(err.toString()).contains("--as-of", "2026-01-31T13:45:00Z", "\"yesterday\"");
    assertThat(run("table", "show", "silver/trades", "--as-of", "2026-02-30")).isEqualTo(2);
    assertThat(run("table", "show", "silver/trades", "--version", "1", "--as-of", "2026-01-31"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--version or --as-of");
  }

  @Test
  void aRealTableIsShownAsItWas() throws IOException {
    realTable();

    assertThat(run("table", "show", "silver/trips")).isZero();
    assertThat(out.toString()).containsPattern("id +more");
    out.getBuffer().setLength(0);
    assertThat(run("table", "show", "silver/trips", "--as-of", "2026-01-01T12:00:00Z")).isZero();
    assertThat(run("table", "show", "silver/trips", "--as-of", "2026-01-01")).isZero();
    assertThat(run("table", "show", "silver/trips", "--version", "0")).isZero();
    assertThat(out.toString()).contains("id").doesNotContain("more");
    assertThat(run("table", "show", "silver/trips", "--as-of", "2026-01-02")).isZero();
    assertThat(out.toString()).containsPattern("id +more");
  }

  @Test
  void whatTheTableDoesNotHaveEndsWithOne() throws IOException {
    realTable();

    assertThat(run("table", "show", "silver/trips", "--as-of", "2025-12-31T23:59:59.999Z"))
        .isEqualTo(1);
    assertThat(err.toString())
        .contains("silver/trips did not exist", "first version, 0", "2026-01-01T00:00:00Z");
    assertThat(run("table", "show", "silver/trips", "--version", "2")).isEqualTo(1);
    assertThat(err.toString()).contains("no version 2", "0 to 1");
    assertThat(run("table", "show", "silver/trips", "--version", "0", "--columns", "more"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("Version 0", "no column more", "it has: id");
    assertThat(run("table", "show", "silver/none", "--as-of", "2026-01-01")).isEqualTo(1);
    assertThat(err.toString())
        .contains("There is no table silver/none in")
        .contains(". 'sluice table list' shows all 1.");
    assertThat(run("table", "show", "silver/trisp")).isEqualTo(1);
    assertThat(err.toString()).contains("Did you mean 'silver/trips'? 'sluice table list'");
    assertThat(run("table", "show", "gold/trips", "--count")).isEqualTo(1);
    assertThat(err.toString()).contains("Of that name there is silver/trips. 'sluice table list'");
  }

  @Test
  void tablesThatCannotBeReadAreListedWithTheirReason() throws IOException {
    realTable();
    String head = "{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":2}}\n";
    write(log("broken"), 3, head + metaData(COLUMN.formatted("id")));
    write(log("blank"), 0, head + "\n" + metaData(COLUMN.formatted("id")));
    write(
        log("stats"),
        0,
        head
            + metaData(COLUMN.formatted("id"))
            + "{\"add\":{\"path\":\"a.parquet\",\"partitionValues\":{},\"size\":1,\"modificationTime\":1,"
            + "\"dataChange\":true,\"stats\":\"not json\"}}\n");

    assertThat(run("table", "list")).isZero();

    assertThat(out.toString())
        .containsPattern("silver/trips +1 ")
        .containsPattern("silver/stats +0 ")
        .containsPattern("silver/broken .*silver/broken cannot be read: .*0.json is missing")
        .containsPattern("silver/blank .*silver/blank cannot be read: line 2 of .* is empty");
    out.getBuffer().setLength(0);
    assertThat(run("table", "list", "--json")).isZero();
    assertThat(out.toString()).contains("\"problem\" : null", "\"problem\" : \"Table ");
    for (String look : new String[] {"show", "history", "detail"}) {
      for (String table : new String[] {"broken", "blank", "stats"}) {
        err.getBuffer().setLength(0);
        assertThat(run("table", look, "silver/" + table)).as(look + " " + table).isEqualTo(1);
        assertThat(err.toString())
            .contains("silver/" + table, table.equals("stats") ? "a.parquet" : ".json");
      }
    }
  }

  @Test
  void theMachineFormsOfARealTable() throws IOException {
    realTable();

    assertForm("real-list", "table", "list", "--json");
    assertForm("real-history", "table", "history", "silver/trips", "--json");
    assertForm("real-schema", "table", "schema", "silver/trips", "--json");
    assertForm("real-detail", "table", "detail", "silver/trips", "--json");
  }

  @Test
  void aRealTableInColumns() throws IOException {
    realTable();

    assertForm("real-list", "table", "list");
    assertForm("real-history", "table", "history", "silver/trips");
    assertForm("real-schema", "table", "schema", "silver/trips");
    assertForm("real-detail", "table", "detail", "silver/trips");
  }

  private void assertForm(String name, String... arguments) throws IOException {
    out.getBuffer().setLength(0);
    assertThat(run(arguments)).isZero();
    MachineForms.check(name, folder, arguments, out.toString());
  }

  private Path log(String table) throws IOException {
    return Files.createDirectories(folder.resolve("home/lake/silver/" + table + "/_delta_log"));
  }

  /** Version 0 of January 1st has one column, version 1 of the 2nd two. */
  private void realTable() throws IOException {
    platform = new LocalPlatform(folder);
    Path log = Files.createDirectories(folder.resolve("home/lake/silver/trips/_delta_log"));
    String protocol = "{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":2}}\n";
    write(log, 0, protocol + metaData(COLUMN.formatted("id")));
    write(log, 1, metaData(COLUMN.formatted("id") + "," + COLUMN.formatted("more")));
  }

  private static String metaData(String columns) {
    return "{\"metaData\":{\"id\":\"1\",\"format\":{\"provider\":\"parquet\",\"options\":{}},"
        + "\"schemaString\":\"{\\\"type\\\":\\\"struct\\\",\\\"fields\\\":["
        + columns
        + "]}\",\"partitionColumns\":[],\"configuration\":{},\"createdTime\":1}}\n";
  }

  private static void write(Path log, int version, String actions) throws IOException {
    Path entry = Files.writeString(log.resolve("%020d.json".formatted(version)), actions);
    Files.setLastModifiedTime(
        entry, FileTime.from(Instant.parse("2026-01-0" + (version + 1) + "T00:00:00Z")));
  }

  private int run(String... arguments) {
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--home";
    all[arguments.length + 1] = folder.resolve("home").toString();
    return Main.commandLine(TestingCommands.context(folder), platform, log -> {})
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all);
  }
}
