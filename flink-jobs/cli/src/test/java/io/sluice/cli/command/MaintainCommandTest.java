package io.sluice.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.Main;
import io.sluice.cli.TestingCommands;
import io.sluice.cli.TestingPlatform;
import io.sluice.cli.platform.LocalPlatform;
import io.sluice.cli.platform.Platform;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaintainCommandTest {
  @TempDir private Path folder;
  private final TestingPlatform testing = new TestingPlatform();
  private Platform platform = testing;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void optimizeAndZorderSayWhatChanged() {
    assertThat(run("maintain", "optimize", "silver/trades")).isZero();
    assertThat(out.toString())
        .isEqualTo("silver/trades: 12 files (3.0 MB) became 1 (2.0 MB) in version 9.\n");
    assertThat(err.toString())
        .isEqualTo("2 files left as they are: another writer changed the table meanwhile.\n");
    assertThat(
            run(
                "maintain",
                "zorder",
                "silver/trades",
                "--columns",
                "symbol,price",
                "--target-size",
                "64kb",
                "--dry-run"))
        .isZero();
    assertThat(out.toString()).contains("silver/trades: 12 files (3.0 MB) would become about 1.\n");
    assertThat(testing.calls)
        .containsExactly(
            "optimize silver/trades 134217728", "zorder silver/trades [symbol, price] 65536 dry");
    assertThat(run("maintain", "optimize", "silver/trades", "--json")).isZero();
    assertThat(out.toString())
        .contains("\"table\" : \"silver/trades\"", "\"version\" : 9", "\"filesDropped\" : 2");
  }

  /** The home's own store would be asked for the other's bucket, and may have one of that name. */
  @Test
  void aHomeWithAStoreOfItsOwnReachesNoOther() {
    testing.lake = "s3://sluice/lake";

    assertThat(run("maintain", "vacuum", "silver/trades", "--lake", "s3://other/lake")).isNotZero();
    assertThat(err.toString()).contains("s3://other/lake", "s3://sluice/lake", "--home DIR");
    assertThat(testing.calls).isEmpty();
    assertThat(run("maintain", "optimize", "silver/trades", "--lake", "s3://sluice/lake")).isZero();
  }

  @Test
  void vacuumListsWhatItWouldRemove() {
    assertThat(run("maintain", "vacuum", "silver/trades", "--dry-run")).isZero();
    assertThat(out.toString())
        .isEqualTo(
            """
            day=1/a.parquet
            b.bin
            silver/trades: 2 files (1.5 KB) of before 1970-01-01T00:00:00Z would be removed.
            """);
    assertThat(err.toString())
        .contains(
            "Files were kept for 1 open read: r1 of version 7, last seen 1970-01-01T00:00:00Z.",
            "Nothing was kept for 1 open read",
            "r2 of version 3");
    assertThat(
            run("maintain", "vacuum", "silver/trades", "--retention", "36h", "--force", "--json"))
        .isZero();
    assertThat(out.toString())
        .contains("\"bytes\" : 1500", "\"b.bin\"", "\"dryRun\" : false")
        .containsSubsequence("\"openReads\"", "\"r1\"", "\"expiredReads\"", "\"r2\"");
    assertThat(testing.calls)
        .containsExactly("vacuum silver/trades PT168H dry", "vacuum silver/trades PT36H unchecked");
  }

  @Test
  void vacuumRefusesWhileAnOlderSavepointIsKept() throws IOException {
    Path savepoint = restorePoint("savepoints/market-risk/savepoint-1", Duration.ofDays(8));
    Path checkpoint = restorePoint("checkpoints/job1/chk-7", Duration.ofDays(9));
    restorePoint("checkpoints/job2/chk-7", Duration.ofMinutes(1));

    assertThat(run("maintain", "vacuum", "silver/trades")).isEqualTo(1);
    assertThat(err.toString())
        .contains("Vacuum of silver/trades", checkpoint.toString(), "1 more", "--force");
    Files.delete(checkpoint.resolve("_metadata"));
    assertThat(run("maintain", "vacuum", "silver/trades", "--dry-run")).isEqualTo(1);
    assertThat(err.toString()).contains(savepoint.toString());
    assertThat(testing.calls).isEmpty();

    assertThat(run("maintain", "vacuum", "silver/trades", "--retention", "9d")).isZero();
    assertThat(run("maintain", "vacuum", "silver/trades", "--force")).isZero();
    Files.delete(savepoint.resolve("_metadata"));
    assertThat(run("maintain", "vacuum", "silver/trades")).isZero();
  }

  private Path restorePoint(String name, Duration age) throws IOException {
    Path point = Files.createDirectories(folder.resolve("home").resolve(name));
    Path metadata = Files.writeString(point.resolve("_metadata"), "");
    Files.setLastModifiedTime(metadata, FileTime.from(Instant.now().minus(age)));
    return point;
  }

  @Test
  void severalTablesAreMaintainedOneAfterTheOther() {
    testing.tables = java.util.List.of("bronze/trades", "silver/trades");
    assertThat(run("maintain", "vacuum", "--all", "--lake", "s3://company/lake")).isZero();
    assertThat(run("maintain", "optimize", "silver/trades", "gold/x", "--json")).isZero();
    assertThat(testing.calls)
        .containsExactly(
            "vacuum bronze/trades PT168H",
            "vacuum silver/trades PT168H",
            "optimize silver/trades 134217728",
            "optimize gold/x 134217728");
    assertThat(out.toString()).contains("\"table\" : \"silver/trades\"", "\"table\" : \"gold/x\"");
  }

  @Test
  void aTableThatFailsDoesNotKeepTheOthersFromIt() throws IOException {
    platform = new LocalPlatform(folder);
    emptyTable("silver/trips");
    Files.createDirectories(folder.resolve("home/lake/silver/broken/_delta_log"));
    Files.writeString(
        folder.resolve("home/lake/silver/broken/_delta_log/00000000000000000000.json"), "{no");

    assertThat(run("maintain", "checkpoint", "--all")).isEqualTo(1);
    assertThat(err.toString()).contains("sluice: silver/broken: ").doesNotContain("\tat ");
    assertThat(out.toString()).contains("silver/trips: version 0 has a log checkpoint now");
  }

  @Test
  void wrongUsageIsTold() {
    assertThat(run("maintain", "vacuum")).isEqualTo(2);
    assertThat(err.toString()).contains("Name tables, or give --all.");
    assertThat(run("maintain", "vacuum", "silver/trades", "--all")).isEqualTo(2);
    assertThat(run("maintain")).isEqualTo(2);
    assertThat(err.toString()).contains("optimize, zorder, vacuum, checkpoint, pause or resume");
    assertThat(run("maintain", "zorder", "silver/trades")).isEqualTo(2);
    assertThat(err.toString()).contains("--columns");
    assertThat(run("maintain", "optimize", "silver/trades", "--target-size", "much")).isEqualTo(2);
    assertThat(err.toString()).contains("'much' is no size");
    assertThat(run("maintain", "vacuum", "silver/trades", "--retention", "7")).isEqualTo(2);
    assertThat(err.toString()).contains("'7' is no duration");
    assertThat(testing.calls).isEmpty();
  }

  @Test
  void aPauseTellsWhenItEndsAndHowToEndIt() {
    assertThat(run("maintain", "pause", "silver/trades", "--for", "90s")).isZero();
    assertThat(out.toString())
        .isEqualTo(
            "silver/trades is paused until 1970-01-01T00:01:30Z. End it earlier with: ./sluice maintain resume silver/trades\n");
    assertThat(run("maintain", "resume", "silver/trades")).isZero();
    assertThat(out.toString()).contains("silver/trades is no longer paused.");
    assertThat(testing.calls)
        .containsExactly("pause silver/trades PT1M30S", "resume silver/trades");

    assertThat(run("maintain", "pause", "silver/trades", "--for", "11m")).isEqualTo(2);
    assertThat(err.toString()).contains("at most 10m");
    assertThat(run("maintain", "pause", "silver/trades", "--for", "1h")).isEqualTo(2);
    assertThat(err.toString()).contains("'1h' is no duration");
  }

  @Test
  void aRealTableIsPaused() throws IOException {
    platform = new LocalPlatform(folder);
    emptyTable("silver/trips");

    assertThat(run("maintain", "pause", "silver/trips")).isZero();
    assertThat(run("table", "detail", "silver/trips")).isZero();
    assertThat(out.toString()).contains("pausedUntil");
    assertThat(run("maintain", "resume", "silver/trips")).isZero();
    assertThat(run("maintain", "resume", "silver/trips")).isZero();
    assertThat(out.toString())
        .contains("silver/trips is no longer paused.", "silver/trips was not paused.");
  }

  @Test
  void aRealTableIsMaintained() throws IOException {
    platform = new LocalPlatform(folder);
    Path table = emptyTable("silver/trips");
    Path orphan = Files.writeString(table.resolve("part-1.parquet"), "12345");
    Files.setLastModifiedTime(orphan, FileTime.from(Instant.now().minus(Duration.ofDays(8))));

    assertThat(run("maintain", "optimize", "silver/trips")).isZero();
    assertThat(run("maintain", "zorder", "silver/trips", "--columns", "id")).isZero();
    assertThat(run("maintain", "vacuum", "silver/trips", "--dry-run")).isZero();
    assertThat(orphan).exists();
    assertThat(run("maintain", "vacuum", "silver/trips")).isZero();
    assertThat(orphan).doesNotExist();
    assertThat(run("maintain", "checkpoint", "silver/trips", "--dry-run")).isZero();
    assertThat(run("maintain", "checkpoint", "silver/trips")).isZero();
    assertThat(run("maintain", "checkpoint", "silver/trips")).isZero();
    assertThat(run("maintain", "checkpoint", "silver/trips", "--json")).isZero();

    assertThat(table.resolve("_delta_log/00000000000000000000.checkpoint.parquet")).exists();
    assertThat(out.toString())
        .containsSubsequence(
            "silver/trips: nothing was done.",
            "silver/trips: nothing was done.",
            "part-1.parquet",
            "1 file (5 B)",
            "would be removed",
            "removed",
            "version 0 has no log checkpoint yet",
            "version 0 has a log checkpoint now",
            "version 0 has a log checkpoint already",
            "\"missing\" : false");
  }

  @Test
  void refusalsOfTheTableEndWithOne() throws IOException {
    platform = new LocalPlatform(folder);
    emptyTable("silver/trips");

    assertThat(run("maintain", "vacuum", "silver/trips", "--retention", "1h")).isEqualTo(1);
    assertThat(err.toString()).contains("retention check", "1 hours");
    assertThat(run("maintain", "zorder", "silver/trips", "--columns", "nope")).isEqualTo(1);
    assertThat(err.toString()).contains("'nope'", "not a column");
    assertThat(run("maintain", "optimize", "silver/none")).isEqualTo(1);
    assertThat(err.toString())
        .contains("There is no table silver/none", "'sluice table list' shows all");
    assertThat(run("maintain", "optimize", "../trips")).isEqualTo(1);
    assertThat(err.toString()).contains("names no table");
  }

  private Path emptyTable(String name) throws IOException {
    Path table = folder.resolve("home/lake").resolve(name);
    Path log = Files.createDirectories(table.resolve("_delta_log"));
    Files.writeString(
        log.resolve("00000000000000000000.json"),
        """
        {"protocol":{"minReaderVersion":1,"minWriterVersion":2}}
        {"metaData":{"id":"1","format":{"provider":"parquet","options":{}},"schemaString":"{\\"type\\":\\"struct\\",\\"fields\\":[{\\"name\\":\\"id\\",\\"type\\":\\"long\\",\\"nullable\\":true,\\"metadata\\":{}}]}","partitionColumns":[],"configuration":{},"createdTime":1}}
        """);
    return table;
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
