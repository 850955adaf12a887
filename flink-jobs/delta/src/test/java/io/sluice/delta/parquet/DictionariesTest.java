package io.sluice.delta.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.commit.DeltaWriteResult;
import io.sluice.delta.schema.DeltaTypes;
import io.sluice.delta.sink.DeltaWriter;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DictionariesTest {

  private static final int ENOUGH = Dictionaries.ENOUGH_VALUES;

  private static final RowType TYPE =
      RowType.of(
          new LogicalType[] {new BigIntType(), VarCharType.STRING_TYPE, VarCharType.STRING_TYPE},
          new String[] {"id", "few", "text"});

  @TempDir Path directory;

  private final Dictionaries dictionaries = new Dictionaries();
  private long nextId;

  private GenericRowData nextRow(LongFunction<String> text) {
    long id = nextId++;
    String value = text.apply(id);
    return GenericRowData.of(
        id,
        StringData.fromString("value " + id % 3),
        value == null ? null : StringData.fromString(value));
  }

  private static String unique(long id) {
    return "unique " + id;
  }

  private static String repeated(long id) {
    return "repeated " + id % 5;
  }

  /** Ends a file and returns its columns that have a dictionary. */
  private Set<String> write(int rows, LongFunction<String> text) throws Exception {
    return finish(open("file-" + nextId), rows, text);
  }

  private DataFile open(String name) throws Exception {
    return new DataFile(
        TestingStorage.of(directory),
        name,
        Map.of(),
        new RowDataWriteSupport(TYPE, List.of()),
        dictionaries,
        1L << 20);
  }

  private Set<String> finish(DataFile file, int rows, LongFunction<String> text) throws Exception {
    for (int i = 0; i < rows; i++) {
      file.write(nextRow(text));
    }
    String path = file.finish(new FileStatistics(DeltaTypes.toDelta(TYPE))).path();
    try (ParquetFileReader reader =
        ParquetFileReader.open(new LocalInputFile(directory.resolve(path)))) {
      return reader.getFooter().getBlocks().get(0).getColumns().stream()
          .filter(ColumnChunkMetaData::hasDictionaryPage)
          .map(chunk -> chunk.getPath().toDotString())
          .collect(Collectors.toSet());
    }
  }

  private void skipToRetry() {
    for (int file = 0; file < Dictionaries.RETRY_FILES; file++) {
      assertThat(dictionaries.withoutInNextFile()).contains("text");
    }
  }

  @Test
  void uniqueValuesLoseTheirDictionaryFromTheSecondFileOnAndRepeatedOnesKeepIt() throws Exception {
    assertThat(dictionaries.withoutInNextFile()).isEmpty();
    assertThat(write(ENOUGH, DictionariesTest::unique)).containsOnly("few");
    assertThat(dictionaries.withoutInNextFile()).containsOnly("id", "text");
    // Repeated values show that the second file did not even try.
    assertThat(write(ENOUGH, DictionariesTest::repeated)).containsOnly("few");
    assertThat(dictionaries.withoutInNextFile()).containsOnly("id", "text");
  }

  @Test
  void aColumnThatBecomesRepetitiveWinsItsDictionaryBack() throws Exception {
    write(ENOUGH, DictionariesTest::unique);
    skipToRetry();
    assertThat(write(ENOUGH, DictionariesTest::repeated)).containsOnly("few", "text");
    assertThat(dictionaries.withoutInNextFile()).containsOnly("id");
  }

  @Test
  void aColumnThatStaysUniqueTriesInOneFileOnly() throws Exception {
    write(ENOUGH, DictionariesTest::unique);
    skipToRetry();
    assertThat(dictionaries.withoutInNextFile()).isEmpty();
    skipToRetry();
  }

  @Test
  void fewValuesCondemnNoDictionary() throws Exception {
    write(ENOUGH - 1, DictionariesTest::unique);
    write(ENOUGH + 5, id -> id % ENOUGH == 0 ? unique(id) : null);
    assertThat(dictionaries.withoutInNextFile()).containsOnly("id");
  }

  @Test
  void aFileThatWasToldToGoWithoutIsNoEvidence() throws Exception {
    write(ENOUGH, DictionariesTest::unique);
    DataFile without = open("opened-before-the-retry");
    for (int file = 1; file < Dictionaries.RETRY_FILES; file++) {
      assertThat(dictionaries.withoutInNextFile()).contains("text");
    }
    write(ENOUGH, DictionariesTest::repeated);
    finish(without, ENOUGH, DictionariesTest::repeated);
    assertThat(dictionaries.withoutInNextFile()).doesNotContain("text");
  }

  @Test
  void valuesReadBackTheSameWithAndWithoutADictionary() throws Exception {
    TestingTable table = new TestingTable(directory.resolve("t"), TYPE);
    try (DeltaWriter writer = table.writer(0)) {
      for (long checkpoint = 1; checkpoint <= 3; checkpoint++) {
        for (int i = 0; i < ENOUGH; i++) {
          writer.write(nextRow(DictionariesTest::unique), null);
        }
        DeltaWriteResult result = writer.prepareCommit().iterator().next();
        long previous = checkpoint == 1 ? -1 : checkpoint - 1;
        table.commit(table.committable("a", checkpoint, previous, result));
      }
    }
    assertThat(table.rows())
        .hasSize(3 * ENOUGH)
        .allSatisfy(
            row -> {
              long id = (Long) row.get("id");
              assertThat(row.get("few")).isEqualTo("value " + id % 3);
              assertThat(row.get("text")).isEqualTo(unique(id));
            });
    assertThat(table.values("id")).doesNotHaveDuplicates();
  }
}
