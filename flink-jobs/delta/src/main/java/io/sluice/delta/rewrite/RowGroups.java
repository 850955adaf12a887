package io.sluice.delta.rewrite;

import io.sluice.delta.log.LiveFile;
import io.sluice.delta.log.LogPath;
import io.sluice.delta.storage.ForcedOutputFile;
import io.sluice.delta.storage.LocalStorage;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
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
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.LocalInputFile;
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

  private record Source(Path file, List<BlockMetaData> groups) {

    long rows() {
      return groups.stream().mapToLong(BlockMetaData::getRowCount).sum();
    }
  }

  private final LocalStorage storage;
  private final MessageType schema;
  private final List<Source> sources = new ArrayList<>();

  private RowGroups(LocalStorage storage, MessageType schema) {
    this.storage = storage;
    this.schema = schema;
  }

  /**
   * Empty unless all files have the schema of a new one, and large row groups.
   *
   * @param leastBytes of a row group, compressed, on average of its file
   */
  static Optional<RowGroups> of(
      Path table, MessageType schema, List<LiveFile> files, long leastBytes) throws IOException {
    if (files.stream().anyMatch(file -> file.file().size() < leastBytes)) {
      return Optional.empty();
    }
    RowGroups all = new RowGroups(new LocalStorage(table), schema);
    LogPath paths = new LogPath(table);
    for (LiveFile file : files) {
      Path path = paths.inside(file.path());
      try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(path), OPTIONS)) {
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
   * Writes a new file and forces it to disk.
   *
   * @param cancelled asked now and then
   * @return its footer
   * @throws IOException also when it was cancelled
   */
  ParquetMetadata writeTo(ForcedOutputFile file, BooleanSupplier cancelled) throws IOException {
    try (ParquetFileWriter writer =
        new ParquetFileWriter(file, schema, ParquetFileWriter.Mode.CREATE, 0, 0)) {
      writer.start();
      for (Source source : sources) {
        GroupWriter.check(cancelled, Path.of(file.getPath()));
        try (SeekableInputStream in = new ChannelStream(storage.channel(source.file()))) {
          writer.appendRowGroups(in, source.groups(), false);
        }
      }
      writer.end(Map.of());
      return writer.getFooter();
    }
  }

  /** Parquet's own stream of a local file reads byte by byte where it is asked for a buffer. */
  private static final class ChannelStream extends DelegatingSeekableInputStream {
    private final FileChannel channel;

    ChannelStream(FileChannel channel) {
      super(Channels.newInputStream(channel));
      this.channel = channel;
    }

    @Override
    public long getPos() throws IOException {
      return channel.position();
    }

    @Override
    public void seek(long position) throws IOException {
      channel.position(position);
    }
  }
}
