package io.sluice.benchmark.gap;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.fault.FaultRun;
import io.sluice.cli.fault.FaultStack;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.submit.Upgrade;
import io.sluice.sandbox.Sandbox;
import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.Ports;
import io.sluice.sandbox.home.SandboxOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long nothing comes out of the market-risk pipeline when it is rescaled or its TaskManager is
 * killed, twenty times each while trades arrive. In the end every store holds each trade once.
 */
@Tag("benchmark")
class OutputGapITCase {
  private static final int CHANGES = Integer.getInteger("gap.changes", 20);
  private static final int RATE = 300;

  /** So long, and a little more, a change may take on a slow machine. */
  private static final int LONGEST_CHANGE = 90;

  private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("gap.warmUp", 70));

  /** Between two changes, from when something came out again. */
  private static final Duration CALM = Duration.ofSeconds(12);

  /** A change waits for these files, while everything comes out. */
  private static final Map<String, String> FILES_OFTEN =
      Map.of("state.changelog.periodic-materialize.interval", "10 s");

  private static final Duration WITHIN = Duration.ofMinutes(2);

  @TempDir private Path folder;
  private FaultStack stack;

  @BeforeEach
  void start() throws Exception {
    stack =
        FaultStack.start(
            folder.resolve("home"),
            SandboxOptions.standard().withPorts(Ports.anyFree()).withFlinkSettings(FILES_OFTEN));
  }

  @AfterEach
  void stop() {
    stack.close();
  }

  /** A scenario that changes something every so often. */
  private interface Change {
    void make(int number) throws Exception;
  }

  @Test
  void aRescaledPipeline() throws Exception {
    Gaps gaps = new Gaps();
    List<Outputs> outputs =
        measure(
            gaps,
            number ->
                assertThat(stack.scale(1 + number % 2, WITHIN).change())
                    .isEqualTo(Upgrade.Change.IN_PLACE));
    System.out.printf("%-34s %4s %7s %7s %7s%n", "rescaled, ms", "n", "p50", "p99", "max");
    List<Long> live = gaps.pauses(outputs.get(0));
    System.out.print(Gaps.line("live view, last before to first", live));
    System.out.print(Gaps.line("silver, last before to first", gaps.pauses(outputs.get(1))));
    assertThat(Gaps.percentile(live, 50)).as("p50").isLessThanOrEqualTo(2_000);
    assertThat(Gaps.percentile(live, 99)).as("p99").isLessThanOrEqualTo(4_000);
  }

  /** The home starts another one, which the job waits for. It has no goal. */
  @Test
  void aPipelineWhoseTaskManagerIsKilled() throws Exception {
    report("killed, ms", killed(number -> stack.killAndAwait(Component.TASKMANAGER)));
  }

  /** The job goes on in another TaskManager, which was idle. */
  @Test
  void aPipelineWithAStandbyWhoseTaskManagerIsKilled() throws Exception {
    Sandbox sandbox = stack.sandbox();
    long model = sandbox.pid(Component.TASKMANAGER).orElseThrow();
    try (StandbyTaskManager standby = StandbyTaskManager.like(model, sandbox.home().flinkData())) {
      List<List<Long>> delays =
          killed(
              number -> {
                if (busiest().equals(standby.id())) {
                  standby.killAndStart();
                } else {
                  stack.killAndAwait(Component.TASKMANAGER);
                }
              });
      report("killed, with a standby, ms", delays);
      assertThat(Gaps.percentile(delays.get(0), 50)).as("p50").isLessThanOrEqualTo(3_000);
      assertThat(Gaps.percentile(delays.get(0), 100)).as("max").isLessThanOrEqualTo(6_000);
    }
  }

  /** The name of the TaskManager in which the job runs. */
  private String busiest() throws IOException, InterruptedException {
    String busiest = "";
    int most = 0;
    try (Cluster.Page page = stack.cluster().page("/taskmanagers")) {
      for (JsonNode manager : new ObjectMapper().readTree(page.body()).path("taskmanagers")) {
        int used = manager.path("slotsNumber").asInt() - manager.path("freeSlots").asInt();
        if (used > most) {
          most = used;
          busiest = manager.path("id").asText();
        }
      }
    }
    return busiest;
  }

  /** From the kills until something came out, of the live view and of silver. */
  private List<List<Long>> killed(Change kill) throws Exception {
    Gaps gaps = new Gaps();
    List<Outputs> outputs = measure(gaps, kill);
    return outputs.stream().map(gaps::delays).toList();
  }

  private static void report(String title, List<List<Long>> delays) {
    System.out.printf("%-34s %4s %7s %7s %7s%n", title, "n", "p50", "p99", "max");
    System.out.print(Gaps.line("live view, from the kill", delays.get(0)));
    System.out.print(Gaps.line("silver, from the kill", delays.get(1)));
  }

  /** The outputs of the live view and of silver. */
  private List<Outputs> measure(Gaps gaps, Change change) throws Exception {
    long seconds = WARM_UP.toSeconds() + (long) LONGEST_CHANGE * CHANGES;
    FaultRun.Load load = new FaultRun.Load(Math.toIntExact(seconds * RATE), RATE);
    try (FaultRun run = FaultRun.begin(stack, load, 12);
        LiveView view = LiveView.listen(stack.at().redis())) {
      run.reachTheMiddle();
      run.send(4);
      pause(WARM_UP);
      for (int number = 0; number < CHANGES; number++) {
        gaps.begin();
        change.make(number);
        FaultRun.eventually("something comes out again").until(() -> view.isBackAfter(gaps.last()));
        pause(CALM);
        gaps.end();
      }
      run.endSending();
      run.requireExactlyOnce();
      return List.of(view.outputs(), Outputs.ofTable(Path.of(stack.tables().silver())));
    }
  }

  /** The measurement is one over time. */
  private static void pause(Duration length) {
    long end = System.nanoTime() + length.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }
}
