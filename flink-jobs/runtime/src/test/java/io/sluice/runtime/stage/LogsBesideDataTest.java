package io.sluice.runtime.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** A database in a folder whose path is long, as Flink makes them when it divides state anew. */
class LogsBesideDataTest {
  @TempDir private Path folder;

  @BeforeAll
  static void load() {
    RocksDB.loadLibrary();
  }

  private Path deepFolder() throws Exception {
    return Files.createDirectories(folder.resolve("a".repeat(120)).resolve("b".repeat(120)));
  }

  @Test
  void theLogOfADatabaseIsInItsFolder() throws Exception {
    Path database = deepFolder();
    open(database, new LogsBesideData().createDBOptions(loggingTo(folder), List.of()));
    assertThat(database.resolve("LOG")).exists();
  }

  /** What it is there for: RocksDB names a log elsewhere after the whole path of its database. */
  @Test
  void aLogElsewhereNeedsAShortPath() throws Exception {
    Path database = deepFolder();
    assertThatThrownBy(() -> open(database, loggingTo(folder)))
        .isInstanceOf(RocksDBException.class)
        .hasMessageContaining("File name too long");
  }

  @Test
  void isWhatJobsOpenDatabasesWith() {
    ArrivalTimeBackend backend =
        new ArrivalTimeBackend.Factory()
            .createFromConfig(new Configuration(), getClass().getClassLoader());
    assertThat(backend.getRocksDBOptions()).isInstanceOf(LogsBesideData.class);
  }

  private static DBOptions loggingTo(Path logs) {
    return new DBOptions().setCreateIfMissing(true).setDbLogDir(logs.toString());
  }

  private static void open(Path database, DBOptions how) throws RocksDBException {
    try (how;
        ColumnFamilyOptions columns = new ColumnFamilyOptions();
        Options options = new Options(how, columns);
        RocksDB opened = RocksDB.open(options, database.toString())) {
      assertThat(opened.getName()).isEqualTo(database.toString());
    }
  }
}
