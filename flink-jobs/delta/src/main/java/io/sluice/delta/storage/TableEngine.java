package io.sluice.delta.storage;

import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.engine.ExpressionHandler;
import io.delta.kernel.engine.FileSystemClient;
import io.delta.kernel.engine.JsonHandler;
import io.delta.kernel.engine.MetricsReporter;
import io.delta.kernel.engine.ParquetHandler;
import java.util.List;
import org.apache.flink.annotation.Internal;

/** Kernel's default engine, whose log checkpoints appear whole or not at all. */
@Internal
public final class TableEngine implements Engine {

  private final Engine engine;
  private final ParquetHandler parquet;

  TableEngine(FileIO files, TableStorage storage) {
    engine = DefaultEngine.create(files);
    parquet = new CheckpointWriter(storage, engine.getParquetHandler());
  }

  /** The engine that reads and writes one table. */
  public static Engine of(TableStorage storage) {
    return new TableEngine(new TableFileIO(storage), storage);
  }

  @Override
  public ExpressionHandler getExpressionHandler() {
    return engine.getExpressionHandler();
  }

  @Override
  public JsonHandler getJsonHandler() {
    return engine.getJsonHandler();
  }

  @Override
  public FileSystemClient getFileSystemClient() {
    return engine.getFileSystemClient();
  }

  @Override
  public ParquetHandler getParquetHandler() {
    return parquet;
  }

  @Override
  public List<MetricsReporter> getMetricsReporters() {
    return engine.getMetricsReporters();
  }
}
