package io.sluice.sandbox.server;

import io.sluice.sandbox.home.ObjectStore;
import io.sluice.sandbox.home.SandboxHome;
import java.nio.file.Path;
import java.util.Map;

/** Flink's settings for the state of jobs: where it is kept, and how. */
final class FlinkStorage {

  private final Setting setting;

  FlinkStorage(Setting setting) {
    this.setting = setting;
  }

  void addTo(Map<String, String> settings) {
    SandboxHome home = setting.home();
    settings.put("execution.checkpointing.storage", "filesystem");
    String checkpoints =
        setting.objects().isPresent() ? ObjectStore.CHECKPOINTS : uri(home.checkpoints());
    settings.put("execution.checkpointing.dir", checkpoints);
    settings.put(
        "execution.checkpointing.savepoint-dir",
        setting.objects().isPresent() ? ObjectStore.SAVEPOINTS : uri(home.savepoints()));
    setting.objects().ifPresent(store -> objects(store, settings));
    settings.put(
        "execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
    settings.put("execution.checkpointing.incremental", "true");
    settings.put("state.backend.type", "rocksdb");
    // Changes of state are written as they happen. Otherwise every checkpoint waits until RocksDB
    // has flushed its tables, which holds up the live path for tens of milliseconds each second.
    settings.put("state.changelog.enabled", "true");
    settings.put("state.changelog.storage", "filesystem");
    settings.put("state.changelog.dstl.dfs.base-path", checkpoints);
    // Bounds what a restore has to replay.
    settings.put("state.changelog.periodic-materialize.interval", "1 min");
    // The default copies all state before a restored job goes on, which the changelog cannot do. A
    // job neither deletes nor copies what it starts from; that must stay until the next
    // materialization.
    settings.put("execution.state-recovery.claim-mode", "LEGACY");
    settings.put("web.upload.dir", home.flinkData().resolve("web").toString());
    settings.put("web.tmpdir", home.flinkData().resolve("web").toString());
  }

  /** Who asks is told by the environment: Flink shows its settings to all who may see a job. */
  private static void objects(ObjectStore store, Map<String, String> settings) {
    settings.put("s3.endpoint", store.endpoint());
    settings.put("s3.region", ObjectStore.REGION);
    settings.put("s3.path-style-access", "true");
  }

  private static String uri(Path folder) {
    return "file://" + folder;
  }
}
