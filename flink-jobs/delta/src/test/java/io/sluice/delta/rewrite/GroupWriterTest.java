package io.sluice.delta.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.engine.Engine;
import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.live.Moves;
import io.sluice.delta.live.MovesFile;
import io.sluice.delta.storage.TableEngine;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingUpsert;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupWriterTest {

  @TempDir Path directory;

  @Test
  void nothingIsLeftWhenItCannotBeToldWhereTheRowsAre() throws Exception {
    Path path = directory.resolve("t");
    try (TestingUpsert upsert = TestingUpsert.start(path)) {
      upsert.put("a", 1, 1);
      upsert.commit();
      upsert.put("b", 1, 1);
      upsert.commit();
    }
    Files.writeString(path.resolve(MovesFile.FOLDER), "in the way");
    Engine engine = TableEngine.of(TestingStorage.of(path));
    Snapshot snapshot = TableManager.loadSnapshot(TestingStorage.address(path)).build(engine);
    LiveFiles files = new LiveFiles(TestingStorage.of(path));
    files.load(engine, snapshot);
    List<Moves.Input> inputs = files.inputs(List.copyOf(files.all()));

    GroupWriter writer = new GroupWriter(TestingStorage.of(path), engine, snapshot);
    assertThatThrownBy(() -> writer.joined(Map.of(), inputs, true, () -> false))
        .isInstanceOf(IOException.class);

    try (Stream<Path> left = Files.list(path)) {
      assertThat(left.filter(file -> file.toString().endsWith(".parquet"))).hasSize(2);
    }
  }
}
