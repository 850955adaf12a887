package io.sluice.k8s.cluster;

import io.sluice.cli.fault.FaultRun;
import io.sluice.cli.fault.FaultStack;
import io.sluice.k8s.Overlay;
import io.sluice.sandbox.home.Component;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The overlay with a standby, as real processes around an API of memory: Flink's high availability
 * on Kubernetes, with everything in a bucket.
 */
class KubernetesHaITCase {

  @TempDir private Path folder;

  @Test
  void theStandbyGoesOnWhereTheKilledLeaderWas() throws Exception {
    Overlay overlay = Overlay.of("staging");
    try (FaultStack stack = FaultStack.startOnBucket(folder.resolve("home"))) {
      stack.clear();
      stack.sandbox().stop(Component.TASKMANAGER);
      stack.sandbox().stop(Component.JOBMANAGER);
      try (KubernetesCluster cluster =
              new KubernetesCluster(stack, folder.resolve("kubernetes"), overlay);
          FaultRun run = FaultRun.begin(stack, cluster, 21)) {
        run.reachTheMiddle();
        long before = run.lastCheckpoint();
        cluster.killLeader();
        run.awaitCheckpoint(before + 2);
        run.requireExactlyOnce();
      }
    }
  }
}
