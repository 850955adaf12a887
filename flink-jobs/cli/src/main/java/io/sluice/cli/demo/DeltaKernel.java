package io.sluice.cli.demo;

import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;

/** One Delta Kernel engine for all tables that the demo reads. */
final class DeltaKernel {
  private final Engine engine = DefaultEngine.create(new Configuration());

  LakeTable table(Path root) {
    return new LakeTable(engine, root);
  }
}
