package io.sluice.delta.storage;

import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.FileReadResult;
import io.delta.kernel.engine.ParquetHandler;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.expressions.Predicate;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.DataFileStatus;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Publishes a log checkpoint when everything went well only: reading its input, writing, forcing it
 * to disk, and reading it back. Kernel's own writer closes its file after a failure as well, which
 * then ends as a valid file of the actions read until then.
 */
final class CheckpointWriter implements ParquetHandler {

  private final TableStorage storage;
  private final ParquetHandler parquet;

  CheckpointWriter(TableStorage storage, ParquetHandler parquet) {
    this.storage = storage;
    this.parquet = parquet;
  }

  @Override
  public CloseableIterator<FileReadResult> readParquetFiles(
      CloseableIterator<FileStatus> files, StructType schema, Optional<Predicate> predicate)
      throws IOException {
    return parquet.readParquetFiles(files, schema, predicate);
  }

  @Override
  public CloseableIterator<DataFileStatus> writeParquetFiles(
      String directory, CloseableIterator<FilteredColumnarBatch> rows, List<Column> statistics)
      throws IOException {
    return parquet.writeParquetFiles(directory, rows, statistics);
  }

  @Override
  public void writeParquetFileAtomically(
      String path, CloseableIterator<FilteredColumnarBatch> actions) throws IOException {
    String target = storage.name(path);
    StagedFile file = storage.stage(target);
    Counting counting = new Counting(actions);
    try {
      LocalStorage staging = file.storage();
      DefaultEngine.create(new TableFileIO(staging))
          .getParquetHandler()
          .writeParquetFileAtomically(staging.uri(file.name()), counting);
      verify(target, counting.content, CheckpointFile.read(staging, file.name()));
    } catch (IOException | RuntimeException e) {
      file.discard(e);
      throw e;
    }
    // A torn one is of no use to anybody, and keeps its name from the whole one.
    file.publish(CheckpointFile.tear(storage, target).isPresent());
  }

  /** Log entries are deleted because of a checkpoint: what it lacks is lost. */
  private void verify(String target, CheckpointContent written, CheckpointContent found)
      throws IOException {
    if (!found.equals(written) || !found.isComplete()) {
      throw new IOException(
          "The log checkpoint %s is not published: it was to hold %s, and read back it holds %s. The table is read from the log before it"
              .formatted(storage.path(target), written, found));
    }
    Optional<Long> live = CheckpointFile.liveFiles(storage, LogNames.version(target));
    if (live.isPresent() && live.get() != found.files()) {
      throw new IOException(
          "The log checkpoint %s is not published: it holds %d live files, and the checksum of its version tells of %d. The table is read from the log before it"
              .formatted(storage.path(target), found.files(), live.get()));
    }
  }

  /** Remembers what was handed on. */
  private static final class Counting implements CloseableIterator<FilteredColumnarBatch> {
    private final CloseableIterator<FilteredColumnarBatch> actions;
    private CheckpointContent content = CheckpointContent.EMPTY;

    Counting(CloseableIterator<FilteredColumnarBatch> actions) {
      this.actions = actions;
    }

    @Override
    public boolean hasNext() {
      return actions.hasNext();
    }

    @Override
    public FilteredColumnarBatch next() {
      FilteredColumnarBatch batch = actions.next();
      content = content.and(batch);
      return batch;
    }

    @Override
    public void close() throws IOException {
      actions.close();
    }
  }
}
