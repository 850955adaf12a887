package io.sluice.delta.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.engine.Engine;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.storage.TableEngine;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingUpsert;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveFilesTest {

  @TempDir Path directory;

  private Path path;
  private Engine engine;

  @BeforeEach
  void table() {
    path = directory.resolve("t");
    engine = TableEngine.of(TestingStorage.of(path));
  }

  @Test
  void aListThatBrokeOffIsReadAgain() throws Exception {
    LiveFiles files = new LiveFiles(TestingStorage.of(path));
    Snapshot earlier;
    Snapshot later;
    try (TestingUpsert upsert = TestingUpsert.start(path)) {
      upsert.put("a", 1, 1);
      upsert.put("b", 1, 1);
      upsert.commit();
      upsert.put("a", 2, 2);
      upsert.commit();
      earlier = snapshot(path);
      files.load(engine, earlier);
      for (LiveFile file : files.all()) {
        files.deletedIn(file);
      }
      upsert.put("c", 1, 1);
      upsert.commit();
      later = snapshot(path);
    }
    Path entry = TestingLog.entry(path, later.getVersion());
    Path away = directory.resolve("away");
    Files.move(entry, away);
    assertThatThrownBy(() -> files.load(engine, later)).hasMessageContaining("json");
    assertThat(files.count()).isEmpty();

    files.load(engine, earlier);
    assertThat(files.all()).hasSize(2);
    assertThatThrownBy(() -> files.load(engine, later)).hasMessageContaining("json");

    Files.move(away, entry);
    files.load(engine, later);
    assertThat(files.all()).hasSize(3);
    for (LiveFile file : files.all()) {
      assertThat(files.deletedIn(file).getLongCardinality())
          .isEqualTo(file.vector().map(vector -> vector.getCardinality()).orElse(0L));
    }
  }

  private Snapshot snapshot(Path path) {
    return TableManager.loadSnapshot(TestingStorage.address(path)).build(engine);
  }
}
