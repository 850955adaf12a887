package io.sluice.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.ObjectStore;
import io.sluice.sandbox.home.SandboxHome;
import io.sluice.testkit.S3Server;
import io.sluice.testkit.fault.Fault;
import io.sluice.testkit.fault.FaultyS3;
import io.sluice.testkit.fault.S3Request;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The market-risk pipeline with its tables and state in a bucket, behind a network that loses
 * replies, cuts connections and refuses what was done or not, and that is 20 ms long.
 */
@Tag("faults")
class BadNetworkITCase {

  private static final Fault[] FAULTS =
      Stream.of(Fault.values()).filter(fault -> fault != Fault.HANG).toArray(Fault[]::new);

  @TempDir Path folder;

  @Test
  void aPipelineInABucketLosesAndRepeatsNothing() throws Exception {
    Path home = folder.resolve("home");
    try (FaultStack stack = FaultStack.startOnBucket(home)) {
      ObjectStore store = stack.sandbox().endpoints().objects().orElseThrow();
      stack.sandbox().stop(Component.S3);
      try (S3Server server = server(home, store);
          FaultyS3 network =
              FaultyS3.before(server.endpoint(), URI.create(store.endpoint()).getPort());
          FaultRun run = begin(stack, server, store)) {
        network.delay(Duration.ofMillis(20)).strikeByChance(21, 0.1, FAULTS);
        network.strike(S3Request::isConditional, 3, Fault.LOST_REPLY);
        network.strike(S3Request::isConditional, 6, Fault.CONFLICT_WHEN_DONE);
        network.strike(S3Request::isConditional, 9, Fault.CONFLICT);
        run.reachTheMiddle();
        stack.killAndStart(Component.TASKMANAGER);
        run.requireExactlyOnce();
        assertThat(network.struck()).containsKeys(FAULTS);
        assertThat(network.struck().values().stream().mapToLong(Long::longValue).sum())
            .isGreaterThan(30);
      }
    }
  }

  /** Whoever looks at what becomes of it goes around the network. */
  private static FaultRun begin(FaultStack stack, S3Server server, ObjectStore store)
      throws Exception {
    stack.look(new ObjectStore(server.endpoint().toString(), store.keys()));
    return FaultRun.begin(stack, 21);
  }

  /** In the place of the home's own, on another port. */
  private static S3Server server(Path home, ObjectStore store) throws Exception {
    return S3Server.start(
        new SandboxHome(home).bucket().getParent(),
        store.keys().accessKey(),
        store.keys().secretKey());
  }
}
