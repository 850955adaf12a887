package io.sluice.delta.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.delta.live.Moves;
import io.sluice.delta.live.MovesFile;
import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.source.DeltaSource;
import io.sluice.delta.storage.OpenReads;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.apache.flink.table.data.GenericRowData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.roaringbitmap.RoaringBitmap;

/**
 * A stranger writes numbers into the files of a table that ask for memory or time without end. Each
 * is compared with what is there first.
 */
class ForgedNumbersTest extends ForgedTable {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"version\":10,\"parts\":2000000000",
        "\"version\":10,\"parts\":2147483647",
        "\"version\":10,\"parts\":9000",
        "\"version\":10,\"parts\":0",
        "\"version\":10,\"parts\":-1",
        "\"version\":10,\"parts\":18446744073709551617",
        "\"version\":10,\"parts\":1e300",
        "\"version\":10,\"parts\":\"2\"",
        "\"version\":9223372036854775807",
        "\"version\":9223372036854775806",
        "\"version\":9223372036854775806,\"parts\":2000000000",
        "\"version\":11",
        "\"version\":10,\"v2Checkpoint\":{\"path\":\"../../../../../../etc/passwd\"}",
        "\"version\":11,\"v2Checkpoint\":{\"path\":\"../../../../../../etc/passwd\"}"
      })
  void aForgedLastCheckpointIsPassedOver(String claims) throws Exception {
    Files.writeString(
        log.resolve("_last_checkpoint"),
        "{\"size\":9223372036854775807,\"sizeInBytes\":9223372036854775807," + claims + "}");

    assertUnharmed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000000000000000011.checkpoint.0000000001.2000000000.parquet",
        "00000000000000000011.checkpoint.2000000000.2000000000.parquet",
        "00000000000000000011.checkpoint.0000000001.9999999999.parquet",
        "00000000000000000011.checkpoint.0000000001.0000000003.parquet",
        "09223372036854775807.json",
        "99999999999999999999.json",
        "999999999999999999999999.json",
        "99999999999999999999.checkpoint.parquet",
        "99999999999999999999.crc",
        "09223372036854775807.checkpoint.parquet"
      })
  void namesWithForgedNumbersArePassedOver(String name) throws Exception {
    Files.copy(log.resolve("00000000000000000010.checkpoint.parquet"), log.resolve(name));

    assertUnharmed();
  }

  @Test
  void theLastVersionThatThereCanBeIsNotSearchedFor() throws Exception {
    String name = "0%d.checkpoint.parquet".formatted(Long.MAX_VALUE - 1);
    Files.copy(log.resolve("00000000000000000010.checkpoint.parquet"), log.resolve(name));
    Files.writeString(
        log.resolve("_last_checkpoint"), "{\"version\":%d}".formatted(Long.MAX_VALUE - 1));
    move();

    soon(() -> assertThatThrownBy(() -> table.rows()).hasMessageContaining(path));
  }

  @Test
  void anEntryFarBehindTheLastIsToldAsAGap() throws Exception {
    Files.copy(TestingLog.entry(table.path, 12), log.resolve("09223372036854775806.json"));

    move();
    soon(
        () ->
            assertThatThrownBy(() -> table.rows()).hasMessageContainingAll(path, "not contiguous"));
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, 1L << 40, -1, Long.MIN_VALUE})
  void aForgedSizeMakesNoSplits(long size) throws Exception {
    forge(add -> add.put("size", size));
    for (DeltaSource source :
        List.of(
            DeltaSource.snapshot(path).build(),
            DeltaSource.appends(path).fromVersion(12).build())) {
      soon(
          () ->
              assertThatThrownBy(() -> read(source))
                  .hasMessageContainingAll(path, Long.toString(size), "bytes"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-5", "18446744073709551617"})
  void aForgedNumberOfRowsIsRefused(String rows) throws Exception {
    forge(add -> add.put("stats", "{\"numRecords\":" + rows + "}"));

    soon(
        () ->
            assertThatThrownBy(() -> DeltaTables.detail(path)).hasMessageContainingAll(path, rows));
  }

  @Test
  void anAppendThatDoesNotFitIntoANumberIsRefused() throws Exception {
    DeltaSource source = DeltaSource.appends(path).fromVersion(12).build();
    forge(add -> add.put("size", new BigInteger("18446744073709551617")));

    soon(
        () ->
            assertThatThrownBy(() -> read(source))
                .hasMessageContainingAll("Version 12", path, "18446744073709551617"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "delta.checkpointInterval=0",
        "delta.checkpointInterval=-1",
        "delta.checkpointInterval=99999999999999999999",
        "delta.logRetentionDuration=interval 9223372036854775807 weeks",
        "delta.logRetentionDuration=interval -1 days",
        "delta.deletedFileRetentionDuration=interval 9223372036854775807 weeks",
        "delta.deletedFileRetentionDuration=soon",
        "delta.dataSkippingNumIndexedCols=2147483647",
        "delta.dataSkippingNumIndexedCols=-2147483648",
        "delta.columnMapping.maxColumnId=9223372036854775807"
      })
  void aForgedPropertyEndsInASentenceAtMost(String property) throws Exception {
    String[] parts = property.split("=");
    entries.set(parts[0], parts[1]);
    List<Executable> uses =
        List.of(
            () -> table.rows(),
            () -> DeltaTables.detail(path),
            () -> read(DeltaSource.snapshot(path).build()),
            () -> table.append(GenericRowData.of(13L)),
            () -> DeltaMaintenance.optimize(path, 1 << 20, false),
            () -> DeltaMaintenance.checkpoint(path, false),
            () -> DeltaMaintenance.vacuum(path, DeltaMaintenance.DEFAULT_RETENTION, true, false));
    for (Executable use : uses) {
      soon(
          () -> {
            try {
              use.execute();
            } catch (IOException | RuntimeException e) {
              assertThat(e.getMessage()).containsAnyOf(path, parts[0]);
            }
          });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MAX_VALUE, 2_000_000_000, -1})
  void theFilesOfAMovesFileAreCounted(int count) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(1);
    out.writeInt(count);
    out.write(new byte[64]);
    CRC32 checksum = new CRC32();
    checksum.update(bytes.toByteArray());
    out.writeInt((int) checksum.getValue());
    Path folder = Files.createDirectories(table.path.resolve(MovesFile.FOLDER));
    Files.write(folder.resolve("x.moves"), bytes.toByteArray());

    soon(
        () ->
            assertThatThrownBy(
                    () ->
                        MovesFile.read(
                            TestingStorage.of(table.path), MovesFile.FOLDER + "/x.moves"))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("x.moves", path, "damaged", count + " files"));
  }

  @ParameterizedTest
  @CsvSource({"-1, 0, 0", "5, -1, 0", "5, 0, 5", "5, 0, -1"})
  void theRowsOfAMovesFileAreCompared(int rows, int first, int gone) throws Exception {
    Moves.Moved moved =
        Moves.Moved.of(
            new UUID(0, 1), null, new UUID(0, 2), rows, first, RoaringBitmap.bitmapOf(gone));
    String file = MovesFile.write(TestingStorage.of(table.path), new Moves(List.of(moved)));
    assertThatThrownBy(() -> MovesFile.read(TestingStorage.of(table.path), file))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(
            path, "damaged", "should have had %d rows, now from %d on".formatted(rows, first));
  }

  private static void writeLarge(Path file) throws IOException {
    try (SeekableByteChannel large =
        Files.newByteChannel(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      large.position(1L << 30).write(ByteBuffer.wrap(new byte[1]));
    }
  }

  /** Such files are written by us, and small. */
  @Test
  void filesThatCannotBeSoLargeAreNotRead() throws Exception {
    Path reads = Files.createDirectories(table.path.resolve(OpenReads.FOLDER));
    writeLarge(reads.resolve("r.json"));
    writeLarge(Files.createDirectories(table.path.resolve(MovesFile.FOLDER)).resolve("x.moves"));
    soon(
        () ->
            assertThatThrownBy(
                    () ->
                        MovesFile.read(
                            TestingStorage.of(table.path), MovesFile.FOLDER + "/x.moves"))
                .hasMessageContainingAll("x.moves", "more than 268435456 bytes"));
    soon(
        () ->
            assertThatThrownBy(() -> new OpenReads(TestingStorage.of(table.path)).all())
                .hasMessageContainingAll("r.json", "more than 65536 bytes"));
  }

  @Test
  void anOpenReadOfANumberThatIsNoneIsNotTakenForAnother() throws Exception {
    Path reads = Files.createDirectories(table.path.resolve(OpenReads.FOLDER));
    Files.writeString(reads.resolve("r.json"), "{\"version\":18446744073709551617}");
    assertThatThrownBy(() -> new OpenReads(TestingStorage.of(table.path)).all())
        .hasMessageContainingAll("r.json", "names no version");
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775807", "-9223372036854775808"})
  void anOpenReadOfNoVersionEndsAVacuum(String version) throws Exception {
    Path reads = Files.createDirectories(table.path.resolve(OpenReads.FOLDER));
    Files.writeString(reads.resolve("r.json"), "{\"version\":" + version + "}");
    soon(() -> DeltaMaintenance.vacuum(path, DeltaMaintenance.DEFAULT_RETENTION, true, false));
    try (Stream<Path> left = Files.list(reads)) {
      assertThat(left).hasSize(1);
    }
  }
}
