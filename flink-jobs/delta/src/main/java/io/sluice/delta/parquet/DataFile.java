package io.sluice.delta.parquet;

import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.FileIds;
import io.sluice.delta.schema.PartitionValues;
import io.sluice.delta.storage.NewFile;
import io.sluice.delta.storage.StoredFile;
import io.sluice.delta.storage.TableStorage;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.RowData;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Parquet file being written. It takes rows as they come, or holds copies of them until its
 * end: what writes Parquet takes some hundred kilobytes per open file.
 */
@Internal
public final class DataFile implements Closeable {

  private static final Logger LOGGER = LoggerFactory.getLogger(DataFile.class);

  /** Rows between two looks at the size: asking costs a walk over all columns. */
  private static final int SIZE_CHECK_MASK = 0xff;

  /** Bounds the memory of an open file. */
  private static final long MAX_ROW_GROUP_BYTES = 32L << 20;

  private final UUID id;
  private final TableStorage table;
  private final String name;
  private final Map<String, String> partitionValues;
  private final WriteSupport<RowData> support;
  private final Dictionaries dictionaries;
  private final long targetSize;
  private final List<RowData> held = new ArrayList<>();
  private Set<String> withoutDictionary;
  private NewFile output;

  /** Null until the first row is written. */
  private ParquetWriter<RowData> writer;

  private long rows;

  public DataFile(
      TableStorage table,
      String name,
      Map<String, String> partitionValues,
      WriteSupport<RowData> support,
      Dictionaries dictionaries,
      long targetSize) {
    id = FileIds.of(PartitionValues.encode(name));
    this.table = table;
    this.name = name;
    this.partitionValues = partitionValues;
    this.support = support;
    this.dictionaries = dictionaries;
    this.targetSize = targetSize;
  }

  private void begin() throws IOException {
    withoutDictionary = dictionaries.withoutInNextFile();
    output = table.create(name);
    Builder builder =
        new Builder(output, support)
            .withConf(new PlainParquetConfiguration())
            .withCompressionCodec(CompressionCodecName.SNAPPY)
            .withRowGroupSize(Math.min(MAX_ROW_GROUP_BYTES, Math.max(targetSize, 1 << 16)))
            // Histograms of levels, which no reader of these tables asks for.
            .withSizeStatisticsEnabled(false);
    withoutDictionary.forEach(column -> builder.withDictionaryEncoding(column, false));
    writer = builder.build();
  }

  public void write(RowData row) throws IOException {
    if (writer == null) {
      begin();
    }
    writer.write(row);
    rows++;
  }

  /**
   * Takes a row that is written when the file ends. A file holds all of its rows or none.
   *
   * @param row nobody else uses it
   */
  public void hold(RowData row) {
    held.add(row);
    rows++;
  }

  /** The id in the file's name, by which the index knows it; see {@link FileIds}. */
  public UUID id() {
    return id;
  }

  /** How many rows were written; the last one's position in the file is one less. */
  public long rows() {
    return rows;
  }

  /** Whether the file has reached a size, checked now and then. */
  public boolean reached(long bytes) {
    return (rows & SIZE_CHECK_MASK) == 0 && writer.getDataSize() >= bytes;
  }

  /** Ends the file, which is durable then. */
  public DeltaFile finish(FileStatistics statistics) throws IOException {
    if (writer == null) {
      begin();
    }
    for (RowData row : held) {
      writer.write(row);
    }
    writer.close();
    dictionaries.learn(writer.getFooter(), withoutDictionary);
    return named(output.written(), partitionValues, statistics.json(writer.getFooter()));
  }

  /** A file that was written, as the log names it. */
  public static DeltaFile named(
      StoredFile written, Map<String, String> partitionValues, String stats) {
    return new DeltaFile(
        PartitionValues.encode(written.name()),
        partitionValues,
        written.size(),
        written.modified(),
        stats);
  }

  /** Gives the file up and removes it. */
  @Override
  public void close() throws IOException {
    if (output == null) {
      return;
    }
    // Closing the writer frees its buffers.
    try (ParquetWriter<RowData> begun = writer) {
      output.abandon();
    } catch (IOException | RuntimeException e) {
      // After a failed write, Parquet's writer is between two states. The file goes away below, and
      // what failed first was thrown already.
      LOGGER.debug("The given up file {} does not end", name, e);
    } finally {
      if (output.leavesSomething()) {
        table.delete(name);
      }
    }
  }

  private static final class Builder extends ParquetWriter.Builder<RowData, Builder> {
    private final WriteSupport<RowData> support;

    Builder(NewFile file, WriteSupport<RowData> support) {
      super(file);
      this.support = support;
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    protected WriteSupport<RowData> getWriteSupport(Configuration configuration) {
      return support;
    }

    @Override
    protected WriteSupport<RowData> getWriteSupport(ParquetConfiguration configuration) {
      return support;
    }
  }
}
