package io.sluice.k8s.cluster;

import io.sluice.cli.fault.FaultRun;
import io.sluice.cli.fault.FaultStack;
import io.sluice.k8s.Overlay;
import io.sluice.sandbox.home.Component;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The overlay with a standby, as real processes around an API of memory: Flink's high availability
 * on Kubernetes, with everything in a bucket. What the stores hold in the end is what a faultless
 * run gives.
 */
class KubernetesHaITCase {

  private static final int KILLS = 4;
  private static final int QUARTERS = 4;
  private static final long SECOND_NS = 1_000_000_000L;

  @TempDir private Path folder;

  @Test
  void theStandbyGoesOnWhereTheKilledLeaderWas() throws Exception {
    kill(1, 21);
  }

  @Test
  @Tag("faults")
  void leadersAreKilledAtAnyMoment() throws Exception {
    kill(KILLS, 22);
  }

  /**
   * Each kill comes at any moment of the second between two checkpoints, the first two while trades
   * arrive; each other one as soon as there is a standby again, wherever the recovery is then.
   */
  private void kill(int times, long seed) throws Exception {
    Overlay overlay = Overlay.of("staging");
    Random random = new Random(seed);
    try (FaultStack stack = FaultStack.startOnBucket(folder.resolve("home"))) {
      stack.clear();
      stack.sandbox().stop(Component.TASKMANAGER);
      stack.sandbox().stop(Component.JOBMANAGER);
      try (KubernetesCluster cluster =
              new KubernetesCluster(stack, folder.resolve("kubernetes"), overlay);
          FaultRun run = FaultRun.begin(stack, cluster, seed)) {
        run.reachTheMiddle();
        // A process that is killed may leave half a line.
        cluster.requireJsonLogs();
        long checkpoint = run.lastCheckpoint();
        for (int i = 0; i < times; i++) {
          run.send(Math.min(QUARTERS, i + QUARTERS - 1));
          LockSupport.parkNanos(random.nextLong(SECOND_NS));
          cluster.killLeader();
          if (i % 2 == 0) {
            checkpoint += 2;
            run.awaitCheckpoint(checkpoint);
          }
        }
        // A leader that has just begun answers nothing.
        run.awaitCheckpoint(checkpoint + 2);
        run.requireExactlyOnce();
      }
    }
  }
}
