package io.sluice.delta.rewrite;

import io.sluice.delta.log.LiveFile;
import io.sluice.delta.log.TableFolder;
import io.sluice.delta.parquet.ParquetInput;
import io.sluice.delta.storage.NewFile;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;

/**
 * The row groups of some data files, to be put into one file as they are: that costs next to
 * nothing, where decoding and encoding rows costs what writing them did. No row can be left out.
 */
final class RowGroups {

  /** Readers pay for each row group: smaller ones are better made into large ones. */
  static final long ENOUGH_BYTES = 1L << 20;

  private static final ParquetReadOptions OPTIONS =
      ParquetReadOptions.builder(new PlainParquetConfiguration()).build();

  private record Source(String file, List<BlockMetaData> groups) {

    long rows() {
      return groups.stream().mapToLong(BlockMetaData::getRowCount).sum();
    }
  }

  private final TableStorage table;
  private final MessageType schema;
  private final List<Source> sources = new ArrayList<>();

  private RowGroups(TableStorage table, MessageType schema) {
    this.table = table;
    this.schema = schema;
  }

  /**
   * Empty unless all files have the schema of a new one, and large row groups.
   *
   * @param leastBytes of a row group, compressed, on average of its file
   */
  static Optional<RowGroups> of(
      TableStorage table, MessageType schema, List<LiveFile> files, long leastBytes)
      throws IOException {
    if (files.stream().anyMatch(file -> file.file().size() < leastBytes)) {
      return Optional.empty();
    }
    RowGroups all = new RowGroups(table, schema);
    TableFolder paths = new TableFolder(table);
    for (LiveFile file : files) {
      String path = paths.below(file.path());
      try (ParquetFileReader reader =
          ParquetFileReader.open(new ParquetInput(table, path), OPTIONS)) {
        Source source = new Source(path, reader.getRowGroups());
        if (!reader.getFileMetaData().getSchema().equals(schema)
            || !hasRows(source, file)
            || !isLarge(source, leastBytes)) {
          return Optional.empty();
        }
        all.sources.add(source);
      }
    }
    return Optional.of(all);
  }

  /** Places are counted by what the log says. */
  private static boolean hasRows(Source source, LiveFile file) {
    return file.rows().isPresent() && file.rows().getAsLong() == source.rows();
  }

  private static boolean isLarge(Source source, long leastBytes) {
    long bytes = source.groups().stream().mapToLong(BlockMetaData::getCompressedSize).sum();
    return bytes >= leastBytes * source.groups().size();
  }

  /** How many there are in all. */
  long rows() {
    return sources.stream().mapToLong(Source::rows).sum();
  }

  /**
   * Writes a new file, which is durable then.
   *
   * @param cancelled asked now and then
   * @return its footer
   * @throws IOException also when it was cancelled
   */
  ParquetMetadata writeTo(NewFile file, BooleanSupplier cancelled) throws IOException {
    try (ParquetFileWriter writer =
        new ParquetFileWriter(file, schema, ParquetFileWriter.Mode.CREATE, 0, 0)) {
      try {
        return write(writer, cancelled);
      } catch (IOException | RuntimeException e) {
        // Before the writer is closed: half of the groups must not end as a file.
        file.abandon();
        throw e;
      }
    }
  }

  private ParquetMetadata write(ParquetFileWriter writer, BooleanSupplier cancelled)
      throws IOException {
    writer.start();
    for (Source source : sources) {
      GroupWriter.check(cancelled, table);
      try (SeekableInputStream in = new ParquetInput(table, source.file()).newStream()) {
        writer.appendRowGroups(in, source.groups(), false);
      }
    }
    writer.end(Map.of());
    return writer.getFooter();
  }
}
