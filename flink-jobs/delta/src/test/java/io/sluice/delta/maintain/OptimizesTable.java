package io.sluice.delta.maintain;

import io.sluice.delta.rewrite.RewriteResult;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A table of small files, and the ways to pack them. */
abstract class OptimizesTable {

  static final RowType TYPE =
      RowType.of(
          new LogicalType[] {new BigIntType(), VarCharType.STRING_TYPE},
          new String[] {"id", "text"});
  static final long TARGET = DeltaMaintenance.DEFAULT_TARGET_FILE_SIZE;

  @TempDir Path lake;

  TestingTable table;
  TestingLog log;
  String path;

  @BeforeEach
  void create() {
    use(new TestingTable(lake.resolve("silver/trades"), TYPE));
  }

  void use(TestingTable other) {
    table = other;
    path = TestingStorage.address(table.path);
    log = new TestingLog(table.path);
  }

  static GenericRowData row(long id, String text) {
    return GenericRowData.of(id, text == null ? null : StringData.fromString(text));
  }

  List<Path> parquetFiles() throws IOException {
    try (Stream<Path> files = Files.walk(table.path)) {
      return files
          .filter(file -> file.toString().endsWith(".parquet"))
          .filter(file -> !file.toString().contains("_delta_log"))
          .toList();
    }
  }

  RewriteResult optimize() throws IOException {
    return DeltaMaintenance.optimize(path, TARGET, false);
  }

  RewriteResult optimizeWhile(ThrowingRunnable meanwhile) throws IOException {
    return new Compaction(TestingStorage.of(table.path), TARGET, meanwhile.unchecked()).run(false);
  }

  @FunctionalInterface
  interface ThrowingRunnable {
    void run() throws Exception;

    default Runnable unchecked() {
      return () -> {
        try {
          run();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      };
    }
  }
}
