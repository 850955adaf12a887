package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.job.JobInCode;
import io.sluice.sandbox.server.SandboxConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job keeps its state, and comes back after a failure, on Kubernetes as in the sandbox, where its
 * guarantees are tested. Where the two differ, a reason stands here.
 */
class SettingsTest {
  /** Settings for reliability and state begin so. */
  private static final List<String> COMPARED =
      List.of(
          "execution.",
          "state.",
          "restart-strategy.",
          "high-availability.",
          "heartbeat.",
          "jobmanager.scheduler",
          "jobmanager.adaptive-scheduler.");

  private static final String BUCKET = "Each place has a bucket of its own.";

  /** Keys whose values differ, or that one of the two does not set, with the reason. */
  private static final Map<String, String> DIFFERENT =
      Map.ofEntries(
          Map.entry("execution.checkpointing.dir", BUCKET),
          Map.entry("execution.checkpointing.savepoint-dir", BUCKET),
          Map.entry("state.changelog.dstl.dfs.base-path", BUCKET),
          Map.entry("high-availability.storageDir", BUCKET),
          Map.entry(
              "high-availability.type",
              "Leaders are elected through Kubernetes, in the sandbox by a lock on the disk."),
          Map.entry("high-availability.local-dir", "The sandbox's lock; there is none here."),
          Map.entry("high-availability.cluster-id", "The operator sets it."),
          Map.entry(
              "high-availability.jobmanager.port",
              "Pods have addresses of their own; in the sandbox ports must not clash."),
          Map.entry(
              "execution.checkpointing.num-retained",
              "Two are left if an object of the newest cannot be read. The sandbox saves disk."),
          Map.entry(
              "heartbeat.rpc-failure-threshold",
              "Between hosts a connection can break although both processes live."),
          Map.entry(
              "jobmanager.adaptive-scheduler.executing.cooldown-after-rescaling",
              "The sandbox asks for another number only when the state can be divided; the operator does not look."));

  @TempDir private Path home;

  @Test
  void areThoseOfTheSandbox() throws Exception {
    Map<String, String> sandbox = compared(SandboxConfig.settings(home));
    Map<String, String> base =
        compared(Manifests.settings(Manifests.file("base/market-risk.yaml")));
    Set<String> keys = new TreeSet<>(sandbox.keySet());
    keys.addAll(base.keySet());
    keys.removeIf(key -> base.containsKey(key) && base.get(key).equals(sandbox.get(key)));
    assertThat(keys).isEqualTo(new TreeSet<>(DIFFERENT.keySet()));
    assertThat(base)
        .containsEntry("state.changelog.enabled", "true")
        .containsEntry("execution.state-recovery.claim-mode", "LEGACY");
  }

  /** In the overlays, too; they change addresses and sizes, and no more. */
  @Test
  void areChangedByNoOverlay() throws Exception {
    Map<String, String> base =
        compared(Manifests.settings(Manifests.file("base/market-risk.yaml")));
    for (String name : Overlay.NAMES) {
      Map<String, String> overlay = compared(Manifests.settings(Overlay.of(name).deployment()));
      assertThat(overlay).containsOnlyKeys(base.keySet());
      overlay.forEach(
          (key, value) -> {
            if (DIFFERENT.getOrDefault(key, "").equals(BUCKET)) {
              assertThat(value).startsWith("s3://sluice-" + name + "/market-risk/");
            } else {
              assertThat(value).as(key).isEqualTo(base.get(key));
            }
          });
    }
  }

  /** What the job sets in its code wins; another value in the manifest would be a lie. */
  @Test
  void contradictNothingThatTheJobSetsItself() throws Exception {
    Map<String, String> job = JobInCode.settings();
    Map<String, String> base = Manifests.settings(Manifests.file("base/market-risk.yaml"));
    Set<String> contradicted = new TreeSet<>(base.keySet());
    contradicted.removeIf(key -> !job.containsKey(key) || job.get(key).equals(base.get(key)));
    // The job's backend is RocksDB with what Sluice adds; both are named so in the sandbox, too.
    assertThat(contradicted).containsExactly("state.backend.type");
    assertThat(base.get("state.backend.type")).isEqualTo("rocksdb");
    assertThat(job).containsKeys("execution.checkpointing.interval", "pipeline.max-parallelism");
  }

  private static Map<String, String> compared(Map<String, String> settings) {
    Map<String, String> compared = new TreeMap<>(settings);
    compared.keySet().removeIf(key -> COMPARED.stream().noneMatch(key::startsWith));
    return compared;
  }
}
