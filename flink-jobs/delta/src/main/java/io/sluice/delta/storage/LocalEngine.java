package io.sluice.delta.storage;

import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.engine.ExpressionHandler;
import io.delta.kernel.engine.FileSystemClient;
import io.delta.kernel.engine.JsonHandler;
import io.delta.kernel.engine.MetricsReporter;
import io.delta.kernel.engine.ParquetHandler;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.annotation.Internal;

/**
 * Kernel's default engine on a local file system, whose log checkpoints appear whole or not at all.
 */
@Internal
public final class LocalEngine implements Engine {

  private final Engine engine;
  private final ParquetHandler parquet;

  LocalEngine(FileIO files) {
    engine = DefaultEngine.create(files);
    parquet = new CheckpointWriter(engine.getParquetHandler());
  }

  /** The engine that reads and writes one table. */
  public static Engine of(Path table) {
    return new LocalEngine(new LocalFileIO(new LocalStorage(table)));
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
